"""What no browser of a person sends is refused, and never an error of ours."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("address", ["/?q=%00", "/beheer/dossiers/?q=a%00b", "/formulieren/x/?terug=%00"])
def test_a_nul_in_the_address(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_form_in_another_encoding(client: Client) -> None:
    odd = client.post("/formulieren/x/", data="a=b", content_type="application/x-www-form-urlencoded; charset=utf-16")
    assert odd.status_code == 400


def test_what_browsers_send_passes(client: Client) -> None:
    assert client.get("/formulieren/bestaat-niet/?q=é&x=100%25").status_code == 404
    form = client.post("/formulieren/x/", data="a=b", content_type="application/x-www-form-urlencoded; charset=UTF-8")
    assert form.status_code == 404
