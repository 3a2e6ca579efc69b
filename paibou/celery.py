"""The Celery app. A message only says that a job's row waits; what the broker loses, the sweeper finds."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paibou.settings")
app = Celery("paibou")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if not settings.REDIS_URL:
    for folder in settings.FOLDERS_OF_JOBS.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
