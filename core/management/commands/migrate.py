"""Django's migrate, which first puts back any guard that got lost: its own checks would refuse to start without."""

from typing import Any

from django.core.management.commands.migrate import Command as Base
from django.db import connections

from core import triggers


class Command(Base):
    def check(self, *args: Any, **kwargs: Any) -> None:
        for alias in kwargs.get("databases") or []:
            if "django_migrations" in connections[alias].introspection.table_names():
                triggers.install(alias)
        super().check(*args, **kwargs)
