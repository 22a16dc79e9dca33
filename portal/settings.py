"""Flint's settings: every one that an operator sets is an environment variable of docs/settings.md."""

from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key
from django.templatetags.static import static

from portal import environment as env
from realtime import logs
from realtime.node import node_id

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("FLINT_VAR", str(BASE_DIR / "var")))

VERSION = "0.1.dev0"  # of the release that is being made

DEBUG = env.flag("FLINT_DEBUG")
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret(
    "FLINT_SECRET_KEY", VAR_DIR / "secret_key", get_random_secret_key
).split(",")
CREDENTIAL_KEYS = env.secret(
    "FLINT_CREDENTIAL_KEYS", VAR_DIR / "credential_keys", lambda: Fernet.generate_key().decode()
).split(",")
ALLOWED_HOSTS = env.names("FLINT_HOSTS", ["*"] if DEBUG else ["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.text("FLINT_PUBLIC_URL")
TRUSTED_HOPS = int(env.number("FLINT_TRUSTED_HOPS", 0))
TRUSTED_PROXIES = env.networks("FLINT_TRUSTED_PROXIES", env.PRIVATE_NETWORKS)

METRICS_LISTEN = env.address("FLINT_METRICS_LISTEN")
METRICS_ALLOW = env.networks("FLINT_METRICS_ALLOW", ["127.0.0.0/8", "::1"])
METRICS_DIR = env.text("FLINT_METRICS_DIR")  # the supervisor's, for its children

INSTALLED_APPS = [
    "portal",  # before staticfiles: its runserver is daphne's
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "games",
    "realtime",
    "players",
    "push",
    "messaging",
    "competition",
    "cloudcode",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.compression.CompressedPages",
    "portal.whitenoise.StaticFiles",
    "portal.api.mounting.api_addresses",
    "portal.web.cookies.portal_cookies",  # outside of those whose cookies it renames
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.temporary_passwords.temporary_passwords",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
AUTH_USER_MODEL = "games.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'flint.sqlite3'}")
DATABASES = {"default": env.database(DATABASE_URL)}

REDIS_URL = env.text("REDIS_URL")
FLINT_MAIL_URL = env.text("FLINT_MAIL_URL")
NODE = env.text("FLINT_NODE")
CHANNEL_LAYERS = env.channel_layers(REDIS_URL)

FLINT_MAIL_SERVICE = env.mail(FLINT_MAIL_URL)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # where there is no FLINT_MAIL_URL
DEFAULT_FROM_EMAIL = env.text("FLINT_MAIL_FROM", "flint@localhost")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link of a mail is good for

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing to collect: WhiteNoise serves from where the files are installed
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

FILES_URL = env.text("FLINT_FILES", f"file://{VAR_DIR / 'files'}")
STORAGES = {
    "default": env.storage(FILES_URL),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SECURE_CONTENT_TYPE_NOSNIFF = True
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    f"{'__Secure-' if HTTPS else ''}flint_{name}" for name in ("session", "csrf")
)
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/ops/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The developers' pages have cookies of their own (portal/web/cookies.py).
PORTAL_SESSION_COOKIE, PORTAL_CSRF_COOKIE = (
    f"{'__Host-' if HTTPS else ''}flint_portal_{name}" for name in ("session", "csrf")
)
CSRF_FAILURE_VIEW = "portal.web.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # its cookie would have no path
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")] if PUBLIC_URL else []
X_FRAME_OPTIONS = "DENY"
# portal.checks says the same of the environment variable that an operator sets (cookies, DEBUG, hosts);
# sending browsers to https is the proxy's part, since some games' clients speak no TLS.
SILENCED_SYSTEM_CHECKS = [f"security.{code}" for code in ("W004", "W008", "W012", "W016", "W018", "W020")]

LOG_FORMAT = env.choice("FLINT_LOG_FORMAT", logs.FORMATS, "text")
LOG_LEVEL = env.choice("FLINT_LOG_LEVEL", logs.LEVELS, "INFO")
SECRET_VALUES = [
    *(SECRET_KEY, *SECRET_KEY_FALLBACKS, *CREDENTIAL_KEYS),
    *env.passwords(DATABASE_URL, REDIS_URL, FLINT_MAIL_URL),
]
TRACES = bool(env.text("OTEL_EXPORTER_OTLP_ENDPOINT") or env.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
TRACES_SERVICE = env.text("OTEL_SERVICE_NAME", "flint")
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.error_reports.WithoutVariables"
LOGGING = logs.config(LOG_FORMAT, LOG_LEVEL, SECRET_VALUES, node_id)

# --- What the packages hand to those left of them, by dotted path -------------------------------------
FLINT_REQUEST_MODULES = ["players.requests", "push.requests", "messaging.requests", "competition.requests"]
FLINT_REQUEST_MIDDLEWARE = [
    "protocol.throttle.throttle",
    "games.permissions.permissions",
    "players.middleware.authentication",
    "players.durable.durable",
    "cloudcode.middleware.scripts",
]
FLINT_FLUSH = "messaging.delivery.flush"
FLINT_RUN_SYNC = "realtime.database.run_handler"
FLINT_JOB_MODULES = [
    "realtime.jobs",
    "realtime.heartbeat",
    "realtime.sampling",
    "realtime.tally_jobs",
    "realtime.shutting",
    "realtime.credential_counts",
    "games.jobs",
    "players.jobs",
    "push.jobs",
    "push.ages",
    "messaging.jobs",
    "messaging.ages",
    "messaging.waiting_tally",
    "competition.jobs",
    "competition.uploads.jobs",
    "competition.matches.jobs",
    "cloudcode.jobs",
    "portal.alert_jobs",
]
FLINT_SECTION_MODULES = [
    "messaging.sections",
    "players.sections",
    "competition.sections",
    "competition.goods.sections",
    "competition.uploads.sections",
    "competition.achievements.sections",
    "cloudcode.sections",
    "games.credentials_section",
    "games.kept_sections",
]

# --- Processes (realtime/supervisor.py) ------------------------------------------------------------------
FLINT_PROCESSES = int(env.number("FLINT_PROCESSES", 0))  # 0: one, without a supervisor
FLINT_DRAIN_PER_SECOND = env.number("FLINT_DRAIN_PER_SECOND", 300)  # sockets of one process, at a reload
FLINT_DRAIN_SECONDS = env.number("FLINT_DRAIN_SECONDS", 60)

# --- Limits (wire-protocol.md, section 10) -------------------------------------------------------------
FLINT_LIMIT_REQUESTS_PER_SECOND = env.number("FLINT_LIMIT_REQUESTS_PER_SECOND", 100)
FLINT_LIMIT_REQUESTS_BURST = env.number("FLINT_LIMIT_REQUESTS_BURST", 500)
FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND = env.number("FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND", 1000)
FLINT_LIMIT_ADDRESS_REQUESTS_BURST = env.number("FLINT_LIMIT_ADDRESS_REQUESTS_BURST", 5000)
FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = env.number("FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND", 1000)
FLINT_LIMIT_HANDSHAKES_PER_SECOND = env.number("FLINT_LIMIT_HANDSHAKES_PER_SECOND", 20)
FLINT_LIMIT_HANDSHAKES_BURST = env.number("FLINT_LIMIT_HANDSHAKES_BURST", 200)
FLINT_LIMIT_LOGINS_PER_SECOND = env.number("FLINT_LIMIT_LOGINS_PER_SECOND", 5)
FLINT_LIMIT_LOGINS_BURST = env.number("FLINT_LIMIT_LOGINS_BURST", 100)
FLINT_LIMIT_SOCKETS = env.number("FLINT_LIMIT_SOCKETS", 16_000)
FLINT_LIMIT_SOCKETS_PER_ADDRESS = env.number("FLINT_LIMIT_SOCKETS_PER_ADDRESS", 1000)
FLINT_LIMIT_SOCKETS_PER_PLAYER = env.number("FLINT_LIMIT_SOCKETS_PER_PLAYER", 10)
FLINT_STALLED_SECONDS = env.number("FLINT_STALLED_SECONDS", 60)  # a reader without progress is ended
FLINT_RETENTION_MESSAGE_DAYS = env.number("FLINT_RETENTION_MESSAGE_DAYS", 90)
FLINT_RETENTION_POST_DAYS = env.number("FLINT_RETENTION_POST_DAYS", 14)
FLINT_RETENTION_TRANSACTION_DAYS = env.number("FLINT_RETENTION_TRANSACTION_DAYS", 365)
FLINT_RETENTION_SCRIPT_LOG_DAYS = env.number("FLINT_RETENTION_SCRIPT_LOG_DAYS", 14)
FLINT_SCRIPT_PROCESSES = int(env.number("FLINT_SCRIPT_PROCESSES", 0))  # 0: one a core, and two at least
FLINT_SCRIPT_SECONDS = env.number("FLINT_SCRIPT_SECONDS", 5)  # of all that one request runs
FLINT_SCRIPT_MESSAGE_SECONDS = env.number("FLINT_SCRIPT_MESSAGE_SECONDS", 10)
FLINT_SCRIPT_MEMORY_MB = env.number("FLINT_SCRIPT_MEMORY_MB", 64)
FLINT_SCRIPT_HOSTS = env.names("FLINT_SCRIPT_HOSTS")
FLINT_PUSH_HOSTS = env.names("FLINT_PUSH_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])

# --- The operators' admin ------------------------------------------------------------------------------
LOGIN_REDIRECT_URL = "/ops/"
UNFOLD = {
    "SITE_TITLE": "Flint operations",
    "SITE_HEADER": "Flint",
    "SITE_SUBHEADER": "Operations · times in UTC",
    "SITE_SYMBOL": "local_fire_department",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("ops/flint.svg")}
    ],
    "SITE_URL": None,
    "LOGIN": {"form": "portal.sign_in.SignInForm"},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("ops/ops.css")],
    "DASHBOARD_CALLBACK": "portal.ops.dashboard",
    "SIDEBAR": {"navigation": "portal.ops.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.3% .015 40)",
            "100": "oklch(94.4% .033 40)",
            "200": "oklch(88.7% .066 40)",
            "300": "oklch(81% .111 40)",
            "400": "oklch(71.2% .165 41)",
            "500": "oklch(63.5% .19 40)",
            "600": "oklch(55.4% .17 39)",
            "700": "oklch(48% .148 38)",
            "800": "oklch(41% .125 37)",
            "900": "oklch(35.5% .104 37)",
            "950": "oklch(24% .07 36)",
        }
    },
}
