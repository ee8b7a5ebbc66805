"""All settings, read from the environment once. Wrong or unsafe values end the start (config/environment.py)."""

from __future__ import annotations

import gc
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from api.settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401  (read by the API's libraries)
from config import environment
from config.logs import logging_settings
from core.db.sqlite.journal import journal_mode

# Models, queries and pages are many objects that soon go by themselves: looked over after every 700 new ones, as
# Python does unless told, they cost a fifth of the time of a request.
gc.set_threshold(50_000, 20, 50)

BASE_DIR = Path(__file__).resolve().parent.parent

# The installation
GAWAI_ENV = environment.mode()
PRODUCTION = GAWAI_ENV == "production"
if PRODUCTION:
    environment.refuse_debug()
DEBUG = False
DATA_DIR = environment.data_dir(BASE_DIR / "var")
PORT = environment.whole_number("PORT", 8000, low=1, high=65535)
SECRET_KEY = environment.secret_key(PRODUCTION, DATA_DIR)
BASE_URL = environment.base_url(PRODUCTION, PORT)
ALLOWED_HOSTS = environment.allowed_hosts(PRODUCTION, BASE_URL)
NUM_PROXIES = environment.whole_number("NUM_PROXIES", 0, low=0, high=9)
GAWAI_NOW = environment.frozen_now(PRODUCTION)
SERVING = environment.text("GAWAI_SERVING") == "1"  # set by gunicorn.conf.py for its own workers

INSTALLED_APPS = [
    "backoffice",  # before the admin site, whose login page it replaces
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.statics.StaticFiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "org",
    "assets",
    "pledges",
    "requests_app",
    "handing_over",
    "planning",
    "personal",
    "desks",
    "wording",
    "documents",
    "demo",
    "api",
]
MIDDLEWARE = [
    "core.middleware.CallMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.health.HealthMiddleware",
    "core.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.middleware.FaultMiddleware",
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
            ]
        },
    }
]

# Database. Times of waiting stay under the 10 seconds within which every call is answered.
DATABASES = {"default": environment.database(DATA_DIR)}
if DATABASES["default"]["ENGINE"] == "core.db.sqlite":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 2,
        "init_command": f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}; PRAGMA synchronous=FULL; "
        "PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_spill=OFF",  # a large import must not lock readers out before it commits
    }
else:
    DATABASES["default"]["OPTIONS"] |= {
        "connect_timeout": 3,
        "application_name": "gawai",
        "server_side_binding": True,
        "prepare_threshold": 3,
        "options": "-c random_page_cost=1.1 -c lock_timeout=6000 -c idle_in_transaction_session_timeout=60000"
        + (" -c statement_timeout=9000" if SERVING else ""),
    }
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts and sessions
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["core.backends.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "core.passwords.NotPersonalValidator"},
    {"NAME": "core.passwords.NoOfficeWordsValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 12 * 3600
SESSION_ENGINE = "core.sessions"
SESSION_IDLE_SECONDS = 4 * 3600
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
_cookie_prefix = "__Host-gawai_" if PRODUCTION else "gawai_"
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrf"
LANGUAGE_COOKIE_NAME = f"{_cookie_prefix}language"
DEVICE_COOKIE_NAME = f"{_cookie_prefix}device"
DEVICE_COOKIE_AGE = 180 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(BASE_URL).scheme}://{urlsplit(BASE_URL).netloc}"]
CSRF_FAILURE_VIEW = "core.faults.csrf_failure"

# Transport and browser. The proxy in front speaks TLS; its headers count only when NUM_PROXIES says that it is there.
if NUM_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION and NUM_PROXIES > 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# W021: the preload list is the district's own decision. The other four ask for TLS, which demo and development lack;
# W008 also while no proxy is announced that could tell the app of it.
SILENCED_SYSTEM_CHECKS = ["security.W021"] + ([] if SECURE_SSL_REDIRECT else ["security.W008"])
if not PRODUCTION:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W012", "security.W016"]

# Bodies and files
MAX_BODY_BYTES = 1024 * 1024
MAX_UPLOAD_BYTES = 32 * 1024 * 1024
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_DECODED_BYTES = 96 * 1024 * 1024  # a photo while it is made small
MAX_IMPORT_BYTES = 30 * 1024 * 1024
MAX_IMPORT_ROWS = environment.whole_number("MAX_IMPORT_ROWS", 150_000, low=1, high=1_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MEDIA_ROOT = DATA_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Collected, hashed and compressed in every mode: a browser keeps a file for good, and its next version is another file.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["woff2", "png", "map"]

# Language and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone()
USE_TZ = True

LOGGING_CONFIG = "config.logs.configure"
LOGGING = logging_settings()
