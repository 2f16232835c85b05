from django.db import models


class DoomedFile(models.Model):
    """A private file that must go: the row that named it was erased. It stays here until the file is gone."""

    path = models.CharField(max_length=300)
    since = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk} {self.since:%d/%m/%Y %H:%M}"
