"""System checks of the whole product."""

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import Error, Tags, register

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


@register(Tags.security)
def files_are_scanned(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.Warning]:
    """A town that runs without a virus scanner should know it, and what follows from it."""
    if not settings.PRODUCTION or settings.CLAMAV:
        return []
    open_to = (
        "staff can open them unscanned (LOKET_UNSCANNED_FILES)"
        if settings.UNSCANNED_FILES
        else "staff cannot open them"
    )
    return [
        checks.Warning(
            f"Documents that citizens add to forms are not scanned for viruses; {open_to}.",
            hint="Run ClamAV's daemon and set LOKET_CLAMAV, for example to unix:///run/clamav/clamd.ctl.",
            id="cms.W001",
        )
    ]
