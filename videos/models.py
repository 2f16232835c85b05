from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtailmedia.models import AbstractMedia


class Media(AbstractMedia):
    """A video or sound file; the custom model is here from the first migration because it cannot be swapped later."""

    # wagtailmedia's own model of that name still exists; without names of our own the two clash on User and Tag.
    tags = TaggableManager(verbose_name=_("tags"), help_text=None, blank=True, related_name="loket_media")

    admin_form_fields = ("title", "file", "collection", "thumbnail", "tags")

    class Meta:
        default_related_name = "loket_media"
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        permissions = [("choose_media", "Can choose media")]
