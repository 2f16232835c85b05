"""What an editor sets about signing together."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

COSIGNING = MultiFieldPanel(
    [
        FieldPanel("cosigners_max"),
        FieldPanel("cosigner_who"),
        FieldPanel("cosigners_required"),
        FieldPanel("cosign_days"),
    ],
    heading=_("Co-signing"),
    help_text=_(
        "The form is sent at once and its dossier starts. The other person gets an e-mail with a link, reads the "
        "answers and signs. Sensitive answers stay hidden. What you change here takes effect when you publish."
    ),
)
