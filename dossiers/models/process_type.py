from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin, RevisionMixin

from core.fields import BodyField
from core.publishing import CompiledMixin, Problem
from dossiers import process_preview, process_rules
from dossiers.blocks import ResultsBlock, RoutesBlock, StatusesBlock, StepsBlock, TermsBlock
from dossiers.flow import Flow
from dossiers.milestones import ProcessKind
from dossiers.models.letter_template import LetterTemplate
from dossiers.models.process_version import ProcessVersion, Status, Transition
from dossiers.models.team import Team


class ProcessType(PreviewableMixin, CompiledMixin, RevisionMixin, models.Model):
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
    results = BodyField(ResultsBlock(), blank=True, default=list, verbose_name=_("results"))
    routes = BodyField(RoutesBlock(), blank=True, default=list, verbose_name=_("routes"))
    delay_letter = models.ForeignKey(
        LetterTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("letter about delay"),
        help_text=_("What the citizen gets when you need more time. It must give the new day: {uiterste_datum}."),
    )
    survey = models.BooleanField(
        _("ask how satisfied the citizen is"),
        default=True,
        help_text=_("Three short questions after the dossier is finished."),
    )
    retention_years = models.PositiveSmallIntegerField(
        _("keep for so many years after the end"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("From the selection list of the records management. Empty: not decided yet."),
    )
    retention_source = models.CharField(_("where that comes from"), max_length=200, blank=True)
    purpose = models.CharField(
        _("why we ask these data"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("In one plain sentence: it stands in the processing register."),
    )
    legal_basis = models.CharField(
        _("legal basis of the processing"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("For example: een taak van algemeen belang (AVG art. 6.1.e), decreet lokaal bestuur art. 2."),
    )

    class Meta:
        verbose_name = _("process type")
        verbose_name_plural = _("process types")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "dossiers/process/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context | process_preview.preview(self)

    @property
    def current_version(self) -> ProcessVersion | None:
        """The version on which new dossiers start; None while nothing was published."""
        return self.versions.order_by("-number").first() if self.live else None

    def status_key(self, name: str) -> str | None:
        """The key of the status that an editor means by its name (or key)."""
        wanted = name.strip().casefold()
        for block in self.statuses:
            if wanted in {block.value["label"].strip().casefold(), block.value["key"]}:
                return str(block.value["key"])
        return None

    def result_key(self, name: str) -> str | None:
        """The key of the result that an editor means by its name (or key)."""
        wanted = name.strip().casefold()
        for block in self.results:
            if wanted in {block.value["label"].strip().casefold(), block.value["key"]}:
                return str(block.value["key"])
        return None

    def flow(self) -> Flow:
        """The statuses and steps of this draft; steps that name an unknown status are left out."""
        pairs = {
            (source, target)
            for block in self.steps
            if (target := self.status_key(block.value["target"]))
            for name in block.value["sources"]
            if (source := self.status_key(name))
        }
        milestones = {block.value["key"]: block.value["milestone"] for block in self.statuses}
        return Flow(next(iter(milestones), ""), milestones, frozenset(pairs))

    def problems(self) -> list[Problem]:
        """What keeps this draft from being published (docs/rules/procestypes.md)."""
        return process_rules.problems(self)

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
            terms=[_said(block.value) for block in self.terms],
            results=[dict(block.value) for block in self.results],
            routes=[dict(block.value) for block in self.routes],
            confirmation=self.confirmation,
            delay_letter=self.delay_letter,
            anonymous_allowed=self.anonymous_allowed,
            survey=self.survey,
            retention_years=self.retention_years,
            retention_source=self.retention_source,
            compiled_by=by,
        )
        statuses = {}
        for order, block in enumerate(self.statuses):
            value = block.value
            statuses[value["key"]] = Status.objects.create(
                version=version,
                **{name: value[name] for name in ("key", "label", "citizen_label", "citizen_text", "milestone")},
                colour=value["colour"] or "",
                pauses=bool(value["pauses"]),
                is_decision=bool(value["is_decision"]),
                tasks=[{"text": task["text"], "required": bool(task["required"])} for task in value["tasks"] or ()],
                is_start=order == 0,
                order=order,
            )
        for order, block in enumerate(self.steps):
            value = block.value
            for source in value["sources"]:
                Transition.objects.create(
                    version=version,
                    **{name: value[name] for name in ("key", "label", "letter")},
                    **{name: bool(value[name]) for name in ("needs_reason", "needs_result", "citizen_may")},
                    **{name: (value[name] or "").strip() for name in ("reason_label", "reason_hint")},
                    result=self.result_key(value["result"] or "") or "",
                    groups=list(value["groups"] or ()),
                    source=statuses[str(self.status_key(source))],
                    target=statuses[str(self.status_key(value["target"]))],
                    order=order,
                )
        return version


def _said(value: Any) -> dict[str, Any]:
    """What an editor filled in, without the rest."""
    return {name: said for name, said in value.items() if said not in (None, "")}
