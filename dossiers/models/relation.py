from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class Relation(models.Model):
    """Two dossiers that belong together. ``dossier`` is the one that points: the duplicate, the part, the later one."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("is the same as")
        PART = "part", _("is a part of")
        RELATED = "related", _("has to do with")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("relation between dossiers")
        verbose_name_plural = _("relations between dossiers")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(dossier=F("other")), name="dossiers_relation_of_another"),
            models.UniqueConstraint(fields=["dossier", "other"], name="dossiers_relation_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(kind="duplicate"), name="dossiers_relation_one_original"
            ),
            models.UniqueConstraint(fields=["dossier"], condition=Q(kind="part"), name="dossiers_relation_one_whole"),
            models.CheckConstraint(
                condition=Q(kind__in=["duplicate", "part", "related"]), name="dossiers_relation_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.other_id}"
