"""E-mail, through Django's mail backend."""

import hashlib
import smtplib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from integrations.connectors.base import Payload, PermanentFailure, Result, Summary, TemporaryFailure


class MailConnector:
    """Payload: ``to`` (addresses), ``subject``, ``text``, and if wanted ``html`` and ``reply_to`` (an address).

    ``attachments`` are files of the private storage: ``name``, ``media_type``, ``path``, and the ``sha256`` that the
    file had when the message was queued. Another file under that path is never sent.
    """

    name = "mail"
    template = "integrations/connectors/mail.html"

    def deliver(self, payload: Payload, key: str) -> Result:
        message_id = self.message_id(key)
        message = EmailMultiAlternatives(
            subject=_one_line(payload["subject"]),
            body=payload["text"],
            to=_addresses(payload["to"]),
            reply_to=_addresses([payload["reply_to"]]) if payload.get("reply_to") else None,
            headers={"Message-ID": message_id},
        )
        if payload.get("html"):
            message.attach_alternative(payload["html"], "text/html")
        for attachment in payload.get("attachments", ()):
            message.attach(attachment["name"], _content(attachment), attachment["media_type"])
        try:
            message.send()
        # What is said about this message is for ever; what is said about our access to the server may change.
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _reply in error.recipients.values()]
            raise _refused(min(codes, default=0), error) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error) from error
        except BadHeaderError as error:
            raise PermanentFailure(str(error)) from error
        except OSError as error:  # also smtplib's other errors: no connection, not logged in, sender refused
            raise TemporaryFailure(_("The mail server cannot be used now (%(error)s).") % {"error": error}) from error
        return Result(delivered=False, reference=message_id)

    def message_id(self, key: str) -> str:
        """Every copy of a message carries the same one, so that mail programs recognise a second copy.

        Who answers shows by it that the message was read: so it cannot be computed from the key alone.
        """
        digest = salted_hmac("integrations.mail", key, algorithm="sha256").hexdigest()[:40]
        return f"<{digest}@{urlsplit(settings.BASE_URL).hostname}>"

    def summary(self, payload: Payload) -> Summary:
        return Summary(recipient=", ".join(payload["to"]), subject=_one_line(payload["subject"]))

    def is_set_up(self) -> bool:
        return True

    def progress(self, result: Mapping[str, Any]) -> str:
        return ""

    def notice(self) -> str:
        if settings.EMAIL_BACKEND != "django.core.mail.backends.filebased.EmailBackend":
            return ""
        return _("In this demo, mails are put in the folder %(folder)s.") % {"folder": settings.EMAIL_FILE_PATH}


def _one_line(text: str) -> str:
    """A subject is one header: line breaks in it, whoever typed them, must not start another."""
    return " ".join(text.split())


def _addresses(addresses: list[str]) -> list[str]:
    """Bare addresses only: no names, no lists, no line breaks."""
    if not addresses:
        raise PermanentFailure(_("There is no address to send to."))
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise PermanentFailure(_("“%(address)s” is not an e-mail address.") % {"address": address}) from error
    return list(addresses)


def _content(attachment: Payload) -> bytes:
    """The file as it was when the message was queued, to the last byte."""
    try:
        with storages["private"].open(attachment["path"]) as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise PermanentFailure(_("The attachment %(name)s is gone.") % {"name": attachment["name"]}) from error
    except OSError as error:
        reason = _("The attachment %(name)s cannot be read now (%(error)s).")
        raise TemporaryFailure(reason % {"name": attachment["name"], "error": error}) from error
    if hashlib.sha256(content).hexdigest() != attachment["sha256"]:
        raise PermanentFailure(_("The attachment %(name)s was changed.") % {"name": attachment["name"]})
    return content


def _refused(code: int, error: Exception) -> TemporaryFailure | PermanentFailure:
    if code >= 500:
        return PermanentFailure(_("The mail server refused the message (%(error)s).") % {"error": error})
    return TemporaryFailure(_("The mail server did not accept the message yet (%(error)s).") % {"error": error})
