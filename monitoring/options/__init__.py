"""Settings of monitoring, by noun."""

from monitoring.options import alert, case

__all__ = ["alert", "case"]
