from monitoring.checks import alert, case

__all__ = ["alert", "case"]
