"""Things that editors draft and publish, and that only a sound draft may become.

Wagtail's before-publish hooks are bypassed by scheduled publishing, workflow approval and bulk actions; every road ends
in ``publish()``, so the gate stands there.
"""

import logging
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import DraftStateMixin, Revision

logger = logging.getLogger(__name__)
REFUSED = "loket.publish.refused"


@dataclass(frozen=True)
class Problem:
    """Something that keeps a draft from being published.

    ``where`` says in the editor's words where it went wrong ("Stap 2, vraag 3"); ``message`` says what to do;
    ``block`` is the id of the block on the editor's screen, or the name of the field, where there is one.
    """

    where: str
    message: str
    block: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class NotPublishable(ValidationError):
    """The draft has problems; nothing was published."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__([str(problem) for problem in problems])


class CompiledMixin(DraftStateMixin):
    """A drafted model that is compiled into a frozen version each time it goes live.

    Subclasses give ``problems()``, ``compile(by)``, and ``problems_for(publisher)`` when not everybody may publish all.
    """

    class Meta:
        abstract = True

    def problems(self) -> list[Problem]:
        """What keeps this draft, as it is, from being published."""
        raise NotImplementedError

    def problems_for(self, publisher: Any) -> list[Problem]:
        """What keeps this person (None: nobody is known) from publishing it, apart from what keeps everybody."""
        return []

    def compile(self, by: Any) -> Any:
        """Freeze the present content in a new version and return it."""
        raise NotImplementedError

    def publish(self, revision: Revision, user: Any = None, **kwargs: Any) -> None:
        """Publish if the draft is sound, else raise NotPublishable; compile in the same transaction."""
        draft = revision.as_object()
        if problems := draft.problems() + draft.problems_for(user or revision.user):
            if kwargs.get("log_action") == "wagtail.publish.scheduled":
                self._refuse_scheduled(revision, problems)
                return
            raise NotPublishable(problems)
        with transaction.atomic():
            super().publish(revision, user=user, **kwargs)
            published = type(self)._default_manager.get(pk=self.pk)
            if published.live and published.live_revision_id == revision.pk:
                published.compile(by=user)

    def _refuse_scheduled(self, revision: Revision, problems: list[Problem]) -> None:
        """Nobody is there to read an error, and one bad draft must not keep the others from their hour.

        The draft's history says why, and the schedule is taken off so that it is not tried every minute.
        """
        with transaction.atomic():
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            log(
                instance=self,
                action=REFUSED,
                revision=revision,
                data={"problems": [str(problem) for problem in problems]},
            )
        logger.warning("Refused the scheduled publication of %s %s: %s", self._meta.label, self.pk, problems)


def register_log_actions(actions: LogActionRegistry) -> None:
    """So that the history of a draft can say why its scheduled publication did not happen."""

    @actions.register_action(REFUSED)
    class RefusedPublication(LogFormatter):
        label = _("Scheduled publication refused")

        def format_message(self, log_entry: Any) -> str:
            return f"{self.label}: {' · '.join(log_entry.data['problems'])}"
