"""Save and go on later: the verbs of forms in progress that outlive their browser. Each is one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from forms.actions import first_unfinished, locked, uploads_of
from forms.fields import Purpose, registry
from forms.fields.base import Definition
from forms.keeping import KEPT_WITH_LINK
from forms.models import FormDraft, ResumeLink
from forms.on_behalf import form_for
from forms.roles import ActingFor, Role
from forms.runtime import QuestionsForm
from forms.schema import by_purpose, fields_of, is_sensitive
from forms.typed import FOR_WHOM, raw_boxes, raw_values
from integrations.actions import queue_mail
from parties.contact_values import normalise_email, normalise_phone

MAILS_A_DAY = 5
BETWEEN_MAILS = timedelta(minutes=1)


class LinkRefused(Exception):
    """No link is sent; the message says why and what to do."""


class TooManyLinks(LinkRefused):
    """Not now."""


# --- What was typed


@transaction.atomic
def keep_typed(
    *, draft: FormDraft, number: int, form: QuestionsForm | None = None, data: QueryDict, by: Actor, at: datetime
) -> FormDraft:
    """Keep what stands on a step as it is now: as answers when its ``form`` is complete, else as it was typed.

    Without ``form`` as typed, whatever it is: then nothing that was answered before is overwritten.
    Raises AlreadySubmitted.
    """
    held = locked(draft)
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


@transaction.atomic
def keep_for_whom(*, draft: FormDraft, data: QueryDict, by: Actor, at: datetime) -> FormDraft:
    """Keep what is typed on the page that asks on whose behalf, as it was typed. Raises AlreadySubmitted."""
    held = locked(draft)
    if held.acting_for != ActingFor.SELF and (raw := raw_boxes(set(form_for(held.acting_for).fields), data)):
        held.typed[FOR_WHOM] = raw
        held.save(update_fields=["typed", "updated_at"])
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


def may_have_link(draft: FormDraft) -> bool:
    """What is filled in at the desk is done by a member of staff; nobody else goes on with it."""
    return draft.role != Role.DESK and draft.filled_in_by_id is None


def known_address(draft: FormDraft) -> str:
    """Where a link may go without asking: the address that had one before, else the one given in the form."""
    if not may_have_link(draft):
        return ""
    last = draft.resume_links.usable().order_by("-created_at").first()
    if last:
        return last.email
    return normalise_email(by_purpose(draft.version.schema, draft.answers).get(Purpose.EMAIL) or "")


@transaction.atomic
def send_resume_link(*, draft: FormDraft, email: str, by: Actor, at: datetime) -> ResumeLink:
    """Mail a link with which this form can be gone on with, on any device. Earlier ones keep working.

    Raises LinkRefused and AlreadySubmitted. The limit of one form is exact; that of an address over several forms is
    a brake on who would fill somebody's mailbox.
    """
    held = locked(draft)
    if not may_have_link(held):
        raise LinkRefused(_("A form that was begun at the desk is finished there."))
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
    held = locked(draft)
    return held.resume_links.usable().update(revoked_at=at)


@transaction.atomic
def resume(*, draft: FormDraft, same_browser: bool, by: Actor, at: datetime) -> FormDraft:
    """Go on with a form. Elsewhere, or after it was closed, its sensitive answers are asked again, and it is not proven
    any more who fills it in (unless at the desk, where that is a member of staff).

    Raises AlreadySubmitted.
    """
    held = locked(draft)
    if not same_browser:
        held.party = held.party if held.filled_in_by_id else None
        sensitive = {field["slug"] for field in fields_of(held.version.schema) if is_sensitive(field)}
        held.answers = {key: answer for key, answer in held.answers.items() if key not in sensitive}
    held.wrong_answers = 0
    held.save(update_fields=["answers", "party", "wrong_answers", "updated_at"])
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
    queue_mail(
        kind="form-link",
        key=f"form-link-{link.pk}",
        to=[email],
        subject=subject % {"title": title},
        template=template,
        context=context,
        reply_to=settings.HELP_EMAIL,
        expires_at=until,
        at=at,
    )
    return link


# --- Opening a closed form again in the same browser

WRONG_ANSWERS = 5
"""After so many only a link opens the form: somebody may be guessing."""
OWN = (Purpose.EMAIL, Purpose.PHONE, Purpose.NAME)
OF_PART = {
    Purpose.EMAIL: gettext_lazy("E-mail address"),
    Purpose.PHONE: gettext_lazy("Phone number"),
    Purpose.NAME: gettext_lazy("First name and last name"),
}
"""What is asked where it is a part of a question."""


def only_by_link(draft: FormDraft) -> bool:
    """Nothing in it says whose it is, but a link does: it was sent to somebody."""
    return own_question(draft) is None and draft.resume_links.usable().exists()


@dataclass(frozen=True)
class OwnQuestion:
    """The question whose answer says who the form is of, and what was filled in there."""

    purpose: str
    label: str
    given: tuple[str, ...]


def own_question(draft: FormDraft) -> OwnQuestion | None:
    """None while nothing in the form says whose it is."""
    for purpose in OWN:
        for field in fields_of(draft.version.schema):
            field_type = registry[field["parameters"]["type"]]
            if purpose in field_type.purposes(field) and (given := _given(draft, purpose, field)):
                label = field["label"] if field_type.typed_in(purpose) == [""] else str(OF_PART[purpose])
                return OwnQuestion(purpose, label, given)
    return None


@transaction.atomic
def reopen(*, draft: FormDraft, said: str, by: Actor, at: datetime) -> bool:
    """Open a closed form again in the browser where it was begun; False when ``said`` does not show whose it is.

    As long as nothing says whose it is, no proof can be asked. Raises AlreadySubmitted.
    """
    held = locked(draft)
    if only_by_link(held):
        return False
    if question := own_question(held):
        given = {_comparable(question.purpose, given) for given in question.given}
        if held.wrong_answers >= WRONG_ANSWERS or _comparable(question.purpose, said) not in given:
            FormDraft.objects.filter(pk=held.pk).update(wrong_answers=F("wrong_answers") + 1)
            return False
    resume(draft=held, same_browser=False, by=by, at=at)
    return True


def _given(draft: FormDraft, purpose: str, field: Definition) -> tuple[str, ...]:
    """As answer, and as typed on a step that was not gone on from."""
    field_type = registry[field["parameters"]["type"]]
    key, found = field["slug"], []
    if answer := draft.answers.get(key):
        found.append(str(field_type.serve(purpose, answer, field)))
    for step in (typed for page, typed in draft.typed.items() if page != FOR_WHOM):  # which is about another
        boxes = [step.get(f"{key}{end}", []) for end in field_type.typed_in(purpose)]
        found += [" ".join(texts) for texts in zip_longest(*boxes, fillvalue="")]
    return tuple(text for text in found if text.strip())


def _comparable(purpose: str, text: str) -> str:
    plain = "".join(text.split()).casefold()
    if purpose == Purpose.PHONE:
        return normalise_phone(text) or plain
    return plain
