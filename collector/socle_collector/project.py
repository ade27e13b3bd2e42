"""The Django project, built from the collector's settings when a program asks for it.

There is no settings module: `configure` takes the settings that the program has already read and checked.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from socle_core.settings.collector import CollectorSettings

APPS = ["socle_collector.registry", "socle_collector.ingest", "socle_collector.dashboards"]


def configure(settings: CollectorSettings) -> None:
    """Make Django ready in this process. May be called once."""
    import django
    from django.conf import settings as django_settings

    django_settings.configure(**django_values(settings))
    django.setup()


def django_values(settings: CollectorSettings) -> dict[str, Any]:
    """Django's settings; debugging is never on, and no session, user or cookie exists yet."""
    return {
        "DEBUG": False,
        "SOCLE": settings,
        "SECRET_KEY": secret_key(settings.secret_key_file),
        "ALLOWED_HOSTS": list(settings.allowed_hosts),
        "INSTALLED_APPS": APPS,
        "DATABASES": {"default": database(settings.database_url)},
        "ROOT_URLCONF": "socle_collector.dashboards.urls",
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
            "socle_collector.dashboards.headers.policy",
            "django.middleware.gzip.GZipMiddleware",
        ],
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        "TIME_ZONE": settings.timezone,
        "USE_TZ": True,
        "USE_I18N": False,
        "SECURE_REFERRER_POLICY": "same-origin",
        "LOGGING_CONFIG": None,
    }


def database(url: str) -> dict[str, Any]:
    """Django's description of the database behind a libpq address."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    known = {name: parts.pop(key, "") for name, key in _KEYS.items()}
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, **known, "OPTIONS": parts}


_KEYS = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def secret_key(file: Path) -> str:
    """The text in `file`; drawn anew where there is no such file, which signs nothing that outlives us."""
    try:
        return file.read_text(encoding="utf-8").strip() or secrets.token_urlsafe(50)
    except OSError:
        return secrets.token_urlsafe(50)
