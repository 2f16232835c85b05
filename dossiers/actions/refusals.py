"""Why something that a person asked for cannot be done, in that person's words."""

from django.utils.translation import gettext as _

from dossiers.models import Event


class StepRefused(Exception):
    """The step cannot be taken; the message says why, in the clerk's words."""


class Changed(StepRefused):
    """Someone was first: the dossier is no longer as the clerk saw it."""

    def __init__(self, latest: Event | None) -> None:
        self.latest = latest
        super().__init__(
            _("Changed in the meantime by %(name)s.") % {"name": (latest and latest.actor_name) or _("Loket")}
        )
