from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models.definition import FormVersion
from forms.roles import Role


class UsageCount(models.Model):
    """How often something happened while a form was filled in, per day. Knows forms, never people."""

    class What(models.TextChoices):
        STARTED = "started"
        SHOWN = "shown"
        LEFT = "left", "went on to the next page"
        REFUSED = "refused", "went on, and had to put something right"
        WRONG = "wrong", "had to put this question right"
        TIME = "time", "how long a page took"
        DEVICE_STARTED = "device"
        DEVICE_SENT = "device_sent"

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    role = models.CharField(max_length=20, choices=Role.choices)
    step = models.PositiveSmallIntegerField(help_text="0 for the form as a whole; the check page comes after the last.")
    what = models.CharField(max_length=20, choices=What.choices)
    key = models.CharField(max_length=64, blank=True, help_text="The question, time or device.")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "day", "role", "step", "what", "key"], name="forms_usagecount_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.key}: {self.number}"
