"""Pictures from citizens: looked at, made upright, stripped of where and with what they were taken, and re-encoded."""

from dataclasses import dataclass
from io import BytesIO
from threading import Semaphore
from typing import BinaryIO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.documents import BadFile

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_BYTES = 15 * 1024 * 1024
# What is unpacked in memory: a few kilobytes can pretend to be gigabytes. A JPEG is shrunk while it is read.
MAX_PIXELS = {"JPEG": 100_000_000}
MAX_PIXELS_OTHERS = 50_000_000
ONE_AT_A_TIME = Semaphore(1)  # per process: eight large pictures at once must not take the memory of the whole town
MAX_SIDE = 4000
THUMBNAIL_SIDE = 480


class BadPicture(BadFile):
    """Not a picture that Loket takes; the message says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A clean JPEG, and a small one for lists."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def clean_picture(file: BinaryIO, size: int) -> Picture:
    """Re-encode an uploaded picture. The name and type that came with it are not believed. Raises BadPicture."""
    if size > MAX_BYTES:
        raise BadPicture(_("The picture is larger than 15 MB. Choose a smaller one."))
    try:
        with ONE_AT_A_TIME, Image.open(file, formats=FORMATS) as image:
            most = MAX_PIXELS.get(image.format or "", MAX_PIXELS_OTHERS)
            if image.width * image.height > most:  # the header says so; nothing was unpacked yet
                raise BadPicture(_("The picture has too many pixels. Choose a smaller one."))
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.thumbnail((MAX_SIDE, MAX_SIDE))  # before anything copies it
            flat = _on_white(ImageOps.exif_transpose(image))
    except BadPicture:
        raise
    except Exception as error:  # decoders raise all kinds of errors on a damaged or hostile file
        raise BadPicture(
            _("This file is not a picture that we can read. Use a JPG, PNG, WebP or HEIC file.")
        ) from error
    width, height = flat.size
    content = _jpeg(flat)
    flat.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Picture(content=content, thumbnail=_jpeg(flat), width=width, height=height)


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """A new picture with the pixels only: no EXIF, GPS, comments or colour profile comes along."""
    flat = Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        flat.paste(image, mask=image)
    else:
        flat.paste(image.convert("RGB"))
    return flat
