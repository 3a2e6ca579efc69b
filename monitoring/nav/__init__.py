from monitoring.nav import alert, case

__all__ = ["alert", "case"]
