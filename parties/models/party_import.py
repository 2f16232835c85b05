from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User


def private_files() -> Storage:
    return storages["private"]


class PartyImportQuerySet(models.QuerySet["PartyImport"]):
    def visible_to(self, user: User) -> "PartyImportQuerySet":
        return self if user.is_active and user.has_perm("parties.import_party") else self.none()


class PartyImport(models.Model):
    """A list of persons, associations or representatives that is taken over. The file goes when it is done."""

    class Kind(models.TextChoices):
        PERSONS = "persons", _("Persons")
        ORGANISATIONS = "organisations", _("Associations and other organisations")
        REPRESENTATIVES = "representatives", _("Representatives of organisations")

    class State(models.TextChoices):
        MAPPING = "mapping", _("Columns to be named")
        CHECKED = "checked", _("Checked, nothing is taken over yet")
        APPLYING = "applying", _("Is being taken over")
        DONE = "done", _("Taken over")
        DISCARDED = "discarded", _("Not taken over")

    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="imports", storage=private_files, blank=True, editable=False)
    headings: Any = models.JSONField(default=list)
    mapping: Any = models.JSONField(default=dict, help_text=_("Name of a field → number of the column."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MAPPING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text=_("Rows that were dealt with."))
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    errors: Any = models.JSONField(
        default=list, help_text=_("[number of the row, what is wrong]; never what stood there.")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    touched_at = models.DateTimeField()

    objects = PartyImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()
        indexes = [models.Index(fields=["-at", "-id"], name="parties_partyimport_newest")]

    def __str__(self) -> str:
        return self.name
