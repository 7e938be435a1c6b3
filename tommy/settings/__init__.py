"""Django settings, derived from the typed environment alone."""

from datetime import timedelta
from typing import Any

from tommy.settings.databases import database_settings
from tommy.settings.env import ROOT, read_environment
from tommy.settings.secret import load_or_create_secret

ENV = read_environment()
BASE_DIR = ROOT
DATA_DIR = ENV.data_dir.resolve()
SECRET_KEY = ENV.secret_key or load_or_create_secret(DATA_DIR)
DEBUG = ENV.debug
PRODUCTION = ENV.environment == "production"
SERVICES = ENV.services
VERSION = "0.1.0"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "tommy.core",
    "tommy",
    "accounts",
    "npcs",
    "hackathon",
    "nesra",
    "voting",
]

MIDDLEWARE = [
    "tommy.core.http.middleware.RequestContextMiddleware",
    "tommy.core.http.middleware.TrailingSlashMiddleware",
    "tommy.core.http.shedding.SheddingMiddleware",
    "tommy.core.http.auditing.AuditMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tommy.core.http.staff.StaffSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tommy.core.http.staff.StaffAuthenticationMiddleware",
    "tommy.core.http.staff.StaffMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tommy.urls"
ASGI_APPLICATION = "tommy.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

DATABASES: dict[str, Any] = {"default": database_settings(ENV, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "tommy.core.cache.SharedCache",
        "LOCATION": ENV.redis_url,
        "OPTIONS": {"pool_class": "tommy.core.cache.ProcessPool"},
    }
    if SERVICES
    else {"BACKEND": "tommy.core.cache.ProcessCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 closes idle sockets after 5 s and stops at 100 connections by default; both would drop players.
        "CONFIG": {"hosts": [{"address": ENV.redis_url, "socket_timeout": None, "max_connections": 100_000}]},
    }
    if SERVICES
    else {"BACKEND": "tommy.core.layers.InProcessChannelLayer", "CONFIG": {"capacity": 1_000}}
}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 6}}
]
LOGIN_URL = "/admin/login/"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["tommy.core.http.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tommy.core.http.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "tommy.core.http.schema.ProblemAwareSchema",
    "DEFAULT_THROTTLE_CLASSES": [],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,  # ``?format=`` is the reports' own
    "EXCEPTION_HANDLER": "tommy.core.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": ENV.trusted_proxies,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
    "COERCE_DECIMAL_TO_STRING": False,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(days=7),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "SIGNING_KEY": SECRET_KEY,
    "USER_ID_CLAIM": "sub",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tommy Timecrunch, Nesra Town and the voting game",
    "DESCRIPTION": "One server behind three games that share one account. Errors are RFC 9457 problem documents.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tommy.core.http.schema.add_problem_component",
    ],
    "SCHEMA_PATH_PREFIX": "/api",
    "ENUM_NAME_OVERRIDES": {
        "GameStatusEnum": "hackathon.serializers.games.GAME_STATUSES",
        "RoomPhaseEnum": "voting.serializers.ROOM_PHASES",
        "ShippingPhaseEnum": "hackathon.serializers.projects.PHASE",
        "ParcelStatusEnum": "hackathon.serializers.projects.PARCEL_STATES",
        "RoomStatusEnum": "voting.serializers.ROOM_STATUSES",
        "TownRoomEnum": "nesra.serializers.TOWN_ROOMS",
    },
}

CORS_ALLOWED_ORIGINS = ENV.allowed_origins
CORS_ALLOW_CREDENTIALS = True
CORS_EXPOSE_HEADERS = ["ETag", "Link", "Retry-After", "X-Request-ID"]
CORS_ALLOW_HEADERS = [
    *("accept", "authorization", "content-type", "if-match", "idempotency-key", "user-agent"),
    *("x-csrftoken", "x-request-id", "x-requested-with", "x-signature"),
]
CSRF_TRUSTED_ORIGINS = ENV.allowed_origins
ALLOWED_HOSTS = ENV.allowed_hosts

CELERY_BROKER_URL = ENV.redis_url or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60} if SERVICES else {"polling_interval": 0.02}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TASK_DEFAULT_QUEUE = "tommy"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if SERVICES else 8
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "tommy.formats"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Straight from the packages: an embedded server needs no collectstatic. Behind nginx hardly anything arrives here.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
MEDIA_ROOT = DATA_DIR / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
HTTP_BODY_LIMIT = 11 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.cookie_secure
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
# The health checks of a load balancer arrive over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$", r"^metrics$"]
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = None  # structlog is set up by tommy.core.logs, for every entry point alike
