from monitoring.followers import alert, case

__all__ = ["alert", "case"]
