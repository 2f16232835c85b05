"""How statuses look."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Colour(models.TextChoices):
    """Colours that a status may have; each readable on its own ground (core/static/core/staff.css)."""

    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    YELLOW = "yellow", _("yellow")
    RED = "red", _("red")
    PURPLE = "purple", _("purple")
    GREY = "grey", _("grey")
