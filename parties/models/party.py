from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import User


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: User) -> "PartyQuerySet":
        """The register is for staff who work with contacts."""
        return self if user.is_active and user.has_perm("parties.view_party") else self.none()

    def current(self) -> "PartyQuerySet":
        """Not merged into another party, and not erased: each person or organisation once."""
        return self.filter(merged_into__isnull=True, anonymised_at__isnull=True)


class Party(models.Model):
    """A person or an organisation, once. Never deleted by cascade: everything that refers to it protects it."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Preference(models.TextChoices):
        """How somebody likes to hear from us, where a dossier says nothing else."""

        MAIL = "mail", _("E-mail")
        SMS = "sms", _("Text message")
        PRINT = "print", _("Letter")
        PHONE = "phone", _("Phone")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="nl")
    preference = models.CharField(
        _("likes to hear from us by"), max_length=5, choices=Preference.choices, blank=True, default=""
    )
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    ended_on = models.DateField(
        _("ended on"), null=True, blank=True, help_text=_("The day on which somebody died, or an organisation stopped.")
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text=_("Goes up with every change by staff."))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    anonymised_at = models.DateTimeField(
        _("destroyed at"), null=True, editable=False, help_text=_("Everything that said who it is was erased.")
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        permissions = [
            ("merge_party", _("Can merge parties")),
            ("import_party", _("Can import parties")),
            ("export_party", _("Can give somebody everything that we know of them")),
            ("reveal_national_number", _("Can read a national number in full")),
        ]
        indexes = [models.Index(fields=["name", "id"], name="parties_party_name")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["person", "organisation"]), name="parties_party_kind_known"),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(kind="person"),
                name="parties_party_only_persons_are_born",
            ),
            models.CheckConstraint(
                condition=Q(preference__in=["", "mail", "sms", "print", "phone"]),
                name="parties_party_preference_known",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="parties_party_merged_into_another"),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(name="", birth_date__isnull=True, ended_on__isnull=True, preference=""),
                name="parties_party_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return gettext("destroyed contact") if self.anonymised_at else self.name

    def get_absolute_url(self) -> str:
        return reverse("parties:party", args=[self.pk])

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON
