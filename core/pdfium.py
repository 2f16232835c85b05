"""PDFium, which is not made for threads: whoever uses it in this process, waits here."""

from io import BytesIO
from threading import Lock

import pypdfium2

ONE_AT_A_TIME = Lock()
SCALE = 1.5  # about 900 points across for A4: sharp enough to read on a screen


def pictures_of(pdf: bytes, *, at_most: int = 10) -> list[bytes]:
    """The pages as PNG pictures, as they look on paper."""
    pictures = []
    with ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        for number in range(min(len(document), at_most)):
            picture = BytesIO()
            page = document[number]
            page.render(scale=SCALE).to_pil().save(picture, "PNG", optimize=True)
            page.close()
            pictures.append(picture.getvalue())
    return pictures
