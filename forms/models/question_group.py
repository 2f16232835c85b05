"""Questions that are written once and used in several forms."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from core.fields import BodyField
from forms.blocks import QuestionsBlock, question_blocks


class QuestionGroup(RevisionMixin, models.Model):
    """Shared questions, such as contact data. A form takes them as they are when it is published."""

    title = models.CharField(_("title"), max_length=120, help_text=_("Shown above the questions in each form."))
    intro = models.TextField(_("introduction"), blank=True, max_length=1000)
    questions = BodyField(QuestionsBlock(question_blocks()), verbose_name=_("questions"), blank=True)

    class Meta:
        verbose_name = _("shared questions")
        verbose_name_plural = _("shared questions")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
