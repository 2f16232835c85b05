"""System checks of the whole house."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import Error, register
from django.db import connections

from core import triggers


@register("database")
def triggers_are_installed(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """Runs with `check --database default`, and after migrate."""
    errors = []
    for alias in databases or []:
        if "django_migrations" not in connections[alias].introspection.table_names():
            continue  # nothing was migrated yet
        for name in triggers.missing(alias):
            errors.append(
                Error(
                    f"The database guard {name} is missing on '{alias}'.",
                    hint="Run `manage.py migrate`; it installs every guard again.",
                    id="core.E001",
                )
            )
    return errors
