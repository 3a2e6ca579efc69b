from monitoring.checks import case

__all__ = ["case"]
