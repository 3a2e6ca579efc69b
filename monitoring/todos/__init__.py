from monitoring.todos import alert, case

__all__ = ["alert", "case"]
