from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers import clock
from dossiers.milestones import ENDS
from dossiers.models.process_version import ProcessVersion, Status, Transition
from dossiers.models.sight import Sight
from dossiers.models.team import Team


class NumberSequence(models.Model):
    """The last number given out per prefix and year. Updating the row locks it until the dossier is committed."""

    prefix = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="dossiers_numbersequence_unique")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"

    @classmethod
    def next_number(cls, *, prefix: str, year: int) -> str:
        """The next number, such as MEL-2026-000123. Call inside the transaction that uses it: gapless, never twice."""
        cls.objects.get_or_create(prefix=prefix, year=year)
        cls.objects.filter(prefix=prefix, year=year).update(last=models.F("last") + 1)
        last = cls.objects.values_list("last", flat=True).get(prefix=prefix, year=year)
        return f"{prefix}-{year}-{last:06d}"


class Origin(models.TextChoices):
    OWN = "own", _("Own")
    IMPORT = "import", _("Imported")


class Representation(models.TextChoices):
    """How sure it is that the representative may act for the initiator. It grants nothing, either way.

    docs/rules/vertegenwoordiging.md
    """

    CLAIMED = "claimed", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> "DossierQuerySet":
        """What this member of staff may read (``Sight``)."""
        if not user.is_active or not user.has_perm("dossiers.view_dossier"):
            return self.none()
        return self.filter(Sight.of(user).seen())

    def ways_visible_to(self, user: User) -> "list[DossierQuerySet]":
        """The same, in one queryset for each way by which something reaches this person (``Sight.ways``)."""
        if not user.is_active or not user.has_perm("dossiers.view_dossier"):
            return [self.none()]
        return [self.filter(way) for way in Sight.of(user).ways()]

    def handled_by(self, user: User) -> "DossierQuerySet":
        """Of that, what this member of staff may work on."""
        if not user.is_active or not user.has_perms(["dossiers.view_dossier", "dossiers.handle_dossier"]):
            return self.none()
        return self.filter(Sight.of(user).handled())

    def open(self) -> "DossierQuerySet":
        """The statuses are read first: then PostgreSQL knows how few these are, and does not read the archive."""
        return self.filter(status__in=list(Status.objects.exclude(milestone__in=ENDS).values_list("pk", flat=True)))

    def _not_finished(self) -> "DossierQuerySet":
        """The same, for what another condition makes few already."""
        return self.exclude(status__milestone__in=ENDS)

    def overdue(self, at: datetime) -> "DossierQuerySet":
        return self._not_finished().filter(due_at__lt=at)

    def duplicates_of(self, original: "Dossier") -> "DossierQuerySet":
        """What is the same as this one, and not finished."""
        return self._not_finished().filter(relations__other=original, relations__kind="duplicate")

    def due_within(self, days: int, *, at: datetime, calendar: clock.Calendar) -> "DossierQuerySet":
        """Not late, and due in at most so many working days."""
        return self._not_finished().filter(due_at__gte=at, due_at__lte=clock.last_moment_within(at, days, calendar))

    def with_everything(self, found: list["Dossier"]) -> list["Dossier"]:
        """These rows with everything a row of a list shows, in the order in which they were found."""
        rows = self.model._default_manager.filter(pk__in=[each.pk for each in found]).for_list()
        by_key = {row.pk: row for row in rows}
        return [by_key[each.pk] for each in found]

    def for_list(self) -> "DossierQuerySet":
        """With everything a row of a list shows."""
        return self.select_related("process_version", "status", "initiator", "representative", "team", "handler")


class Dossier(models.Model):
    """One case of one citizen or association, from first contact to answer."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    process_version = models.ForeignKey(
        ProcessVersion, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("process")
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("status"))
    initiator = models.ForeignKey(
        "parties.Party", on_delete=models.PROTECT, null=True, related_name="dossiers", verbose_name=_("citizen")
    )
    representative = models.ForeignKey(
        "parties.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_dossiers",
        verbose_name=_("represented by"),
    )
    representative_role = models.CharField(_("function"), max_length=100, blank=True, help_text=_("As they say it."))
    representation = models.CharField(
        _("representation"), max_length=10, choices=Representation.choices, blank=True, default=""
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="dossiers", verbose_name=_("team"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name=_("handler"),
    )
    subject = models.CharField(_("subject"), max_length=200)
    place = models.CharField(_("place"), max_length=300, blank=True)
    result = models.CharField(_("result"), max_length=60, blank=True, help_text=_("The key of a result."))
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    first_contact_at = models.DateTimeField(_("first contact"))
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(
        _("due"), null=True, help_text=_("Derived from the term; empty while paused or done.")
    )
    promised_at = models.DateTimeField(_("promised"), null=True, help_text=_("What the citizen was told."))
    warned_due = models.DateTimeField(null=True, editable=False, help_text=_("The due date that was warned of."))
    escalated_due = models.DateTimeField(null=True, editable=False, help_text=_("The due date that was escalated."))
    given_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When somebody else gave it to the handler, who was not told yet.")
    )
    muted_at = models.DateTimeField(
        _("no messages since"),
        null=True,
        blank=True,
        help_text=_("The citizen wants no messages, except the necessary."),
    )
    has_news = models.BooleanField(
        _("unread message"), default=False, help_text=_("The citizen wrote something that nobody read yet.")
    )
    is_confidential = models.BooleanField(
        _("confidential"), default=False, db_default=False, help_text=_("Only for who handles it, and who is named.")
    )
    confidential_reason = models.CharField(
        _("why it is confidential"), max_length=300, blank=True, default="", db_default=""
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("may read it too")
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OWN)
    ended_on = models.DateField(
        null=True, editable=False, help_text=_("The day of its end, as retention last read it in the history.")
    )
    anonymised_at = models.DateTimeField(
        _("destroyed at"), null=True, editable=False, help_text=_("What it knew of people was erased.")
    )
    version = models.PositiveIntegerField(default=1, help_text=_("Raised by every change, for optimistic locking."))

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        permissions = [
            ("view_all_dossiers", _("May see the dossiers of every team")),
            ("handle_dossier", _("May take steps in a dossier")),
            ("export_dossier", _("May export a list of dossiers")),
            ("view_confidential", _("May see the confidential dossiers among those that he or she sees")),
        ]
        indexes = [
            # The work list asks for the open statuses, which are few rows however large the archive is.
            models.Index(fields=["team", "status", "due_at"], name="dossiers_dossier_team_work"),
            models.Index(fields=["handler", "status", "due_at"], name="dossiers_dossier_handler_work"),
            models.Index(fields=["status", "due_at"], name="dossiers_dossier_work"),
            # Not of what has no term: SQLite would walk the archive along it, in search of what is not there.
            models.Index(
                fields=["due_at", "id"], name="dossiers_dossier_with_term", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["-opened_at", "-id"], name="dossiers_dossier_newest"),
            models.Index(fields=["team", "-opened_at", "-id"], name="dossiers_dossier_newest_team"),
            models.Index(fields=["handler", "-opened_at", "-id"], name="dossiers_dossier_newest_own"),
            models.Index(fields=["first_contact_at"], name="dossiers_dossier_contact"),
            # What is open of somebody who has thousands.
            models.Index(fields=["initiator", "status"], name="dossiers_dossier_of_whom"),
            models.Index(
                fields=["representative", "status"],
                name="dossiers_dossier_by_whom",
                condition=models.Q(representative__isnull=False),
            ),
            models.Index(
                fields=["given_at"], name="dossiers_dossier_given", condition=models.Q(given_at__isnull=False)
            ),
            models.Index(fields=["id"], name="dossiers_dossier_news", condition=models.Q(has_news=True)),
            # What ended and was not looked at yet, and what may be due: however large the archive, few rows.
            models.Index(
                fields=["status"], name="dossiers_dossier_no_end_yet", condition=models.Q(ended_on__isnull=True)
            ),
            models.Index(
                fields=["process_version", "ended_on", "id"],
                name="dossiers_dossier_to_destroy",
                condition=models.Q(ended_on__isnull=False, anonymised_at__isnull=True),
            ),
            models.Index(
                fields=["promised_at"], name="dossiers_dossier_promised", condition=models.Q(due_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_at__isnull=True) | models.Q(handler__isnull=False),
                name="dossiers_dossier_given_to_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=True) | models.Q(due_at__gte=models.F("first_contact_at")),
                name="dossiers_dossier_due_after_contact",
            ),
            models.CheckConstraint(condition=models.Q(origin__in=Origin.values), name="dossiers_dossier_origin_known"),
            models.CheckConstraint(
                condition=models.Q(representation="")
                | models.Q(representation__in=Representation.values, representative__isnull=False),
                name="dossiers_dossier_representation_of_someone",
            ),
            # Without a handler nobody would see it, and its term would run out in the dark.
            models.CheckConstraint(
                condition=models.Q(is_confidential=False, confidential_reason="")
                | models.Q(is_confidential=True, handler__isnull=False) & ~models.Q(confidential_reason=""),
                name="dossiers_dossier_confidential_why_and_whose",
            ),
            models.CheckConstraint(
                condition=models.Q(anonymised_at__isnull=True)
                | models.Q(
                    initiator__isnull=True,
                    representative__isnull=True,
                    representative_role="",
                    place="",
                    has_news=False,
                    is_confidential=False,
                ),
                name="dossiers_dossier_destroyed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.pk])

    @property
    def result_label(self) -> str:
        return self.process_version.result_label(self.result) if self.result else ""

    def possible_steps(self) -> models.QuerySet[Transition]:
        """The steps that the version's table allows from the present status, in the editors' order."""
        if self.anonymised_at:
            return Transition.objects.none()
        return self.status.steps.select_related("target", "letter")
