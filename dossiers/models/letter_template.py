from datetime import date
from itertools import product
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.models import PreviewableMixin

from dossiers import letters
from dossiers.models.signatory import Signatory


def only_known_fields(text: str) -> None:
    """Raises ValidationError naming what is wrong with the merge fields and conditions."""
    try:
        letters.parse(text)
    except letters.Unsound as unsound:
        raise ValidationError(str(unsound)) from unsound


class MergeFieldsPanel(HelpPanel):
    """Every merge field with what it holds, and how a part appears only sometimes."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"fields": letters.MERGE_FIELDS}


class LetterTemplate(PreviewableMixin, models.Model):
    """The text of a letter or message, with merge fields. Every letter that was sent keeps its own text.

    A letter that is a decision says by law on which facts, reasons and legal base it rests, who signs it by which
    mandate, and how to appeal (docs/rules/brieven.md).
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    subject = models.CharField(_("subject"), max_length=150, validators=[only_known_fields])
    body = models.TextField(_("text"), validators=[only_known_fields])
    is_decision = models.BooleanField(
        _("is a decision"),
        default=False,
        help_text=_("The town decides something about somebody's rights or duties, and the person can appeal."),
    )
    legal_base = models.TextField(
        _("legal base"),
        blank=True,
        help_text=_("The law, decree or regulation, with the article, that lets the town decide this."),
    )
    signatory = models.ForeignKey(
        Signatory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("signed by"),
    )
    appeal = models.TextField(
        _("appeal"),
        blank=True,
        help_text=_(
            "With whom, how and within which term somebody can appeal. "
            "Without it the term of the appeal does not begin."
        ),
    )

    always = models.BooleanField(
        _("always leaves, and at once"),
        default=False,
        help_text=_(
            "For letters that ask or decide something: also for a citizen who wants no messages, and never held to "
            "leave together with another message."
        ),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("subject"),
        FieldPanel(
            "body", help_text=_("Write as you would speak to the person. Leave a line empty between paragraphs.")
        ),
        MergeFieldsPanel(template="dossiers/merge_fields.html", heading=_("What you can use in subject and text")),
        MultiFieldPanel(
            [FieldPanel("is_decision"), FieldPanel("legal_base"), FieldPanel("signatory"), FieldPanel("appeal")],
            _("Decision"),
            help_text=_(
                "Only for a letter that decides something. The legal base, the signature and the appeal come below "
                "your text by themselves, unless you put them in the text yourself."
            ),
        ),
        FieldPanel("always"),
    ]

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A letter that is in use may not start to ask for what the processes that send it do not give.

        The publish gate of a process type looks at its letters; this is the same rule from the other side.
        """
        self._refuse_empty_fields()
        if not self.pk:
            return
        steps = apps.get_model("dossiers", "Transition").objects.filter(letter=self)
        if self.uses("reden") and (step := steps.filter(needs_reason=False).first()):
            raise ValidationError(
                {"body": gettext("The step '%(step)s' sends this letter and asks no reason.") % {"step": step.label}}
            )
        if self.uses("resultaat") and (step := steps.filter(needs_result=False, result="").first()):
            raise ValidationError(
                {"body": gettext("The step '%(step)s' sends this letter and has no result.") % {"step": step.label}}
            )
        all_versions = apps.get_model("dossiers", "ProcessVersion").objects.all()
        versions = all_versions.filter(confirmation=self)
        if self.uses("uiterste_datum") and (version := versions.filter(terms=[]).first()):
            raise ValidationError(
                {"body": gettext("'%(process)s' sends this letter and has no term.") % {"process": version.name}}
            )
        self._refuse_half_a_decision(steps, versions | all_versions.filter(delay_letter=self))

    def _refuse_empty_fields(self) -> None:
        """What this letter itself must give, before its text can use it."""
        given: dict[str, Any] = {
            "feiten": self.is_decision,
            "rechtsgrond": self.legal_base.strip(),
            "beroep": self.appeal.strip(),
            "ondertekenaar": self.signatory,
            "functie": self.signatory,
        }
        for field, value in given.items():
            if not value and self.uses(field):
                problem = (
                    gettext("{feiten} is only for a letter that is a decision: only then is the clerk asked for facts.")
                    if field == "feiten"
                    else gettext("The text uses {%(field)s}, and this letter does not say it: fill it in below.")
                    % {"field": field}
                )
                raise ValidationError({"body": problem})

    def _refuse_half_a_decision(self, steps: Any, versions: Any) -> None:
        """A letter with which a process decides stays complete for as long as that process sends it."""
        if self.is_decision and (version := versions.first()):
            raise ValidationError(
                {"is_decision": gettext("'%(process)s' sends this letter without a step.") % {"process": version.name}}
            )
        step = steps.filter(Q(letter__is_decision=True) | Q(target__is_decision=True)).first()
        if step is None:
            return
        problems = self.decision_problems(timezone.localdate())
        if not self.is_decision:
            problems = [gettext("it is no decision any more")]
        if problems:
            raise ValidationError(
                gettext("The step '%(step)s' decides with this letter, so it must be complete: %(problems)s.")
                % {"step": step.label, "problems": "; ".join(problems)}
            )

    def decision_problems(self, day: date) -> list[str]:
        """What this letter lacks to be a decision on ``day``; nothing for one that is complete.

        Facts, reasons and legal base: Act of 29 July 1991 on the explicit motivation of administrative acts. Appeal:
        Bestuursdecreet, art. II.21. The signature: whoever decides must have the power to.
        """
        found = [
            gettext("{%(field)s} must stand in the text, outside any condition") % {"field": field}
            for field in ("feiten", "reden")
            if not letters.always_shows(self.body, field)
        ]
        if not self.legal_base.strip():
            found.append(gettext("the legal base is missing"))
        if self.signatory is None:
            found.append(gettext("nobody signs it"))
        elif not self.signatory.may_sign_on(day):
            found.append(
                gettext("the mandate of %(name)s does not hold on %(day)s")
                % {"name": self.signatory.name, "day": date_format(day, "j F Y")}
            )
        if not self.appeal.strip():
            found.append(gettext("it does not say how to appeal"))
        return found

    def compose(self, values: dict[str, str]) -> letters.Letter:
        """The letter with these values, and below it what this template itself says of the decision."""
        own = {
            "rechtsgrond": self.legal_base.strip(),
            "beroep": self.appeal.strip(),
            "ondertekenaar": self.signatory.name if self.signatory else "",
            "functie": self.signatory.function if self.signatory else "",
        }
        ending = []
        if self.is_decision:
            if not self.uses("rechtsgrond"):
                ending.append(letters.Part(gettext("Legal base"), own["rechtsgrond"]))
            if self.signatory and self.uses("ondertekenaar"):
                ending.append(letters.Part(gettext("Mandate"), self.signatory.mandate.strip()))
            elif self.signatory:
                signed = f"{self.signatory.name}\n{self.signatory.function}\n{self.signatory.mandate.strip()}"
                ending.append(letters.Part(gettext("Signed by"), signed))
            if not self.uses("beroep"):
                ending.append(letters.Part(gettext("Do you not agree?"), own["beroep"]))
        ending = [part for part in ending if part.text]
        return letters.compose(subject=self.subject, body=self.body, values=values | own, ending=ending)

    def is_used(self) -> bool:
        """Whether a process type, or a version that dossiers are on, sends this letter."""
        fields = ("confirmation", "delay_letter")
        uses = [("Transition", "letter"), *product(("ProcessVersion", "ProcessType"), fields)]
        return any(apps.get_model("dossiers", model).objects.filter(**{field: self}).exists() for model, field in uses)

    def uses(self, field: str) -> bool:
        """Whether the letter holds this merge field or a condition on it, in the subject or in the text."""
        return letters.uses(self.subject, field) or letters.uses(self.body, field)

    def compares(self, field: str) -> set[str]:
        """The values that conditions of this letter compare the field with."""
        return letters.compares(self.subject, field) | letters.compares(self.body, field)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("mail", _("As e-mail")), ("paper", _("On paper (PDF)"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from dossiers.letter_preview import letter_preview  # which knows dossiers, and they know letters

        return letter_preview(self, request, mode_name)
