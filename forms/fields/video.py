from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtailmedia.blocks import VideoChooserBlock

from core.publishing import Problem
from forms.fields.base import Definition, plain_text
from forms.fields.content import ContentBlock, ContentType
from videos.models import Media


class VideoBlock(ContentBlock):
    video = VideoChooserBlock(label=_("Video"))
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("Shown above the video. Leave empty for the title that it has in the library."),
    )

    class Meta:
        label_format = "{title}"
        form_layout = BlockGroup(children=["video", "title"], settings=["when"])


class VideoType(ContentType):
    """A version remembers which video; the file and its picture may be replaced in the library."""

    name = "video"
    block_class = VideoBlock
    label = _("Video")
    icon = "wagtailmedia-video"
    description = _("An instruction video between the questions.")

    def content(self, value: Any) -> dict[str, Any]:
        video = value.get("video")
        return {"media": video.pk if video else None, "title": plain_text(value.get("title") or "")}

    def context(self, definition: Definition) -> dict[str, Any]:
        """No video when it is not in the library any more."""
        parameters = definition["parameters"]
        video = Media.objects.filter(pk=parameters["media"], type="video").first()
        if video is None:
            return {}
        return {"video": video, "title": parameters["title"] or video.title, "length": length(video.duration)}

    def problems(self, value: Any, where: str) -> list[Problem]:
        return [] if value.get("video") else [Problem(where, gettext("Choose a video."))]


def length(seconds: float | None) -> str:
    """How long it takes, in words; '' when nobody measured it."""
    minutes, rest = divmod(round(seconds or 0), 60)
    words = []
    if minutes:
        words.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    if rest:
        words.append(ngettext("%(count)d second", "%(count)d seconds", rest) % {"count": rest})
    return " ".join(words)
