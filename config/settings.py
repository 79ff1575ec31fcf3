"""Django's settings, read from the typed map in config/environment.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

from config import engines
from config.celery import app as celery_app  # noqa: F401 - every process that sends a task needs the app
from config.environment import ROOT, read_environment

ENV = read_environment(os.environ)
VAR: Path = ENV["BUTLANG_VAR"]
EMBEDDED: bool = ENV["EMBEDDED"]

SECRET_KEY: str = ENV["SECRET_KEY"]
BUTLANG_KEYS: list[str] = ENV["BUTLANG_KEYS"]
DEBUG: bool = ENV["DEBUG"]
ALLOWED_HOSTS: list[str] = ENV["ALLOWED_HOSTS"]
BASE_URL: str = ENV["BASE_URL"].rstrip("/")
FONT_FOLDER: str = ENV["FONT_FOLDER"]
JOB_LEASE_SECONDS: int = ENV["JOB_LEASE_SECONDS"]
PRIVATE_WEBSITES: bool = ENV["PRIVATE_WEBSITES"]
TRUSTED_PROXIES: int = ENV["TRUSTED_PROXIES"]
LOGIN_GATEWAY: str = ENV["LOGIN_GATEWAY"]
LOGIN_GATEWAY_URL: str = ENV["LOGIN_GATEWAY_URL"]
LOGIN_GATEWAY_TOKEN: str = ENV["LOGIN_GATEWAY_TOKEN"]
LOGIN_GATEWAY_BODY: str = ENV["LOGIN_GATEWAY_BODY"]
LOGIN_EMAIL_TO: str = ENV["LOGIN_EMAIL_TO"]
MESSAGE_GATEWAY: str = ENV["MESSAGE_GATEWAY"]
MESSAGE_GATEWAY_URL: str = ENV["MESSAGE_GATEWAY_URL"]
MESSAGE_GATEWAY_TOKEN: str = ENV["MESSAGE_GATEWAY_TOKEN"]
MESSAGE_GATEWAY_BODY: str = ENV["MESSAGE_GATEWAY_BODY"]
MESSAGE_EMAIL_TO: str = ENV["MESSAGE_EMAIL_TO"]
MESSAGE_HOURS: tuple[int, int] = ENV["MESSAGE_HOURS"]

DATABASE_URL: str = ENV["DATABASE_URL"] or engines.urls(VAR).database_url
MIGRATION_DATABASE_URL: str = ENV["MIGRATION_DATABASE_URL"] or (
    DATABASE_URL if ENV["DATABASE_URL"] else engines.urls(VAR).owner_database_url
)
REDIS_URL: str = ENV["REDIS_URL"] or engines.urls(VAR).redis_url


def database_from_url(url: str) -> dict[str, Any]:
    """Django's DATABASES entry of a postgresql:// address (a socket folder as percent-encoded host)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")) if "host" in query else _host(parts.netloc),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": ENV["DB_POOL_MAX"], "timeout": 10}, **query},
    }


def _host(netloc: str) -> str:
    """Urlsplit lowers the host, and a socket folder may have capitals: cut it out ourselves."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])


DATABASES = {"default": database_from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "contributors.Account"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "contributors.second_factor_store.SecondFactorStore",
    "contributors",
    "payments",
    "api",
    "web",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.squeezing.SqueezedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.middleware.PortalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = Path(ENV["MEDIA_ROOT"] or VAR / "files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# Sessions live in PostgreSQL: losing Redis logs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

if ENV["EMAIL_URL"]:
    mail = urlsplit(ENV["EMAIL_URL"])
    EMAIL_HOST, EMAIL_USE_SSL = mail.hostname, mail.scheme == "smtps"
    EMAIL_PORT, EMAIL_USE_TLS = mail.port or (465 if EMAIL_USE_SSL else 587), not EMAIL_USE_SSL
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(mail.username or ""), unquote(mail.password or "")
    EMAIL_TIMEOUT = 5
    DEFAULT_FROM_EMAIL = ENV["MAIL_FROM"]

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
if ENV["HTTPS"]:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.auth.BasicLogin", "api.auth.KeyLogin", "api.auth.SessionLogin"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pages.KeysetPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 50,
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_THROTTLE_CLASSES": ["api.rates.CallerRate"],
}
# Requests a minute, counted in Redis; 0: as many as come.
API_RATE_CALLER: int = ENV["API_RATE_CALLER"]
API_RATE_ADDRESS: int = ENV["API_RATE_ADDRESS"]
KNOX_TOKEN_MODEL = "knox.AuthToken"  # noqa: S105 - a model
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bút Làng",
    "DESCRIPTION": "Contributors, pieces, royalties and statements of a commune's website.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.examples.with_examples"],
    "ENUM_NAME_OVERRIDES": {
        "PieceStateEnum": "contributors.models.PieceState",
        "CreditStateEnum": "contributors.models.CreditState",
        "CreditSourceEnum": "contributors.models.CreditSource",
        "RunStateEnum": "payments.models.RunState",
        "StatementStateEnum": "payments.models.StatementState",
        "LineKindEnum": "payments.models.LineKind",
        "WayEnum": "api.v1.contributors.person_bodies.WAYS",
        "WaiverScopeEnum": "payments.models.WaiverScope",
        "WaiverWayEnum": "payments.models.WaiverWay",
        "NoticeWayEnum": "payments.models.NoticeWay",
        "CorrectionStateEnum": "payments.models.CorrectionState",
        "CorrectionSourceEnum": "payments.models.CorrectionSource",
        "UnclaimedStateEnum": "payments.models.UnclaimedState",
        "UnitKindEnum": "contributors.models.UnitKind",
        "ContributorStateEnum": "contributors.models.ContributorState",
        "ImportStateEnum": "contributors.models.ImportState",
        "ImportChoiceEnum": [(choice, choice) for choice in ("create", "same", "skip")],
        "ClaimStateEnum": "contributors.models.ClaimState",
        "ScheduleStateEnum": "payments.models.ScheduleState",
        "GrantStateEnum": [("waiting", "waiting"), ("confirmed", "confirmed"), ("declined", "declined")],
        "InvitationStateEnum": [(state, state) for state in ("open", "used_up", "expired", "revoked")],
        "SeatEnum": "contributors.models.SeatName",
        "SheetVerdictEnum": [(verdict, verdict) for verdict in ("new", "there", "wrong")],
        "CallStateEnum": "api.v1.calls.STATES",
        "CapabilityEnum": "contributors.models.Capability",
        "SightingStateEnum": "contributors.models.SightingState",
        "UploadStateEnum": "contributors.models.UploadState",
        "UploadKindEnum": "contributors.models.UploadKind",
        "AttachmentKindEnum": "contributors.models.AttachmentKind",
        "JobStateEnum": "contributors.models.JobState",
        "HealthStateEnum": [(state, state) for state in ("good", "warn", "bad")],
        "BatchStateEnum": "payments.models.BatchState",
        "ThanksKindEnum": [(kind, kind) for kind in ("regularity", "first_piece", "coverage")],
        "BatchKindEnum": "payments.models.BatchKind",
        "BankResultStateEnum": "payments.models.ResultState",
        "PayoutStateEnum": [(state, state) for state in ("waiting", "sent", "paid", "returned")],
        "JournalKindEnum": [(kind, kind) for kind in ("issue", "correction", "carried", "tax", "payout", "reversal")],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENV["LOG_LEVEL"]},
}
