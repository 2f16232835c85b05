"""django-q2's worker; like the web server it does not run in production beside demo accounts."""

from typing import Any

from django_q.management.commands.qcluster import Command as Base

from cms.demo_accounts import refuse_in_production


class Command(Base):
    def handle(self, *args: Any, **options: Any) -> None:
        refuse_in_production()
        super().handle(*args, **options)
