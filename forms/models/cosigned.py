"""Whether a form must be signed by others too, as data."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms import cosign_rules

NUMBERS = [
    (0, _("nobody else signs")),
    (1, _("1 other person")),
    (2, _("1 or 2 other people")),
    (3, _("1 to 3 other people")),
    (4, _("1 to 4 other people")),
    (5, _("1 to 5 other people")),
]


class Cosigned(models.Model):
    """Who signs besides the person who fills in. Goes live by publishing, and then holds for every version.

    Columns of the definition, as its limits are: whether a signature is needed does not depend on the wording that
    somebody happened to begin with.
    """

    cosigners_max = models.PositiveSmallIntegerField(_("who signs too"), choices=NUMBERS, default=0)
    cosigners_required = models.BooleanField(
        _("signing is required"),
        default=True,
        help_text=_("Else the person who fills in may ask somebody, or nobody."),
    )
    cosigner_who = models.CharField(
        _("who is that?"),
        max_length=80,
        blank=True,
        help_text=_("As the citizen reads it: “your partner”, “the other parent”, “a second board member”."),
    )
    cosign_days = models.PositiveSmallIntegerField(
        _("days to sign"),
        default=cosign_rules.DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(cosign_rules.LONGEST_TERM)],
        help_text=_("A reminder goes out three days before the end. You can give somebody more time in the dossier."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cosigners_max__lte=cosign_rules.AT_MOST), name="%(app_label)s_%(class)s_cosigners"
            ),
            models.CheckConstraint(
                condition=models.Q(cosign_days__gte=1, cosign_days__lte=cosign_rules.LONGEST_TERM),
                name="%(app_label)s_%(class)s_cosign_days",
            ),
        ]
