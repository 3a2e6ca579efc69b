from monitoring.nav import case

__all__ = ["case"]
