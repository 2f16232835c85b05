from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers import letters


def only_known_fields(text: str) -> None:
    """Raises ValidationError naming the merge fields that do not exist."""
    if unknown := letters.unknown_fields(text):
        raise ValidationError(
            gettext("Unknown field: %(unknown)s. You can use: %(known)s.")
            % {
                "unknown": ", ".join(f"{{{name}}}" for name in unknown),
                "known": ", ".join(f"{{{name}}}" for name in letters.MERGE_FIELDS),
            }
        )


class LetterTemplate(models.Model):
    """The text of a letter or message, with merge fields. Every letter that was sent keeps its own text."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    subject = models.CharField(_("subject"), max_length=150, validators=[only_known_fields])
    body = models.TextField(
        _("text"),
        validators=[only_known_fields],
        help_text=_(
            "Write as you would speak to the person. You can use: {naam} {nummer} {proces} {onderwerp} {plaats} "
            "{status} {reden} {uiterste_datum} {volglink} {gemeente} {telefoon}."
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
        if not self.pk:
            return
        steps = apps.get_model("dossiers", "Transition").objects.filter(letter=self, needs_reason=False)
        if self.uses("reden") and (step := steps.first()):
            raise ValidationError(
                {"body": gettext("The step '%(step)s' sends this letter and asks no reason.") % {"step": step.label}}
            )
        versions = apps.get_model("dossiers", "ProcessVersion").objects.filter(confirmation=self, terms=[])
        if self.uses("uiterste_datum") and (version := versions.first()):
            raise ValidationError(
                {"body": gettext("'%(process)s' sends this letter and has no term.") % {"process": version.name}}
            )

    def is_used(self) -> bool:
        """Whether a process type, or a version that dossiers are on, sends this letter."""
        uses = (("Transition", "letter"), ("ProcessVersion", "confirmation"), ("ProcessType", "confirmation"))
        return any(apps.get_model("dossiers", model).objects.filter(**{field: self}).exists() for model, field in uses)

    def uses(self, field: str) -> bool:
        """Whether the letter holds this merge field."""
        return f"{{{field}}}" in f"{self.subject} {self.body}"
