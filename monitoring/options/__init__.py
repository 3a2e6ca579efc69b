"""Settings of monitoring, by noun."""

from monitoring.options import case

__all__ = ["case"]
