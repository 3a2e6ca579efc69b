from django.apps import AppConfig


class LibConfig(AppConfig):
    """Code without tables; installed for its template tags and the database's own parts."""

    name = "paibou.lib"
    label = "lib"
