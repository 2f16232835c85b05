"""Whether Loket is alive and ready, for operators and load balancers.

``/healthz`` only says that this process answers. ``/readyz`` says, check by check, whether it can do its work; it names
no host, path or person, so it may be open.
"""

import logging
import shutil
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import triggers
from integrations.health import PATIENCE, last_sweep_at

logger = logging.getLogger(__name__)

MINIMUM_FREE_DISK = 512 * 1024 * 1024


@cache
def _migrations_of_this_release() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Each migration on disk with those it replaces; the files do not change while the process runs."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return {key: list(migration.replaces) for key, migration in loader.disk_migrations.items()}


def database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def migrations() -> str | None:
    applied = MigrationRecorder(connection).applied_migrations().keys()
    waiting = [
        key
        for key, replaces in _migrations_of_this_release().items()
        if key not in applied and not (replaces and applied >= set(replaces))
    ]
    return f"{len(waiting)} not applied" if waiting else None


def guards() -> str | None:
    missing = triggers.missing()
    return f"missing: {', '.join(missing)}" if missing else None


def queue() -> str | None:
    """The worker's heart-beat: its sweep of the outbox, every minute, passes through schedule, queue and worker.

    It is a row in the database, so this also sees a worker on another machine; django-q2's own statistics live in the
    cache, which processes need not share.
    """
    last = last_sweep_at()
    if last is None:
        return "the worker has not run yet"
    return "the worker shows no sign of life" if last < timezone.now() - PATIENCE else None


def disk() -> str | None:
    return "almost full" if shutil.disk_usage(settings.VAR_DIR).free < MINIMUM_FREE_DISK else None


# What needs the database comes after it.
CHECKS: dict[str, Callable[[], str | None]] = {
    "disk": disk,
    "database": database,
    "migrations": migrations,
    "guards": guards,
    "queue": queue,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is well, else 503; each check with what is wrong."""
    problems: dict[str, str | None] = {}
    for name, check in CHECKS.items():
        try:
            problems[name] = check()
        except (DatabaseError, OSError) as error:
            # The text of the error may hold a host name or a path: that is for the log only.
            logger.error("Readiness check %s failed: %s", name, error)  # noqa: TRY400  no traceback every few seconds
            problems[name] = "failed, see the log"
    checks = {
        name: {"ok": problem is None} | ({"problem": problem} if problem else {}) for name, problem in problems.items()
    }
    ready = not any(problems.values())
    return JsonResponse({"ok": ready, "checks": checks}, status=200 if ready else 503)
