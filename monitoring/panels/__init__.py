from monitoring.panels import alert, case

__all__ = ["alert", "case"]
