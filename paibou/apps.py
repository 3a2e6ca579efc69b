from django.apps import AppConfig


class PaibouConfig(AppConfig):
    """Start-up: the commands that serve, back up and restore, and the Celery app that every process sends with."""

    name = "paibou"

    def ready(self) -> None:
        from paibou import celery  # noqa: F401, PLC0415 -- tasks are bound to it, and it reads the settings
