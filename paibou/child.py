"""What `manage.py serve` starts: the web server, or the worker. Each ends with the process that started it."""

import os
import signal
import sys
import threading
import warnings

LIFELINE = "PAIBOU_LIFELINE"  # the reading end of a pipe: it closes when the starter is gone, even by kill -9


def end_with_starter() -> None:
    lifeline = int(os.environ.pop(LIFELINE))

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def web(listener: str) -> None:
    """Serve pages on an open socket, given by its number."""
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 -- only this child needs it

    sys.argv = ["gunicorn", f"--bind=fd://{listener}", "--workers=2", "--threads=2", "--graceful-timeout=5"]
    sys.argv += ["--no-control-socket", "--log-level=warning", "paibou.wsgi"]
    run()


def worker() -> None:
    """Do the jobs, one after the other."""
    import django  # noqa: PLC0415 -- the settings come first
    from celery.platforms import SecurityWarning  # noqa: PLC0415

    django.setup()
    from paibou.celery import app  # noqa: PLC0415

    warnings.simplefilter("ignore", SecurityWarning)  # it warns of root because of pickles; messages are JSON here
    options = ["--pool=solo", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["--quiet", "worker", *options])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paibou.settings")
    end_with_starter()
    what, *given = sys.argv[1:]
    web(*given) if what == "web" else worker()
