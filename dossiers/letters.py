"""Letters and messages: text of an editor with merge fields such as ``{naam}``.

Only the fields listed here exist; anything else between braces is refused when the letter is saved, so a letter that
can be saved can be sent. Values are put in as plain text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

MERGE_FIELDS = {
    "naam": _("the citizen's name"),
    "nummer": _("the number of the dossier"),
    "proces": _("what the dossier is about, for example 'Melding openbaar domein'"),
    "onderwerp": _("the subject"),
    "plaats": _("the place"),
    "status": _("the status, as the citizen reads it"),
    "reden": _("the reason that was given with the decision"),
    "uiterste_datum": _("the day by which the citizen hears from us"),
    "volglink": _("the link to follow the dossier"),
    "enquete_link": _("where the citizen can say how satisfied he or she is"),
    "enquete_code": _("the code with which the citizen gets there from paper"),
    "gemeente": _("the municipality"),
    "telefoon": _("the phone number for help"),
}
SUBJECT_LENGTH = 200
FIELD = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Letter:
    """A letter as the citizen reads it."""

    subject: str
    text: str


def unknown_fields(text: str) -> list[str]:
    """What stands between braces in ``text`` and is no merge field, in order."""
    return [name for name in FIELD.findall(text) if name.strip() not in MERGE_FIELDS]


def merge(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every merge field replaced; a value that holds braces itself is left as it is."""
    return FIELD.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def compose(*, subject: str, body: str, values: Mapping[str, str]) -> Letter:
    """The letter with its fields filled in; the subject on one line, and no longer than a mail program shows."""
    line = " ".join(merge(subject, values).split())
    return Letter(subject=Truncator(line).chars(SUBJECT_LENGTH), text=merge(body, values).strip() + "\n")
