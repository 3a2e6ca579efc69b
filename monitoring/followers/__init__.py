from monitoring.followers import case

__all__ = ["case"]
