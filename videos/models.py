from django.utils.translation import gettext_lazy as _
from wagtailmedia.models import AbstractMedia


class Media(AbstractMedia):
    """A video or sound file; the custom model is here from the first migration because it cannot be swapped later."""

    admin_form_fields = ("title", "file", "collection", "thumbnail", "tags")

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        permissions = [("choose_media", "Can choose media")]
