"""The fixed points of a process that the clock and the indicators read.

Labels of statuses are the editors' own; milestones are ours, and the same in every town (docs/rules/termijnen.md).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Milestone(models.TextChoices):
    RECEIVED = "received", _("Received")
    ADMISSIBLE = "admissible", _("Admissible")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_FOR_CITIZEN = "waiting_for_citizen", _("Waiting for the citizen")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


DECISIONS = frozenset({Milestone.ADMISSIBLE, Milestone.INADMISSIBLE})
ENDS = frozenset({Milestone.INADMISSIBLE, Milestone.COMPLETED, Milestone.WITHDRAWN})
PAUSES = frozenset({Milestone.WAITING_FOR_CITIZEN})


class ProcessKind(models.TextChoices):
    MELDING = "melding", _("Report")
    BOOKING = "booking", _("Booking")
    BUILDING = "building", _("Building and renovating")
    REQUEST = "request", _("Request")
    COMPLAINT = "complaint", _("Complaint")
    INVOICE = "invoice", _("Invoice")
    INFORMATION = "information", _("Information")
