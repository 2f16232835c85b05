"""Demo accounts have a password that is in the manual, so production refuses to run beside one."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from core.models import User

REFUSAL = (
    "This database holds {count} demo account(s) with a password that everyone knows ({names}). "
    "Production does not start with them: give it a database of its own in DATABASE_URL."
)


def refusal() -> str | None:
    """Why production may not use this database; None when it may, or when nothing was migrated yet."""
    if User._meta.db_table not in connection.introspection.table_names():
        return None
    names = list(User.objects.filter(is_demo=True).order_by("username").values_list("username", flat=True))
    return REFUSAL.format(count=len(names), names=", ".join(names)) if names else None


def refuse_in_production() -> None:
    """Raises ImproperlyConfigured when this is production and somebody could sign in with a demo account."""
    if settings.PRODUCTION and (reason := refusal()):
        raise ImproperlyConfigured(reason)
