"""All settings of Loket, in one file, read from the environment only.

``LOKET_ENV`` says where we are: ``production`` (the default: forgetting it must not open anything), ``demo``,
``development`` or ``test``. Outside production every setting has a working default.
"""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cms import environment as env
from integrations.clamav import check_address

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("LOKET_ENV", {"production", "demo", "development", "test"}, "production")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"
DEFAULT_SECRET_KEY = "only-for-demo-development-and-test"  # noqa: S105  production refuses it below

DEBUG = env.boolean("LOKET_DEBUG", ENVIRONMENT == "development")
SECRET_KEY = env.text("LOKET_SECRET_KEY", None if PRODUCTION else DEFAULT_SECRET_KEY)
DEFAULT_ENCRYPTION_KEY = base64.b64encode(hashlib.sha256(DEFAULT_SECRET_KEY.encode()).digest()).decode()
# The first one encrypts what must not be read in the database, such as national numbers; each of them decrypts.
ENCRYPTION_KEYS = env.keys("LOKET_ENCRYPTION_KEYS", None if PRODUCTION else DEFAULT_ENCRYPTION_KEY)
ALLOWED_HOSTS = env.words("LOKET_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
BASE_URL = env.text("LOKET_BASE_URL", None if PRODUCTION else f"http://127.0.0.1:{env.integer('PORT', 8000)}").rstrip(
    "/"
)
MUNICIPALITY = env.text("LOKET_MUNICIPALITY", None if PRODUCTION else "Mortsel")
HELP_PHONE = env.text("LOKET_HELP_PHONE", None if PRODUCTION else "03 444 17 17")
HELP_EMAIL = env.text("LOKET_HELP_EMAIL", None if PRODUCTION else "info@mortsel.example")
HELP_ADDRESS = env.text("LOKET_HELP_ADDRESS", None if PRODUCTION else "Stadsplein 1, 2640 Mortsel")
# The map on which a citizen may point at a place. Without an address of tiles there is none, and words do.
MAP_TILES = env.text("LOKET_MAP_TILES", "")
MAP_ATTRIBUTION = env.text("LOKET_MAP_ATTRIBUTION", "")
MAP_CENTER = env.map_view("LOKET_MAP_CENTER", "51.1703,4.4568,14")
VAR_DIR = Path(env.text("LOKET_VAR", str(BASE_DIR / "var")))

if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("LOKET_DEBUG is on in production: switch it off, it shows the inside of Loket.")
    if SECRET_KEY == DEFAULT_SECRET_KEY or len(SECRET_KEY) < 40:
        raise ImproperlyConfigured("LOKET_SECRET_KEY must be a secret of your own of at least 40 characters.")
    if DEFAULT_ENCRYPTION_KEY in ENCRYPTION_KEYS:
        raise ImproperlyConfigured("LOKET_ENCRYPTION_KEYS holds the key of the demo, which anyone can read.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("Set LOKET_HOSTS to the names of your site, for example loket.mortsel.be.")
    if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("LOKET_HOSTS must name each host in full; a wildcard lets anyone pose as your site.")
    if not BASE_URL.startswith("https://"):
        raise ImproperlyConfigured("LOKET_BASE_URL must start with https:// in production.")

# --- Apps, from the highest floor down -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cms",
    "site_pages",
    "impact",
    "bookings",
    "mailroom",
    "forms",
    "dossiers",
    "parties",
    "videos",
    "integrations",
    "core",
    "forms.formidable_app.FormidableConfig",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.users_app.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_q",
    "rest_framework",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.middleware.PermissionsPolicyMiddleware",
    "cms.middleware.ApiMiddleware",
    "cms.middleware.PlainRequestMiddleware",
    "cms.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.middleware.SecondFactorMiddleware",
    "cms.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "cms.context_processors.site",
                "cms.context_processors.staff",
                "dossiers.signed_in.context",
                "forms.embedding.context",
            ],
        },
    },
]

# --- Database: SQLite embedded, PostgreSQL in production --------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'loket.sqlite3'}"),
        conn_max_age=600,  # persistent connections: nine times faster on PostgreSQL, three on SQLite
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE: a transaction that will write takes its lock at the start and waits for it, so nobody reads
    # "database is locked"; with deferred transactions an upgrade fails at once, however long the timeout.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # secure_delete: what was destroyed is overwritten, and not only marked as free
        # recursive_triggers: INSERT OR REPLACE deletes a row too, and the guard against deleting must see it
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
        "PRAGMA recursive_triggers=ON;PRAGMA secure_delete=ON;",
    }
    # Tests use a file as well: the threads and processes of a test share it, which a database in memory cannot do.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    # Disks without moving parts, so that reading a few rows by an index looks as cheap as it is; and no plan for
    # several processes: a page needs thirty rows, and those that find none of them would read the whole archive.
    # Something in DATABASE_URL (?options=…) goes before.
    planning = "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    DATABASES["default"]["OPTIONS"] = {"options": planning} | (DATABASES["default"].get("OPTIONS") or {})

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Jobs: django-q2 on the database ----------------------------------------------------------------------------------

Q_CLUSTER = {
    "name": "loket",
    "orm": "default",
    "workers": env.integer("LOKET_WORKERS", 2 if PRODUCTION else 1, minimum=1),
    "timeout": 300,
    "retry": 360,  # must exceed the timeout, or a job runs twice at once
    "max_attempts": 3,
    "ack_failures": False,
    "catch_up": False,
    "poll": 0.5,
    "save_limit": 250,
    "label": "Jobs",
}
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if ENVIRONMENT == "test"
        else "integrations.task_backend.DjangoQBackend"
    }
}

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "cms.staff_sign_in.PasswordGate",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # one colleague's typos must not lock out the whole town hall
AXES_LOCKOUT_TEMPLATE = "cms/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

# Whether whoever sees personal data must give a code of an app besides the password (cms/second_step.py).
SECOND_FACTOR_REQUIRED = (
    env.choice("LOKET_SECOND_FACTOR", {"required", "optional"}, "required" if PRODUCTION else "optional") == "required"
)

# Where citizens may sign in with itsme or eID, such as ACM/IDM (docs/recipes/acm-idm.md); None: nowhere.
CITIZEN_OIDC = env.openid("LOKET_CITIZEN_OIDC", scopes="openid profile", plain_http=not PRODUCTION)
# The law or authorisation by which the sign-in may tell the national number. Without it Loket does not look at it.
CITIZEN_OIDC_LEGAL_BASIS = env.text("LOKET_CITIZEN_OIDC_LEGAL_BASIS", "")[:300]
# A citizen who does nothing for so long is signed out.
CITIZEN_SESSION = timedelta(minutes=env.integer("LOKET_CITIZEN_SESSION", 30, minimum=5))
# Where staff may sign in with the account of the organisation; None: only with a password.
STAFF_OIDC = env.openid("LOKET_STAFF_OIDC", scopes="openid profile email", plain_http=not PRODUCTION)
# Whether somebody's first sign-in there opens the account with the same verified e-mail address.
STAFF_OIDC_BY_EMAIL = env.boolean("LOKET_STAFF_OIDC_BY_EMAIL")
# What its acr or amr says when it asked for more than a password. Empty: Loket asks its own second step.
STAFF_OIDC_SECOND_STEP = env.words("LOKET_STAFF_OIDC_SECOND_STEP")
# Without it only superusers have a password that works, for when the provider does not answer.
STAFF_PASSWORD = env.boolean("LOKET_STAFF_PASSWORD", True)
if not STAFF_PASSWORD and STAFF_OIDC is None:
    raise ImproperlyConfigured(
        "LOKET_STAFF_PASSWORD is off and LOKET_STAFF_OIDC_ISSUER is not set: nobody could sign in."
    )
OPENID_ORIGINS = sorted({config.origin for config in (CITIZEN_OIDC, STAFF_OIDC) if config})

LOGIN_URL = "/beheer/login/"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cms.views.csrf_failure"

# A form in progress that nobody touches closes in its browser; what was filled in is kept (docs/rules/formulieren.md).
FORM_TIMEOUT = timedelta(minutes=env.integer("LOKET_FORM_TIMEOUT", 60, minimum=5))

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nl", "Nederlands")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "videos" / "wagtailmedia_nl"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("LOKET_STATIC", str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# In production nginx or S3 hands out the public media; everywhere else Loket does it itself.
SERVE_MEDIA = env.boolean("LOKET_SERVE_MEDIA", not PRODUCTION)
PRIVATE_MEDIA_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {
        # The demo skips compression: it takes a quarter of a minute at every start and 127.0.0.1 is near.
        "BACKEND": {
            "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        }.get(ENVIRONMENT, "django.contrib.staticfiles.storage.StaticFilesStorage"),
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
# The virus scanner that looks at files of citizens: tcp://127.0.0.1:3310, unix:///run/clamav/clamd.ctl, or none.
CLAMAV = env.text("LOKET_CLAMAV", "")
if CLAMAV:
    try:
        check_address(CLAMAV)
    except ValueError as error:
        raise ImproperlyConfigured(f"LOKET_CLAMAV is {CLAMAV!r}; {error}.") from error
# Whether staff may open files that no scanner has judged (yet).
UNSCANNED_FILES = env.boolean("LOKET_UNSCANNED_FILES", ENVIRONMENT in {"demo", "development"})
# The form builder posts about 32 fields for a question with two rules and some choices: 6,400 for 200 of them, as
# tests/forms/test_editing.py counts, and five for each choice of a long list. The size in bytes has a limit of its own.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 30_000

# --- Mail -------------------------------------------------------------------------------------------------------------

if ENVIRONMENT == "test":
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif url := env.text("LOKET_SMTP", ""):  # smtp://user:password@host:587 (STARTTLS) or smtps://…:465
    from urllib.parse import unquote, urlsplit

    _smtp = urlsplit(url)
    if _smtp.scheme not in {"smtp", "smtps"} or not _smtp.hostname or not _smtp.netloc.rpartition(":")[2].isdecimal():
        raise ImproperlyConfigured(
            "LOKET_SMTP must look like smtp://user:password@mail.example.org:587, with its port."
        )
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname, _smtp.port or (465 if _smtp.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_USE_TLS = _smtp.scheme == "smtp" and env.boolean("LOKET_SMTP_STARTTLS", True)
elif PRODUCTION:
    raise ImproperlyConfigured("Set LOKET_SMTP, for example smtp://user:password@mail.example.org:587.")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.text("LOKET_FROM", None if PRODUCTION else "Lokaal bestuur Mortsel <loket@mortsel.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if "@" not in DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("LOKET_FROM must hold an e-mail address: Lokaal bestuur Mortsel <loket@example.org>.")

# --- Security ---------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION and env.boolean("LOKET_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks without TLS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_TRUSTED_ORIGINS = [BASE_URL] if PRODUCTION else []
# How many proxies of your own stand before Loket, each adding the address it saw to X-Forwarded-For. What a visitor
# writes there himself comes further to the left and is never believed.
PROXIES = env.integer("LOKET_PROXIES", 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "cms.middleware.ProxyMiddleware")
X_FRAME_OPTIONS = "SAMEORIGIN"

# Strict for everything a citizen sees; /beheer/ gets a looser one in cms.middleware, because Wagtail's own
# date pickers and inline panels still carry inline scripts.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *env.tile_hosts(MAP_TILES)],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *OPENID_ORIGINS],  # the button that leads to the provider where one signs in
        "frame-ancestors": [SELF],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- Wagtail ----------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = f"Loket {MUNICIPALITY}"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "core.Image"
WAGTAILDOCS_DOCUMENT_MODEL = "core.Document"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILMEDIA = {"MEDIA_MODEL": "videos.Media"}
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "dutch"},
}
# Calls to the outside that Wagtail makes on its own.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_USER_LOGIN_FORM = "cms.staff.StaffLoginForm"
TAGGIT_CASE_INSENSITIVE = True

# --- Formidable -------------------------------------------------------------------------------------------------------

# Its own migrations always look outdated, because the choices of a column come from a registry that is still empty
# when the model is imported: ours are pinned (docs/decisions/0002-formidable.md).
MIGRATION_MODULES = {"formidable": "forms.formidable_migrations"}
FORMIDABLE_ACCESS_RIGHTS_LOADER = "forms.roles.formidable_accesses"
FORMIDABLE_CONTEXT_LOADER = "forms.roles.formidable_context"
DJANGO_FORMIDABLE_SANITIZE_FUNCTION = "forms.runtime.plain_text"

# --- Logging ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django_q": {"level": "WARNING", "propagate": True},
        "weasyprint": {"level": "ERROR"},  # its warnings quote what citizens wrote
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
