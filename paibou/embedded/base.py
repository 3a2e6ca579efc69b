"""Django's PostgreSQL, except that connecting starts the embedded server where it does not run."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server = settings.PAIBOU_EMBEDDED
        assert server, "this backend is only chosen for the embedded server"
        server.use()
        return super().get_new_connection(conn_params)
