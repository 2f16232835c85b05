"""The map of a town: what browsers may fetch for it, and what pages may ask of the device."""

import pytest
from django.test import Client

from cms.environment import tile_hosts

GRB = "https://geo.api.vlaanderen.be/GRB/wmts?LAYER=grb_bsk&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("", []),
        ("/kaart/{z}/{x}/{y}.png", []),
        (GRB, ["https://geo.api.vlaanderen.be"]),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", ["https://*.tiles.example.org"]),
        ("http://127.0.0.1:8042/{z}/{x}/{y}.png", ["http://127.0.0.1:8042"]),
    ],
)
def test_policy_lets_in_the_tiles_and_nothing_else(address: str, hosts: list[str]) -> None:
    assert tile_hosts(address) == hosts


@pytest.mark.django_db
def test_page_may_ask_where_the_device_is_and_nothing_more() -> None:
    policy = Client().get("/healthz")["Permissions-Policy"]
    assert "geolocation=(self)" in policy
    assert "camera=()" in policy
