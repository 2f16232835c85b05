from typing import Any

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import RevisionMixin

from core.fields import BodyField
from core.publishing import CompiledMixin, Problem
from dossiers.blocks import StatusesBlock, StepsBlock, TermsBlock
from dossiers.flow import Flow
from dossiers.milestones import Milestone, ProcessKind
from dossiers.models.letter_template import LetterTemplate
from dossiers.models.process_version import ProcessVersion, Status, Transition
from dossiers.models.team import Team


class ProcessType(CompiledMixin, RevisionMixin, models.Model):
    """A kind of dossier, drawn without code. Publishing freezes it in a ProcessVersion."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ProcessKind.choices)
    prefix = models.CharField(
        _("prefix of the number"),
        max_length=6,
        validators=[RegexValidator(r"^[A-Z]{2,6}$", _("Two to six capitals, for example MEL."))],
        help_text=_("For example MEL: the first report of the year is then MEL-2026-000001."),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="process_types",
        verbose_name=_("team"),
        help_text=_("Who handles new dossiers, from the moment you publish."),
    )
    anonymous_allowed = models.BooleanField(_("may be anonymous"), default=False)
    confirmation = models.ForeignKey(
        LetterTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmation of receipt"),
    )
    statuses = BodyField(StatusesBlock(), blank=True, verbose_name=_("statuses"))
    steps = BodyField(StepsBlock(), blank=True, verbose_name=_("steps"))
    terms = BodyField(TermsBlock(), blank=True, verbose_name=_("terms"))

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("kind"), FieldPanel("prefix"), FieldPanel("team")], _("General")
        ),
        FieldPanel("statuses", help_text=_("The first one is where a new dossier starts.")),
        FieldPanel("steps", help_text=_("What may be done from which status. These become the buttons.")),
        FieldPanel("terms", help_text=_("In working days from the first contact, in order.")),
        MultiFieldPanel([FieldPanel("confirmation"), FieldPanel("anonymous_allowed")], _("Contact with the citizen")),
    ]

    class Meta:
        verbose_name = _("process type")
        verbose_name_plural = _("process types")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def current_version(self) -> ProcessVersion | None:
        """The version on which new dossiers start; None while nothing was published."""
        return self.versions.order_by("-number").first() if self.live else None

    def _status_key(self, name: str) -> str | None:
        """The key of the status that an editor means by its name (or key)."""
        wanted = name.strip().casefold()
        for block in self.statuses:
            if wanted in {block.value["label"].strip().casefold(), block.value["key"]}:
                return str(block.value["key"])
        return None

    def problems(self) -> list[Problem]:
        """What keeps this draft from being published (docs/rules/procestypes.md)."""
        found: list[Problem] = []
        keys = [block.value["key"] for block in self.statuses]
        if not keys:
            return [
                Problem(
                    gettext("Statuses"),
                    gettext("Add at least one status; the first is where a new dossier starts."),
                    block="statuses",
                )
            ]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                found.append(
                    Problem(
                        gettext("Status %(number)s") % {"number": position + 1},
                        gettext("There is already a status '%(key)s'. Give each its own name.") % {"key": key},
                    )
                )
        if self.statuses[0].value["milestone"] != Milestone.RECEIVED:
            found.append(Problem(gettext("Status 1"), gettext("The first status must have the milestone 'Received'.")))
        pairs: set[tuple[str, str]] = set()
        for number, block in enumerate(self.steps, start=1):
            where = gettext("Step %(number)s (%(label)s)") % {"number": number, "label": block.value["label"]}
            for name in [*block.value["sources"], block.value["target"]]:
                if self._status_key(name) is None:
                    found.append(Problem(where, gettext("There is no status '%(name)s'.") % {"name": name}))
            target = self._status_key(block.value["target"])
            for name in block.value["sources"]:
                source = self._status_key(name)
                if source and target:
                    if source == target:
                        found.append(Problem(where, gettext("A step cannot lead back to the same status.")))
                    pairs.add((source, target))
            if block.value["letter"] and block.value["letter"].uses("reden") and not block.value["needs_reason"]:
                found.append(Problem(where, gettext("The letter gives a reason, so the step must ask for one.")))
        if self.confirmation and self.confirmation.uses("uiterste_datum") and not list(self.terms):
            found.append(
                Problem(gettext("Terms"), gettext("The confirmation promises a date, so at least one term is needed."))
            )
        if found:
            return found
        return self._flow_problems(
            Flow(keys[0], {b.value["key"]: b.value["milestone"] for b in self.statuses}, frozenset(pairs))
        )

    def _flow_problems(self, flow: Flow) -> list[Problem]:
        labels = {block.value["key"]: block.value["label"] for block in self.statuses}

        def each(keys: set[str], message: str) -> list[Problem]:
            return [Problem(gettext("Status '%(label)s'") % {"label": labels[key]}, message) for key in sorted(keys)]

        found = each(flow.unreachable(), gettext("No step leads here."))
        found += each(flow.dead_ends(), gettext("No step leads on from here, and the dossier is not finished."))
        if self.kind == ProcessKind.MELDING:
            found += each(
                flow.undecided_ends(),
                gettext("A report can end here without having been declared admissible or inadmissible."),
            )
        return found

    @transaction.atomic
    def compile(self, by: Any = None) -> ProcessVersion:
        """Freeze what is live now in a new version."""
        type(self).objects.select_for_update().get(pk=self.pk)  # two publishers at once get two numbers
        latest = self.versions.aggregate(latest=models.Max("number"))["latest"] or 0
        version = ProcessVersion.objects.create(
            process_type=self,
            number=latest + 1,
            name=self.name,
            kind=self.kind,
            prefix=self.prefix,
            terms=[dict(block.value) for block in self.terms],
            confirmation=self.confirmation,
            anonymous_allowed=self.anonymous_allowed,
            compiled_by=by,
        )
        statuses = {}
        for order, block in enumerate(self.statuses):
            value = block.value
            statuses[value["key"]] = Status.objects.create(
                version=version,
                key=value["key"],
                label=value["label"],
                citizen_label=value["citizen_label"],
                citizen_text=value["citizen_text"],
                milestone=value["milestone"],
                is_start=order == 0,
                order=order,
            )
        for order, block in enumerate(self.steps):
            value = block.value
            for source in value["sources"]:
                Transition.objects.create(
                    version=version,
                    key=value["key"],
                    label=value["label"],
                    source=statuses[str(self._status_key(source))],
                    target=statuses[str(self._status_key(value["target"]))],
                    needs_reason=value["needs_reason"],
                    letter=value["letter"],
                    order=order,
                )
        return version
