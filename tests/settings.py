"""Settings of a test run: a PAIBOU_HOME of its own, shared by its workers, with a database that may lose everything."""

import os
import tempfile

os.environ["PAIBOU_HOME"] = os.environ.get("PAIBOU_TEST_HOME") or tempfile.mkdtemp(prefix="paibou-tests-")
os.environ["PAIBOU_TEST_HOME"] = os.environ["PAIBOU_HOME"]

from paibou.settings import *  # noqa: F403, TID251 -- these are the settings, with a few changed
from paibou.settings import PAIBOU_EMBEDDED, STORAGES  # noqa: TID251

if PAIBOU_EMBEDDED:
    PAIBOU_EMBEDDED.options |= {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
CELERY_TASK_DEFAULT_QUEUE = f"tests-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"  # no other's messages
