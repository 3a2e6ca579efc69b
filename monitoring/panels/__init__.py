from monitoring.panels import case

__all__ = ["case"]
