from monitoring.todos import case

__all__ = ["case"]
