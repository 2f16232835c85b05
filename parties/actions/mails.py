"""Mails about the register itself, by the outbox. They name nobody: whoever reads them may not be who we think."""

from datetime import datetime, timedelta

from django.conf import settings

from integrations.actions import queue_mail

LINK_LIFE = timedelta(hours=24)


def mail(key: str, to: str, subject: str, template: str, *, at: datetime, **context: str) -> None:
    queue_mail(
        kind="register",
        key=key,
        to=[to],
        subject=subject,
        template=f"parties/mails/{template}.txt",
        context={"municipality": settings.MUNICIPALITY, "help_phone": settings.HELP_PHONE} | context,
        reply_to=settings.HELP_EMAIL,
        expires_at=at + LINK_LIFE,
        at=at,
    )
