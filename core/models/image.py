from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class Image(AbstractImage):
    """An image of the website; the custom model is here from the first migration because it cannot be swapped later."""

    credit = models.CharField(_("credit"), max_length=255, blank=True, help_text=_("Who took or made the picture."))

    # Wagtail's own model of that name still exists; without names of our own the two clash on User and Tag.
    tags = TaggableManager(verbose_name=_("tags"), help_text=None, blank=True, related_name="loket_images")

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        default_related_name = "loket_images"
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]


class Rendition(AbstractRendition):
    """An image in one size."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="core_rendition_unique")
        ]
