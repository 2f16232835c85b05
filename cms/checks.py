"""System checks of the whole product."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import Error, register

from cms import demo_accounts


@register("database")
def no_demo_accounts_in_production(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[Error]:
    """Runs with `check --database default`, and before a migrate."""
    if not settings.PRODUCTION or "default" not in (databases or []):
        return []
    reason = demo_accounts.refusal()
    return [Error(reason, id="cms.E001")] if reason else []
