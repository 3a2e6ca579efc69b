"""Settings: one file. What differs between machines is read from the environment, each value once, below."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paibou import embedded, environment, keys

BASE_DIR = Path(__file__).resolve().parent.parent

# --- From the environment (README.md has the table) ---
PAIBOU_HOME = environment.read("PAIBOU_HOME", BASE_DIR / "var", environment.folder)
PAIBOU_KEYS_FOLDER = environment.read("PAIBOU_KEYS_FOLDER", PAIBOU_HOME / "keys", environment.folder)
PAIBOU_ADDRESSES: list[str] = environment.read("PAIBOU_ADDRESSES", [], environment.addresses)
GIVEN_DATABASE = environment.read("DATABASE_URL", None, environment.database)
REDIS_URL = environment.read("REDIS_URL", None, environment.redis)

# --- Secrets ---
SECRET_KEY = keys.secret(PAIBOU_KEYS_FOLDER, "secret-key")
PAIBOU_KEYS = keys.sealing_keys(PAIBOU_KEYS_FOLDER)
PAIBOU_DIGEST_KEY = keys.digest_key(PAIBOU_KEYS_FOLDER)

# --- Database ---
PAIBOU_EMBEDDED = None if GIVEN_DATABASE else embedded.Server(PAIBOU_HOME)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql" if GIVEN_DATABASE else "paibou.embedded",
        **(PAIBOU_EMBEDDED.connection() if PAIBOU_EMBEDDED else GIVEN_DATABASE or {}),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
SESSION_OPTIONS = "-c jit=off -c client_connection_check_interval=2s"  # a killed worker's statement ends, too
DATABASES["default"]["OPTIONS"] = {"options": SESSION_OPTIONS, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The house ---
DEBUG = False
ROOT_URLCONF = "paibou.urls"
WSGI_APPLICATION = "paibou.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "paibou",
    "paibou.lib",
    "accounts",
    "exchange",
    "households",
    "monitoring",
    "reports",
    "demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "paibou.sessions.limit_session",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.doors.LoginAndOwnPassword",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files ---
MEDIA_ROOT = PAIBOU_HOME / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "/static/"
STATIC_ROOT = PAIBOU_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Accounts ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "accounts.passwords.LongEnough",
        "accounts.passwords.LettersAndDigits",
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
    )
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says until when, and that stays true
AXES_LOCKOUT_CALLABLE = "accounts.views.door.locked_out"
SESSION_COOKIE_AGE = 4 * 3600  # idle
PAIBOU_SESSION_LIMIT = 12 * 3600  # from login, however busy

# --- Protection of the pages ---
HTTPS = any(address.startswith("https:") for address in PAIBOU_ADDRESSES)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *(str(urlsplit(a).hostname) for a in PAIBOU_ADDRESSES)]
CSRF_TRUSTED_ORIGINS = PAIBOU_ADDRESSES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Jobs ---
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
FOLDERS_OF_JOBS = {
    "data_folder_in": PAIBOU_HOME / "queue" / "messages",
    "data_folder_out": PAIBOU_HOME / "queue" / "messages",
    "control_folder": PAIBOU_HOME / "queue" / "control",
}
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {**FOLDERS_OF_JOBS, "polling_interval": 0.3}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
PAIBOU_SWEEP_SECONDS = 10
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "exchange.tasks.sweep",
        "schedule": PAIBOU_SWEEP_SECONDS,
        "options": {"expires": PAIBOU_SWEEP_SECONDS},
    }
}

# --- What is logged: one JSON object a line ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "paibou.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # pages not found are no news
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # nor are scanners
        "paibou": {"level": "INFO"},
        "exchange": {"level": "INFO"},
    },
}
