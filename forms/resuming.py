"""Save and go on later: the verbs of forms in progress that outlive their browser. Each is one transaction."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from forms.actions import _hold, first_unfinished, uploads_of
from forms.fields import Purpose
from forms.keeping import KEPT_WITH_LINK
from forms.models import FormDraft, ResumeLink
from forms.runtime import QuestionsForm
from forms.schema import by_purpose, fields_of, is_sensitive
from forms.typed import raw_values
from integrations.actions import queue
from parties.contact_values import normalise_email, normalise_phone

MAILS_A_DAY = 5
BETWEEN_MAILS = timedelta(minutes=1)


class TooManyLinks(Exception):
    """No link is sent now; the message says why and what to do, in the citizen's words."""


# --- What was typed


@transaction.atomic
def keep_typed(
    *, draft: FormDraft, number: int, form: QuestionsForm | None = None, data: QueryDict, by: Actor, at: datetime
) -> FormDraft:
    """Keep what stands on a step as it is now: as answers when its ``form`` is complete, else as it was typed.

    Without ``form`` as typed, whatever it is: then nothing that was answered before is overwritten.
    Raises AlreadySubmitted.
    """
    held = _hold(draft)
    schema = held.version.schema
    step = schema["steps"][number - 1]
    if form is not None:
        form.full_clean_once()
    if form is not None and form.complete:
        held.answers |= form.answers
        held.typed.pop(step["key"], None)
    elif raw := raw_values(step, data):
        held.typed[step["key"]] = raw
    held.save(update_fields=["answers", "typed", "updated_at"])
    return held


def left_off(draft: FormDraft) -> int | None:
    """The step to go on with; None when only sending is left to do."""
    return first_unfinished(draft, uploads_of(draft))


def address_left_off(draft: FormDraft) -> str:
    number = left_off(draft)
    slug = draft.version.definition.slug
    if number is None:
        return reverse("forms:check", args=[slug, draft.pk])
    return reverse("forms:step", args=[slug, draft.pk, number])


# --- Links


def known_address(draft: FormDraft) -> str:
    """Where a link may go without asking: the address that had one before, else the one given in the form."""
    last = draft.resume_links.usable().order_by("-created_at").first()
    if last:
        return last.email
    return normalise_email(by_purpose(draft.version.schema, draft.answers).get(Purpose.EMAIL) or "")


@transaction.atomic
def send_resume_link(*, draft: FormDraft, email: str, by: Actor, at: datetime) -> ResumeLink:
    """Mail a link with which this form can be gone on with, on any device. Earlier ones keep working.

    Raises TooManyLinks and AlreadySubmitted. The limit of one form is exact; that of an address over several forms is
    a brake on who would fill somebody's mailbox.
    """
    held = _hold(draft)
    email = normalise_email(email)
    recent = ResumeLink.objects.filter(
        Q(draft=held) | Q(email=email), is_reminder=False, created_at__gt=at - timedelta(days=1)
    )
    if recent.filter(email=email, created_at__gt=at - BETWEEN_MAILS).exists():  # a mistyped address is mended at once
        raise TooManyLinks(_("We have just sent a link. Wait a minute, and look in your unwanted mail as well."))
    if recent.count() >= MAILS_A_DAY:
        raise TooManyLinks(
            _("We have sent %(count)d links today. Use one of those, try again tomorrow, or call us on %(phone)s.")
            % {"count": MAILS_A_DAY, "phone": settings.HELP_PHONE}
        )
    _touch(held, at)
    return _mail(held, email, "forms/mails/resume.txt", _("Go on with your form: %(title)s"), at)


@transaction.atomic
def revoke_resume_links(*, draft: FormDraft, by: Actor, at: datetime) -> int:
    """Make every link to this form useless, for when one went to a wrong address."""
    held = _hold(draft)
    return held.resume_links.usable().update(revoked_at=at)


@transaction.atomic
def resume(*, draft: FormDraft, same_browser: bool, by: Actor, at: datetime) -> FormDraft:
    """Go on with a form. Elsewhere, or after it was closed, its sensitive answers are asked again.

    Raises AlreadySubmitted.
    """
    held = _hold(draft)
    if not same_browser:
        sensitive = {field["slug"] for field in fields_of(held.version.schema) if is_sensitive(field)}
        held.answers = {key: answer for key, answer in held.answers.items() if key not in sensitive}
    held.wrong_answers = 0
    held.save(update_fields=["answers", "wrong_answers", "updated_at"])
    _touch(held, at)
    return held


def remind(*, at: datetime) -> int:
    """Tell who has a link that the form is soon forgotten; once for each form. Returns how many were told."""
    told = 0
    for pk in list(FormDraft.objects.to_remind(at).values_list("pk", flat=True)):
        with transaction.atomic():
            draft = FormDraft.objects.to_remind(at).select_for_update(of=("self",)).filter(pk=pk).first()
            if draft is None or draft.updated_at + KEPT_WITH_LINK <= at:
                continue  # somebody came back to it just now, or it is too late
            FormDraft.objects.filter(pk=pk).update(reminded_at=at)
            subject = _("Your form is almost forgotten: %(title)s")
            _mail(draft, known_address(draft), "forms/mails/reminder.txt", subject, at, is_reminder=True)
            told += 1
    return told


def _touch(draft: FormDraft, at: datetime) -> None:
    """Coming back is activity."""
    FormDraft.objects.filter(pk=draft.pk).update(updated_at=at)
    draft.updated_at = at


def _mail(
    draft: FormDraft, email: str, template: str, subject: str, at: datetime, *, is_reminder: bool = False
) -> ResumeLink:
    """Nothing in it but the title of the form, the link and until when it works."""
    link, address = ResumeLink.make(draft=draft, email=email, at=at, is_reminder=is_reminder)
    until = draft.updated_at + KEPT_WITH_LINK
    title = draft.version.schema["title"]
    context = {
        "title": title,
        "address": address,
        "until": until,
        "days": KEPT_WITH_LINK.days,
        "municipality": settings.MUNICIPALITY,
        "help_phone": settings.HELP_PHONE,
    }
    queue(
        connector="mail",
        kind="form-link",
        key=f"form-link-{link.pk}",
        payload={
            "to": [email],
            "subject": subject % {"title": title},
            "text": render_to_string(template, context),
            "html": "",
            "reply_to": settings.HELP_EMAIL,
        },
        expires_at=until,
        at=at,
    )
    return link


# --- Opening a closed form again in the same browser

WRONG_ANSWERS = 5
"""After so many only a link opens the form: somebody may be guessing."""
OWN = (Purpose.EMAIL, Purpose.PHONE, Purpose.NAME)


def only_by_link(draft: FormDraft) -> bool:
    """Nothing in it says whose it is, but a link does: it was sent to somebody."""
    return own_question(draft) is None and draft.resume_links.usable().exists()


def own_question(draft: FormDraft) -> dict[str, Any] | None:
    """The question whose answer says who the form is of; None while nothing in it does."""
    by_purpose = {field["parameters"]["purpose"]: field for field in fields_of(draft.version.schema)}
    return next((by_purpose[own] for own in OWN if own in by_purpose and _given(draft, by_purpose[own]["slug"])), None)


@transaction.atomic
def reopen(*, draft: FormDraft, said: str, by: Actor, at: datetime) -> bool:
    """Open a closed form again in the browser where it was begun; False when ``said`` does not show whose it is.

    As long as nothing says whose it is, no proof can be asked. Raises AlreadySubmitted.
    """
    held = _hold(draft)
    if only_by_link(held):
        return False
    if question := own_question(held):
        purpose = question["parameters"]["purpose"]
        given = {_comparable(purpose, given) for given in _given(held, question["slug"])}
        if held.wrong_answers >= WRONG_ANSWERS or _comparable(purpose, said) not in given:
            FormDraft.objects.filter(pk=held.pk).update(wrong_answers=F("wrong_answers") + 1)
            return False
    resume(draft=held, same_browser=False, by=by, at=at)
    return True


def _given(draft: FormDraft, key: str) -> list[str]:
    answer = draft.answers.get(key)
    typed = [value for step in draft.typed.values() for value in step.get(key, []) if value.strip()]
    return ([answer] if isinstance(answer, str) and answer else []) + typed


def _comparable(purpose: str, text: str) -> str:
    plain = "".join(text.split()).casefold()
    if purpose == Purpose.PHONE:
        return normalise_phone(text) or plain
    return plain
