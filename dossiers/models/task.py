from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.user import User
from dossiers.models.dossier import Dossier
from dossiers.models.relation import Relation
from dossiers.models.sight import Sight


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at__isnull=True)

    def waiting_for(self, user: User) -> "TaskQuerySet":
        """For this person by name, or for nobody by name in a dossier that this person handles; and so for whom this
        person stands in today. Not in a duplicate, of which the work is done in its original.

        The dossiers are read first: with a subquery beside an OR, PostgreSQL would read every open task.
        """
        people = Sight.of(user).handlers
        own = list(Dossier.objects.open().filter(handler__in=people).values_list("pk", flat=True))
        waiting = self.open().filter(Q(assignee__in=people) | Q(assignee=None, dossier__in=own))
        return waiting.exclude(assignee=None, dossier__relations__kind=Relation.Kind.DUPLICATE)

    def blocking(self) -> "TaskQuerySet":
        """What must be done before the dossier goes on."""
        return self.open().filter(required=True)


class Task(models.Model):
    """Something to do in a dossier: it came with a status, or a colleague wrote it down."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tasks")
    text = models.CharField(_("task"), max_length=300)
    required = models.BooleanField(_("must be done first"), default=False)
    status_key = models.CharField(max_length=60, blank=True, help_text=_("The status that it came with."))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("for"),
    )
    due_on = models.DateField(_("by"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["assignee", "due_on", "id"], name="dossiers_task_open", condition=Q(done_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="dossiers_task_says_something"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(done_by__isnull=True), name="dossiers_task_done_when"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today
