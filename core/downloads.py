"""Files of citizens, out again: always under the type and the extension that we determined, never opened as a page."""

from urllib.parse import quote

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from core.documents import KINDS, extension_of


def download(file: FieldFile, *, name: str, media_type: str, inline: bool = False) -> FileResponse:
    """``inline`` is for pictures that were made anew; still, no browser may take one for anything but a picture."""
    response = FileResponse(file.open("rb"), content_type=media_type)
    kind = next(kind for kind in KINDS.values() if kind.media_type == media_type)
    if (extension := extension_of(name)) not in kind.extensions:
        name = f"{name.removesuffix(extension) or name}{kind.extension}"
    how = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
