from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.triggers import append_only
from dossiers.milestones import ENDS, PAUSES, Milestone, ProcessKind
from dossiers.models.letter_template import LetterTemplate
from dossiers.statuses import Colour


@append_only
class ProcessVersion(models.Model):
    """A process type as it was when published. Dossiers keep the version they started on."""

    process_type = models.ForeignKey("dossiers.ProcessType", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=ProcessKind.choices)
    prefix = models.CharField(_("prefix"), max_length=6)
    terms = models.JSONField(
        _("terms"), help_text=_("Milestones with their term: [{'milestone': 'admissible', 'days': 3}].")
    )
    results = models.JSONField(_("results"), default=list, blank=True, help_text=_("[{'key': …, 'label': …}]"))
    routes = models.JSONField(_("routes"), default=list, blank=True, help_text=_("See dossiers/routing.py."))
    survey = models.BooleanField(_("ask how satisfied the citizen is"), default=False)
    retention_years = models.PositiveSmallIntegerField(_("kept for so many years"), null=True, blank=True)
    retention_source = models.CharField(_("where that comes from"), max_length=200, blank=True)
    delay_letter = models.ForeignKey(
        LetterTemplate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("letter about delay")
    )
    confirmation = models.ForeignKey(
        LetterTemplate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("confirmation")
    )
    anonymous_allowed = models.BooleanField(_("anonymous allowed"), default=False)
    compiled_at = models.DateTimeField(_("published at"), auto_now_add=True)
    compiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("process version")
        verbose_name_plural = _("process versions")
        constraints = [
            models.UniqueConstraint(fields=["process_type", "number"], name="dossiers_processversion_number")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def start(self) -> "Status":
        return self.statuses.get(is_start=True)

    def result_label(self, key: str) -> str:
        """What a result is called; its key when this version does not know it."""
        return str(next((result["label"] for result in self.results if result["key"] == key), key))


@append_only
class Status(models.Model):
    """A status of one process version: the editors' words on our fixed milestones."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="statuses")
    key = models.SlugField(max_length=60)
    label = models.CharField(_("label"), max_length=80)
    citizen_label = models.CharField(_("label for citizens"), max_length=80)
    citizen_text = models.TextField(_("text for citizens"), blank=True)
    milestone = models.CharField(_("milestone"), max_length=20, choices=Milestone.choices)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, blank=True)
    pauses = models.BooleanField(_("the clock stands still"), default=False)
    is_decision = models.BooleanField(_("is a decision"), default=False)
    tasks = models.JSONField(_("tasks"), default=list, blank=True, help_text=_("[{'text': …, 'required': false}]"))
    is_start = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="dossiers_status_key"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(is_start=True), name="dossiers_status_one_start"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_end(self) -> bool:
        return self.milestone in ENDS

    @property
    def tone(self) -> str:
        """The colour in which it is shown: of its own, or that of its milestone (core/list.css)."""
        return self.colour or str(self.milestone)

    @property
    def is_pause(self) -> bool:
        """While we wait for the citizen the clock stands still, and where the editor says so."""
        return self.pauses or self.milestone in PAUSES


@append_only
class Transition(models.Model):
    """A step that may be taken from one status to another. The table of these draws the buttons and the diagram."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="transitions")
    key = models.SlugField(max_length=60)
    label = models.CharField(_("label"), max_length=80)
    source = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="steps")
    target = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+")
    needs_reason = models.BooleanField(_("needs a reason"), default=False)
    reason_label = models.CharField(_("what is asked instead of a reason"), max_length=80, blank=True)
    reason_hint = models.CharField(_("help with it"), max_length=200, blank=True)
    needs_result = models.BooleanField(_("needs a result"), default=False)
    result = models.CharField(_("fixed result"), max_length=60, blank=True, help_text=_("The key of a result."))
    groups = models.JSONField(_("who may"), default=list, blank=True, help_text=_("Names of groups; empty: everybody."))
    citizen_may = models.BooleanField(_("the citizen may too"), default=False)
    letter = models.ForeignKey(
        LetterTemplate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("letter")
    )
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="dossiers_transition_key"),
            models.CheckConstraint(
                condition=models.Q(needs_result=False) | models.Q(result=""), name="dossiers_transition_one_result"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def reason_name(self) -> str:
        """What the step asks for, as the editor calls it."""
        return self.reason_label or gettext("Reason")

    @property
    def reason_missing(self) -> str:
        """What to say to who leaves it empty."""
        if self.reason_label:
            return gettext("Fill in “%(label)s”.") % {"label": self.reason_label}
        return gettext("Give a reason; the citizen will read it.")

    @property
    def is_at_once(self) -> bool:
        """Whether it asks for nothing and sends nothing, so that one press takes it."""
        return self.letter_id is None and not self.needs_reason and not self.needs_result

    @property
    def gives_result(self) -> bool:
        """Whether the dossier has a result after this step: one that is asked, or the one that it always is."""
        return self.needs_result or bool(self.result)
