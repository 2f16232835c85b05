"""What editors put pages together with.

There is no block for a level 1 heading: that is the title of the page, and a page has one.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock

from forms.processing import activities

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]

ICONS = [
    ("report", _("Warning sign")),
    ("hall", _("Hall")),
    ("calendar", _("Calendar")),
    ("document", _("Document")),
    ("person", _("Person")),
    ("group", _("Group")),
    ("house", _("House")),
    ("bin", _("Waste bin")),
    ("euro", _("Euro")),
    ("video", _("Video")),
    ("phone", _("Phone")),
    ("desk", _("Place")),
    ("question", _("Question mark")),
]


class LinkValue(blocks.StructValue):
    @cached_property
    def href(self) -> str:
        """Where the link leads; empty when its page was removed or is not published."""
        page = self.get("page")
        if page:
            return (page.url or "") if page.live else ""
        return self.get("url") or ""


class LinkBlock(blocks.StructBlock):
    """Something that leads to a page of this site, or to another address."""

    page = blocks.PageChooserBlock(required=False, label=_("page"), help_text=_("A page of this website."))
    url = blocks.RegexBlock(
        regex=r"^(/|https://)\S*$",
        required=False,
        label=_("web address"),
        help_text=_("Only when it is not a page: /zalen/ or https://www.example.be."),
        error_messages={"invalid": _("A web address starts with / or https://.")},
    )

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if bool(value.get("page")) == bool(value.get("url")):
            message = _("Choose a page or fill in a web address: one of the two.")
            raise StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return value

    class Meta:
        value_class = LinkValue


class CardBlock(LinkBlock):
    """A task on the home page."""

    icon = blocks.ChoiceBlock(choices=ICONS, default="document", label=_("icon"))
    title = blocks.CharBlock(
        max_length=60, label=_("title"), help_text=_("What people come to do: “Report a problem”.")
    )
    text = blocks.CharBlock(max_length=140, required=False, label=_("text"), help_text=_("One short sentence."))

    class Meta:
        icon = "link"
        label = _("Task")
        label_format = "{title}"
        description = _("A large tile for something that many people come to do.")
        template = "site_pages/blocks/card.html"
        preview_value = {
            "icon": "report",
            "title": "Een probleem melden",
            "text": "Een losse stoeptegel, een kapotte lamp, sluikstort.",
            "url": "/",
        }


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=120, label=_("text"))
    level = blocks.ChoiceBlock(
        choices=[("2", _("Heading")), ("3", _("Subheading"))],
        default="2",
        label=_("level"),
        help_text=_("A subheading stands under a heading."),
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        label_format = "{text}"
        description = _("A heading tells in a few words what follows, so that people can skip to it.")
        template = "site_pages/blocks/heading.html"
        preview_value = {"text": "Wat brengt u mee?", "level": "2"}


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("caption"))

    def get_preview_value(self) -> Any:
        return self.normalize({"image": get_image_model().objects.last(), "caption": ""})

    class Meta:
        icon = "image"
        label = _("Image")
        description = _("An image. Describe what it tells, or mark it as decorative.")
        template = "site_pages/blocks/picture.html"


class AttentionBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("note", _("Good to know")), ("warning", _("Warning"))],
        default="note",
        label=_("kind"),
        help_text=_("A warning is for something that costs money, time or rights when it is missed."),
    )
    text = blocks.RichTextBlock(features=["bold", "link"], label=_("text"))

    class Meta:
        icon = "warning"
        label = _("Attention")
        description = _("Something that nobody may miss. Use it at most once or twice on a page.")
        template = "site_pages/blocks/attention.html"
        preview_value = {"kind": "note", "text": "<p>Op feestdagen zijn de loketten gesloten.</p>"}


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("title"), help_text=_("What to do: “Fill in the form”."))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, required=False, label=_("text"))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        label_format = "{title}"


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(StepBlock(), min_num=2, **kwargs)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Numbered steps: what happens, in which order.")
        template = "site_pages/blocks/steps.html"
        preview_value = [
            {"title": "U vult het formulier in", "text": "<p>Dat duurt ongeveer vijf minuten.</p>"},
            {"title": "Wij kijken het na", "text": "<p>U krijgt antwoord binnen tien werkdagen.</p>"},
        ]


class ContactBlock(blocks.StructBlock):
    name = blocks.CharBlock(max_length=120, label=_("name"), help_text=_("The team or the desk, not one colleague."))
    phone = blocks.RegexBlock(
        regex=r"^\+?[0-9][0-9 ]{6,18}$",
        required=False,
        label=_("phone"),
        error_messages={"invalid": _("Use digits and spaces: 03 444 17 17.")},
    )
    email = blocks.EmailBlock(required=False, label=_("e-mail"))
    address = blocks.CharBlock(max_length=200, required=False, label=_("address"))
    hours = blocks.CharBlock(max_length=200, required=False, label=_("when"), help_text=_("When people can reach it."))

    class Meta:
        icon = "mail"
        label = _("Contact details")
        label_format = "{name}"
        description = _("How to reach a team: phone, e-mail, address.")
        template = "site_pages/blocks/contact.html"
        preview_value = {
            "name": "Dienst openbaar domein",
            "phone": "03 444 17 17",
            "email": "openbaardomein@mortsel.example",
            "address": "Stadsplein 1, 2640 Mortsel",
            "hours": "Elke werkdag van 9 tot 12 uur",
        }


class ButtonBlock(LinkBlock):
    text = blocks.CharBlock(
        max_length=60, label=_("text"), help_text=_("What happens: “Book a hall”, not “Click here”.")
    )

    class Meta:
        icon = "link"
        label = _("Button")
        label_format = "{text}"
        description = _("A button to the next step. One on a page is enough.")
        template = "site_pages/blocks/button.html"
        preview_value = {"text": "Een zaal reserveren", "url": "/zalen/"}


class DetailsBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("title"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("text"))

    class Meta:
        icon = "collapse-down"
        label = _("Fold-out text")
        label_format = "{title}"
        description = _("A text that only some people need, behind its title. Never hide what everyone must know.")
        template = "site_pages/blocks/details.html"
        preview_value = {"title": "Ik woon niet in Mortsel", "text": "<p>U kunt ook een melding doen als bezoeker.</p>"}


class TableBlock(TypedTableBlock):
    """Rows and columns with a caption, which tells a screen reader what the table is about."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([("text", blocks.CharBlock(required=False, label=_("Text")))], **kwargs)

    def get_preview_value(self) -> Any:
        return self.to_python(
            {
                "caption": "Hoelang duurt het?",
                "columns": [{"type": "text", "heading": "Wat"}, {"type": "text", "heading": "Termijn"}],
                "rows": [{"values": ["Losse tegel", "5 werkdagen"]}, {"values": ["Kapotte lamp", "10 werkdagen"]}],
            }
        )

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Figures or terms to compare. Give it a caption.")
        template = "site_pages/blocks/table.html"


class ProcessingBlock(blocks.StaticBlock):
    """What Loket keeps, why and how long, as it is configured today."""

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        return context | {"activities": activities()}

    class Meta:
        icon = "lock"
        label = _("Which data we keep")
        admin_text = _("Loket fills in this table from the processes and the forms.")
        description = _("For the privacy page: for each process which data we keep, and for how long.")
        template = "site_pages/blocks/processing.html"
        preview_value = None  # there is nothing to fill in: the preview is the table itself


class BodyBlocks(blocks.StreamBlock):
    """Everything that may stand in the body of a page."""

    heading = HeadingBlock()
    paragraph = blocks.RichTextBlock(
        features=TEXT_FEATURES,
        icon="pilcrow",
        label=_("Text"),
        description=_("Running text. Short sentences, one idea in a paragraph."),
        template="site_pages/blocks/paragraph.html",
        preview_value="<p>U kunt een losse stoeptegel melden. Wij kijken binnen twee werkdagen ter plaatse.</p>",
    )
    steps = StepsBlock()
    attention = AttentionBlock()
    button = ButtonBlock()
    details = DetailsBlock()
    contact = ContactBlock()
    picture = PictureBlock()
    table = TableBlock()
    processing = ProcessingBlock()
