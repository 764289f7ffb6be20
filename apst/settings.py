"""Settings, in one file, from the environment.

Production differs by environment only; a missing secret stops the start.
"""

from datetime import time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# ---- What must be said -----------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    raise SystemExit(
        "SECRET_KEY is not set. ./run sets one for the demonstration; in production give a long random one."
    )
DATABASE_URL = env.str("DATABASE_URL", "")
if not DATABASE_URL:
    raise SystemExit("DATABASE_URL is not set: the address of PostgreSQL for the login tf_app. ./run brings its own.")
MIGRATE_DATABASE_URL = env.str("MIGRATE_DATABASE_URL", "")
BOOTSTRAP_DATABASE_URL = env.str("BOOTSTRAP_DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# ---- The product -----------------------------------------------------------------------------------------------------
PRODUCT_NAME = env.str("PRODUCT_NAME", "Taskforce")
# However busy a person is, after this long they sign in again.
SIGNED_IN_SECONDS = env.int("SIGNED_IN_SECONDS", 12 * 60 * 60)
IDLE_SECONDS = env.int("IDLE_SECONDS", 30 * 60)
IDLE_WARNING_SECONDS = env.int("IDLE_WARNING_SECONDS", 28 * 60)
INVITATION_DAYS = env.int("INVITATION_DAYS", 7)
UNDO_MINUTES = env.int("UNDO_MINUTES", 10)
UPLOAD_MEGABYTES = env.int("UPLOAD_MEGABYTES", 20)
# The virus scanner that looks at every document: tcp://host:port or unix:///path of clamd; "" for none.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "")
CLAMD_SECONDS = env.int("CLAMD_SECONDS", 60)
# How long a removed document can be restored, before its bytes are erased.
DOCUMENT_GRACE_DAYS = env.int("DOCUMENT_GRACE_DAYS", 30)
IMPORT_ROWS = env.int("IMPORT_ROWS", 100_000)
IMPORT_CELL_CHARACTERS = env.int("IMPORT_CELL_CHARACTERS", 32_767)
IMPORT_UNPACKED_MEGABYTES = env.int("IMPORT_UNPACKED_MEGABYTES", 200)
# How many adults work directly with a child before the page warns (a fourth would be too many).
TEAM_DIRECT_MOST = env.int("TEAM_DIRECT_MOST", 3)
# How long a judgement of risk or a safety plan stands before it is looked at again, unless its author says otherwise.
RISK_REVIEW_DAYS = env.int("RISK_REVIEW_DAYS", 42)
OWN_WINDOW_WORKING_DAYS = env.int("OWN_WINDOW_WORKING_DAYS", 3)
# A plan is looked at after so many weeks, then each half-term; a review counts for one due up to so many days later.
PLAN_REVIEW_WEEKS = env.int("PLAN_REVIEW_WEEKS", 6)
PLAN_REVIEW_EARLY_DAYS = env.int("PLAN_REVIEW_EARLY_DAYS", 14)
# Clocks: the defaults of what each taskforce may set for itself ("Clocks and targets"). In school days: the triage of a
# referral, and the first session after it is accepted, for which no source sets a figure; a place after a Fair Access
# agreement, which the School Admissions Code sets (2021, 3.14) and no taskforce. In weeks: a step-out, which is the
# pilots' habit and no rule.
TRIAGE_SCHOOL_DAYS = env.int("TRIAGE_SCHOOL_DAYS", 5)
FIRST_SESSION_SCHOOL_DAYS = env.int("FIRST_SESSION_SCHOOL_DAYS", 10)
FAIR_ACCESS_SCHOOL_DAYS = env.int("FAIR_ACCESS_SCHOOL_DAYS", 20)
STEP_OUT_WEEKS = env.int("STEP_OUT_WEEKS", 12)
# A place on the waiting list is looked at again after so many weeks, unless whoever gives it says otherwise.
WAITING_REVIEW_WEEKS = env.int("WAITING_REVIEW_WEEKS", 4)
# A clock is told of so many days before it runs out.
CLOCKS_SOON_DAYS = env.int("CLOCKS_SOON_DAYS", 7)
# After how many weeks at the school a reintegration is checked.
REINTEGRATION_CHECK_WEEKS = env.list("REINTEGRATION_CHECK_WEEKS", [6, 12], subcast=int)
# Work that starts earlier, or at the end or later, is outside school hours.
SCHOOL_DAY_STARTS = env.time("SCHOOL_DAY_STARTS", time(8, 30))
SCHOOL_DAY_ENDS = env.time("SCHOOL_DAY_ENDS", time(16))
# How long after the time said a colleague who is out alone may be late before the managers are told.
LONE_VISIT_GRACE_MINUTES = env.int("LONE_VISIT_GRACE_MINUTES", 10)
# What is an unusual look at a record, for those who may ask about it: before or after these hours, and on weekends;
# this many pupils within these minutes. A page that shows more pupils than LOOKS_FEW_PUPILS is a list, no look at one.
LOOKS_HOURS = (env.int("LOOKS_HOURS_FROM", 7), env.int("LOOKS_HOURS_UNTIL", 19))
LOOKS_FEW_PUPILS = env.int("LOOKS_FEW_PUPILS", 3)
LOOKS_MANY_PUPILS = env.int("LOOKS_MANY_PUPILS", 15)
LOOKS_MANY_MINUTES = env.int("LOOKS_MANY_MINUTES", 10)
# The time that the SEND Regulations 2014 (regulation 8) leave for advice in an EHC needs assessment.
EHC_ADVICE_WEEKS = env.int("EHC_ADVICE_WEEKS", 6)
# What a calendar address gives: from so long ago until so far ahead; how often one is answered.
CALENDAR_BACK = timedelta(days=env.int("CALENDAR_BACK_DAYS", 28))
CALENDAR_AHEAD = timedelta(days=env.int("CALENDAR_AHEAD_DAYS", 182))
CALENDAR_REQUESTS_AN_HOUR = env.int("CALENDAR_REQUESTS_AN_HOUR", 60)
PDF_AVAILABLE = env.bool("PDF_AVAILABLE", True)

# ---- Django ----------------------------------------------------------------------------------------------------------
ROOT_URLCONF = "apst.urls"
WSGI_APPLICATION = "apst.wsgi.application"
ASGI_APPLICATION = "apst.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "guardian",
    "rest_framework",
    "apst.tenancy",
    "apst.audit",
    "apst.jobs",
    "apst.web",
    "apst.accounts",
    "apst.places",
    "apst.notices",
    "apst.people",
    "referrals",
    "cases",
    "sharing",
    "reporting",
    "apst.imports",
    "apst.demo",
]
MIDDLEWARE = [
    "apst.web.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apst.web.middleware.IdleTimeOut",
    "apst.web.middleware.OpenTaskforce",
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
                "apst.web.context_processors.product",
            ],
        },
    }
]
FORM_RENDERER = "apst.web.forms.GovukRenderer"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "apst.web.views.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # guardian's backend is not used: the database's policies read its tables
    "staticfiles.W004",  # static/build is made by set-up; a missing one stops collectstatic and the pages anyway
]


# ---- The database: a login without rights for the application, the owner's for migrations only -----------------------
def _database(url: str, **options: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"application_name": "taskforce", **options},
        "TEST": {},
    }


DATABASES = {"default": _database(DATABASE_URL)}
# Progress of a job is told beside the transaction in which its work is done.
DATABASES["beside"] = _database(DATABASE_URL)
DATABASES["beside"]["TEST"] = {"MIRROR": "default"}
if MIGRATE_DATABASE_URL:
    DATABASES["owner"] = _database(MIGRATE_DATABASE_URL, options="-c role=tf_owner")
    DATABASES["owner"]["TEST"] = {
        "NAME": "test_" + DATABASES["owner"]["NAME"] + env.str("TEST_DB_SUFFIX", ""),
        "DEPENDENCIES": [],
    }
    DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
    DATABASES["beside"]["TEST"] = {"MIRROR": "owner"}

CACHES = {
    "default": {
        "BACKEND": "apst.web.cache.LenientCache",
        "LOCATION": REDIS_URL,
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# ---- Signing in ------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Single sign-on (allauth.socialaccount) and passkeys (allauth.mfa) have their place here, and their adapters in
# apst/accounts.
ACCOUNT_ADAPTER = "apst.accounts.adapter.InvitedOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/5m/key,20/5m/ip", "reset_password": "20/m/ip,5/m/key"}
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
# In the database alone: pages answer while the broker and its cache do not, and whoever has signed out is out at once.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

# ---- What the browser may do -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "font-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "report-uri": "/csp-report/",
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Our own proxy writes the last address of X-Forwarded-For; without one nobody's word is taken.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
X_FRAME_OPTIONS = "DENY"

# ---- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "static" / "collected"))
STATICFILES_DIRS = [BASE_DIR / "static" / "build", BASE_DIR / "static" / "own"]
# Documents: a folder that no web server serves, or a bucket of S3 or of what speaks its protocol (the extra "s3").
S3_BUCKET = env.str("S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None,
            "region_name": env.str("S3_REGION", "eu-west-2"),
            "access_key": env.str("S3_ACCESS_KEY", "") or None,
            "secret_key": env.str("S3_SECRET_KEY", "") or None,
            "default_acl": "private",
            "file_overwrite": False,
            "object_parameters": {"ServerSideEncryption": "AES256"},
        },
    }
    if S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("MEDIA_ROOT", "") or str(BASE_DIR / ".media"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ---- Email -----------------------------------------------------------------------------------------------------------
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", "")
EMAIL_BACKEND = "django.core.mail.backends." + ("filebased" if EMAIL_FILE_PATH else "smtp") + ".EmailBackend"
if not EMAIL_FILE_PATH:
    mail = urlsplit(env.str("EMAIL_URL", "smtp://127.0.0.1:25"))
    EMAIL_HOST, EMAIL_PORT = mail.hostname or "127.0.0.1", mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(mail.username or ""), unquote(mail.password or "")
    EMAIL_USE_TLS = mail.scheme == "smtps"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@taskforce.example")

# ---- Background work -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"apst.jobs.tasks.run_pdf": {"queue": "pdf"}}
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that does not answer keeps nobody waiting: the row of a job is in the database, and `resend` looks for it.
CELERY_TASK_PUBLISH_RETRY = False
# (Without these Celery tries again for more than six seconds, while the page waits.)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2, "max_retries": 1, "interval_start": 0, "interval_step": 0,
}  # fmt: skip
# How long jobs that are over are kept.
JOBS_KEPT_DAYS = env.int("JOBS_KEPT_DAYS", 90)
# What comes each night is scheduled in the packages' `tasks.py`, once a taskforce (apst/jobs/schedule.py).
CELERY_BEAT_SCHEDULE = {
    "resend": {"task": "apst.jobs.tasks.resend", "schedule": 15.0},
    "heartbeat": {"task": "apst.jobs.tasks.beat", "schedule": 20.0},
    "occasions": {"task": "apst.jobs.tasks.ask_for_due", "schedule": 60.0},
    "overdue": {"task": "apst.people.tasks.look_for_overdue", "schedule": 60.0},
    "seals": {"task": "apst.audit.tasks.seal_everywhere", "schedule": 3600.0},
}
CELERY_TIMEZONE = TIME_ZONE

# ---- The API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}

# ---- Logs: ids, never names ------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # On the handler, so that whatever any library says passes it.
    "filters": {"no_secrets": {"()": "apst.web.logs.NoSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secrets"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django.db.backends": {"level": "INFO"}},
}
