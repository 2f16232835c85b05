"""A letter that is a decision: complete by law, and kept as the document that was sent."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers import letters
from dossiers.actions.notifying import compose_letter, first_contact, good_link
from dossiers.actions.refusals import StepRefused
from dossiers.models import Dossier, Notification, Transition
from dossiers.models.notification import DOCUMENTS, private_storage


@dataclass(frozen=True)
class Document:
    """A letter with its PDF."""

    letter: letters.Letter
    pdf: bytes


def refuse_half_a_decision(transition: Transition, *, reason: str, facts: str, at: datetime) -> None:
    """Raises StepRefused when this step sends a decision that does not say what the law asks, or that nobody may sign.

    Publishing the process saw to most of it; a mandate can end, and facts and reason are given now.
    """
    template = transition.letter
    if template is None or not template.is_decision:
        return
    if not facts.strip():
        raise StepRefused(_("Give the facts on which the decision rests; the citizen will read them."))
    if not reason.strip():
        raise StepRefused(transition.reason_missing)
    if problems := template.decision_problems(timezone.localdate(at)):
        raise StepRefused(
            _("The letter '%(letter)s' cannot be sent as a decision: %(problems)s. Ask whoever manages Loket.")
            % {"letter": template.name, "problems": "; ".join(problems)}
        )


def on_paper(dossier: Dossier, letter: letters.Letter, *, at: datetime, is_draft: bool = False) -> Document:
    """The letter as a PDF: some tenths of a second, so not while anybody waits for a row."""
    from dossiers.letter_pdf import letter_pdf  # which loads WeasyPrint

    contact = first_contact(dossier)
    addressee = contact.given_name if contact else ""
    link = good_link(dossier, at)
    printed = letter.with_words(link.shorten) if link else letter
    return Document(letter, letter_pdf(letter=printed, dossier=dossier, addressee=addressee, at=at, is_draft=is_draft))


def rendered_beforehand(
    *, dossier: Dossier, step: str, expected_version: int, reason: str, facts: str, result: str, at: datetime
) -> Document | None:
    """The decision that this step will send, made before the dossier is claimed. None when it sends none.

    It is as good as the version it was made from: the claim finds out.
    """
    dossiers = Dossier.objects.select_related("process_version", "status", "team")
    seen = dossiers.filter(pk=dossier.pk, version=expected_version).first()
    transition = seen.possible_steps().filter(key=step, letter__is_decision=True).first() if seen else None
    if seen is None or transition is None:
        return None
    try:
        refuse_half_a_decision(transition, reason=reason, facts=facts, at=at)
    except StepRefused:
        return None  # the step says so itself, after it looked whether this person may take it
    letter = compose_letter(dossier=seen, transition=transition, reason=reason, facts=facts, result=result, at=at)
    return on_paper(seen, letter, at=at) if letter else None


def pdf_to_send(
    made: Document | None, transition: Transition, dossier: Dossier, letter: letters.Letter, *, at: datetime
) -> bytes:
    """The PDF that goes with this letter: the one made beforehand, unless the step itself changed the words.

    A code of the survey, for example, exists only then. Nothing for a letter that is no decision.
    """
    if transition.letter is None or not transition.letter.is_decision:
        return b""
    return made.pdf if made and made.letter == letter else on_paper(dossier, letter, at=at).pdf


def remove_lost_documents(*, before: datetime) -> int:
    """Remove documents that no message names and that are older than ``before``; returns how many.

    They are left over when a step was refused or a process died between writing the file and the end of the step.
    """
    removed = 0
    storage = private_storage()
    for shard in _folders(storage, DOCUMENTS):
        for folder in _folders(storage, f"{DOCUMENTS}/{shard}"):
            path = f"{DOCUMENTS}/{shard}/{folder}"
            for name in storage.listdir(path)[1]:
                file = f"{path}/{name}"
                named = Notification.objects.exclude(pdf="").filter(pdf=file)  # the words of the index
                if storage.get_modified_time(file) < before and not named.exists():
                    storage.delete(file)
                    removed += 1
    return removed


def _folders(storage: Storage, path: str) -> list[str]:
    try:
        return sorted(storage.listdir(path)[0])
    except FileNotFoundError:  # no decision was sent yet
        return []
