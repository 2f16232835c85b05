"""What is to be destroyed: proposed, looked through, approved by somebody else, done, and declared."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models.dossier import Dossier
from dossiers.models.process_type import ProcessType
from parties.models import Party


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User) -> "HoldQuerySet":
        return self.filter(dossier__in=Dossier.objects.visible_to(user))

    def on(self, day: date) -> "HoldQuerySet":
        """What keeps a dossier from any list on this day."""
        return self.filter(lifted_at__isnull=True, until__gt=day)


class Hold(models.Model):
    """A dossier is kept longer than its term: a dispute in court, an inquiry. It goes with the dossier in the end."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="holds", verbose_name=_("dossier"))
    reason = models.CharField(_("why"), max_length=300)
    until = models.DateField(_("keep until"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier that is kept longer")
        verbose_name_plural = _("dossiers that are kept longer")
        default_permissions = ()
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["until", "id"], name="dossiers_hold_until", condition=Q(lifted_at=None))]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="dossiers_hold_has_reason"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(lifted_at=None), name="dossiers_hold_one"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.until:%d/%m/%Y}"

    @property
    def holds(self) -> bool:
        return self.lifted_at is None and self.until > timezone.localdate()


class DestructionListQuerySet(models.QuerySet["DestructionList"]):
    def visible_to(self, user: User) -> "DestructionListQuerySet":
        return self if user.is_active and user.has_perm("dossiers.view_destructionlist") else self.none()

    def with_counts(self) -> "DestructionListQuerySet":
        """How many rows there are in each state, as ``waiting``, ``destroyed`` …"""
        counts = {
            name: models.Count("items", filter=Q(items__state=state))
            for name, state in (
                ("waiting", DestructionItem.State.WAITING),
                ("held", DestructionItem.State.HELD),
                ("not_due", DestructionItem.State.NOT_DUE),
                ("failed", DestructionItem.State.FAILED),
                ("destroyed", DestructionItem.State.DESTROYED),
            )
        }
        return self.select_related("process_type", "prepared_by", "approved_by").annotate(
            **counts, total=models.Count("items", filter=Q(items__state__in=DestructionItem.COUNTED))
        )


class DestructionList(models.Model):
    """Dossiers of one process that ended in one year, or persons and organisations that nothing refers to any more.

    Who prepared it never approves it: the database sees to that.
    """

    class Kind(models.TextChoices):
        DOSSIERS = "dossiers", _("Dossiers")
        PARTIES = "parties", _("Contacts")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("To be looked through")
        PREPARED = "prepared", _("Waits for approval")
        APPROVED = "approved", _("Is being carried out")
        DONE = "done", _("Carried out")

    MOST = 200
    """Rows of one list: as many as somebody can look through."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    process_type = models.ForeignKey(
        ProcessType, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("process")
    )
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("In which the dossiers ended."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed at"))
    prepared_at = models.DateTimeField(_("looked through at"), null=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    sent_back = models.CharField(_("why it was sent back"), max_length=300, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = DestructionListQuerySet.as_manager()

    class Meta:
        verbose_name = _("destruction list")
        verbose_name_plural = _("destruction lists")
        default_permissions = ("view",)
        permissions = [
            ("prepare_destructionlist", _("May look through what is to be destroyed")),
            ("approve_destructionlist", _("May approve that it is destroyed")),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="dossiers_destruction_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="dossiers", process_type__isnull=False) | Q(kind="parties", process_type__isnull=True),
                name="dossiers_destruction_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", prepared_by__isnull=True, approved_by__isnull=True)
                | Q(state="prepared", prepared_by__isnull=False, approved_by__isnull=True)
                | Q(state__in=["approved", "done"], prepared_by__isnull=False, approved_by__isnull=False),
                name="dossiers_destruction_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="dossiers_destruction_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False) | ~Q(state="done") & Q(finished_at__isnull=True),
                name="dossiers_destruction_finished_when",
            ),
        ]

    def __str__(self) -> str:
        if self.process_type:
            return gettext("%(process)s, ended in %(year)s") % {"process": self.process_type.name, "year": self.year}
        return gettext("Contacts, last changed in %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("retention:list", args=[self.pk])

    @property
    def number(self) -> str:
        """How a declaration is referred to."""
        return f"VN-{self.pk:05d}"


class DestructionItem(models.Model):
    """One line of a list: what it is and why its time is over, in words that may stay. No names."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be destroyed")
        HELD = "held", _("Kept longer")
        NOT_DUE = "not_due", _("Not due after all")
        FAILED = "failed", _("Failed")
        DESTROYED = "destroyed", _("Destroyed")

    COUNTED = (State.WAITING, State.FAILED, State.DESTROYED)
    """What the list destroys: on one list at most."""

    made_for = models.ForeignKey(DestructionList, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="destruction_items")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    process = models.CharField(_("process"), max_length=100, blank=True)
    ended_on = models.DateField(_("ended on"))
    due_on = models.DateField(_("term over on"))
    years = models.PositiveSmallIntegerField(_("years"))
    source = models.CharField(_("where that comes from"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("destroyed at"), null=True)

    class Meta:
        verbose_name = _("line of a destruction list")
        verbose_name_plural = _("lines of destruction lists")
        default_permissions = ()
        ordering = ["ended_on", "pk"]
        indexes = [models.Index(fields=["made_for", "state", "id"], name="dossiers_destructionitem_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier__isnull=False, party__isnull=True) | Q(dossier__isnull=True, party__isnull=False),
                name="dossiers_destructionitem_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state="destroyed", done_at__isnull=False) | ~Q(state="destroyed") & Q(done_at__isnull=True),
                name="dossiers_destructionitem_done_when",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(state__in=["waiting", "failed", "destroyed"]),
                name="dossiers_destructionitem_dossier_once",
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(state__in=["waiting", "failed", "destroyed"]),
                name="dossiers_destructionitem_party_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RetentionWalk(models.Model):
    """How far a nightly walk through a large table came: each night looks at a part of it, and goes on there."""

    name = models.CharField(max_length=20, unique=True)
    reached = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.reached}"
