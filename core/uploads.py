"""Bodies of requests with files: what is far too large is counted, but neither kept in memory nor written to disk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

CUT_OFF = "loket_cut_off"


class BoundedFileUploadHandler(TemporaryFileUploadHandler):
    """Writes at most ``per_file`` bytes of a file, and ``in_all`` of a request; the rest is read and thrown away.

    The request goes on, so that whoever sent too much reads so at the question, and keeps what was typed.
    """

    def __init__(self, request: HttpRequest, *, per_file: int, in_all: int) -> None:
        super().__init__(request)
        self.per_file, self.in_all = per_file, in_all
        self.written = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        setattr(self.file, CUT_OFF, False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        size = len(raw_data)
        if start + size > self.per_file or self.written + size > self.in_all:
            setattr(self.file, CUT_OFF, True)
        if not is_cut_off(self.file):
            self.written += size
            super().receive_data_chunk(raw_data, start)


def is_cut_off(file: Any) -> bool:
    """Whether only the beginning of it was kept."""
    return bool(getattr(file, CUT_OFF, False))


def bounded_uploads(
    *, per_file: int, in_all: int, protect: Callable[[Any], Any] = csrf_protect
) -> Callable[[Any], Any]:
    """Decorates a view that takes files: the limits hold before anything reads the body, the check of CSRF included.

    ``protect`` is that check; a page in a frame on another website has one of its own.
    """

    def decorate(view: Any) -> Any:
        protected = protect(view)

        @csrf_exempt
        @wraps(view)
        def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.upload_handlers = [
                MemoryFileUploadHandler(request),
                BoundedFileUploadHandler(request, per_file=per_file, in_all=in_all),
            ]
            response: HttpResponseBase = protected(request, *args, **kwargs)
            return response

        return bounded

    return decorate
