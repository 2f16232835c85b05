from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.documents import BadFile
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Retention
from integrations.received import ReceivedFile, receive_picture
from integrations.scanning import QuickScan


class PhotoField(forms.FileField):
    """Gives a ReceivedFile for a new picture, the earlier Upload when there is one, or None."""

    default_error_messages = {
        "empty": _("The file is empty. Choose another one."),
        "max_length": _("The name of the file is too long. Give it a shorter name."),
        "infected": _("There is a virus in this picture. We threw it away. Remove it from the form to go on."),
    }
    received: Sequence[ReceivedFile] = ()
    refused: Sequence[str] = ()

    def to_python(self, data: Any) -> Any:
        file: Any = super().to_python(data)
        if file is None:
            return None
        try:
            picture = receive_picture(file, quick_scan=QuickScan())
        except BadFile as bad:
            self.refused = [str(bad)]
            raise ValidationError(str(bad), code="invalid_image")
        self.received = [picture]
        return picture

    def clean(self, data: Any, initial: Any = None) -> Any:
        cleaned = super().clean(data, initial)
        if getattr(cleaned, "is_infected", False):
            raise ValidationError(self.error_messages["infected"], code="infected")
        return cleaned


class PhotoType(FieldType):
    name = "photo"
    formidable_type = "file"
    label = _("Photo")
    icon = "image"
    description = _("A picture from the phone or the computer. Loket removes where it was taken.")
    form_field = PhotoField
    is_file = True
    kind = Kind.PRESENCE
    retention = Retention.PERSONAL
    repeatable = False

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": 200}

    def form_data(self, answer: Any) -> Any:
        """A file is never posted again; the earlier upload stands for it."""
        return None

    def display(self, answer: Any, definition: Definition) -> str:
        return answer["name"] if answer else ""
