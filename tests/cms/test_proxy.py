"""Behind a proxy of our own, the visitor's address is what that proxy saw."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cms.middleware import ProxyMiddleware


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.6.6.6, 203.0.113.7", "203.0.113.7"),  # the first was written by the visitor
        (2, "10.6.6.6, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),  # did not come through both: keep what we saw ourselves
        (1, "", "127.0.0.1"),
        (1, " ", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: object, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    ProxyMiddleware(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))(request)
    assert request.META["REMOTE_ADDR"] == expected
