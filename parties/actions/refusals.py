"""Why something that a clerk asked for cannot be done, in the clerk's words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from parties.models import Party, PartyEvent


class Refused(Exception):
    """It cannot be done; the message says why. ``field`` names the box that must be looked at, if it is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class Changed(Refused):
    """Somebody was first: the record is no longer as the clerk saw it."""

    def __init__(self, latest: PartyEvent | None) -> None:
        self.latest = latest
        super().__init__(
            _("Changed in the meantime by %(name)s.") % {"name": (latest and latest.actor_name) or _("Loket")}
        )


class NumberTaken(Refused):
    """The number is known as that of another party: perhaps the same one, registered twice."""

    def __init__(self, holder: Party) -> None:
        self.holder = holder
        super().__init__(
            _("This number is already that of %(name)s. Is it the same one, registered twice?")
            % {"name": holder.name or "–"},
            field="number",
        )


class LooksKnown(Refused):
    """The register has somebody with the same e-mail address, phone number or name and date of birth."""

    def __init__(self, candidates: Sequence[Party]) -> None:
        self.candidates = list(candidates)
        super().__init__(_("Perhaps the register knows this one already. Look first."))
