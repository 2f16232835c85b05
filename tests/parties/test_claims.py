"""What a provider says of a citizen, read as docs/rules/aanmelden-burger.md says."""

from typing import Any

import pytest

from parties.claims import Identity, Subject, Unusable, read_identity
from parties.numbers import read_kbo, read_national_number

ISSUER = "https://aanmelden.example"
JAN = {"sub": "s-1", "given_name": "Jan", "family_name": "Peeters"}
KSA = {"vo_doelgroepcode": "EA", "vo_orgcode": "0403.019.261", "vo_orgnaam": "KSA Mortsel"}


def read(**claims: Any) -> Identity:
    return read_identity(JAN | claims, issuer=ISSUER)


@pytest.mark.parametrize(
    ("claims", "subjects"),
    [
        ({}, [("sub", "s-1")]),
        ({"vo_id": "v-1"}, [("vo_id", "v-1"), ("sub", "s-1")]),
        ({"vo_id": ""}, [("sub", "s-1")]),
        ({"vo_id": 7}, [("sub", "s-1")]),
        ({"sub": " s-1\0 "}, [("sub", "s-1")]),
    ],
)
def test_who_it_is_at_the_provider(claims: dict[str, Any], subjects: list[tuple[str, str]]) -> None:
    assert read(**claims).subjects == tuple(Subject(*each) for each in subjects)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({}, "Jan Peeters"),
        ({"given_name": ""}, "Peeters"),
        ({"given_name": None, "family_name": None, "name": "Jan  Peeters"}, "Jan Peeters"),
        ({"given_name": "Jan Baptist", "family_name": "Van den  Berghe"}, "Jan Baptist Van den Berghe"),
        ({"given_name": None, "family_name": None}, ""),
        ({"family_name": "x" * 300}, f"Jan {'x' * 196}"),
    ],
)
def test_name(claims: dict[str, Any], name: str) -> None:
    assert read(**claims).name == name


def test_national_number_that_cannot_be_right_is_none() -> None:
    assert read(rrn="85073003328").number == read_national_number("85073003328")
    assert read(rrn="85073003329").number is None
    assert read(rrn=["85073003328"]).number is None


@pytest.mark.parametrize(
    ("claims", "by_law"),
    [
        ({}, False),
        ({"wv_orgcode": "0403019261"}, True),
        ({"wv_orgcode": ["0200000106", "0403019261"]}, True),
        ({"wv_orgcode": ["0200000106", "OVO000123", None]}, False),
    ],
)
def test_for_an_organisation(claims: dict[str, Any], by_law: bool) -> None:
    found = read(**KSA, **claims).organisation
    assert found is not None
    assert (found.number, found.name, found.by_law) == (read_kbo("0403019261"), "KSA Mortsel", by_law)


@pytest.mark.parametrize("capacity", ["BUR", "bur", ""])
def test_for_oneself_whatever_else_is_said(capacity: str) -> None:
    assert read(**KSA | {"vo_doelgroepcode": capacity}).organisation is None


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"sub": ""}, "nobody"),
        ({"sub": None, "vo_id": "v-1"}, "nobody"),
        ({"sub": "x" * 256}, "nobody"),
        (KSA | {"vo_doelgroepcode": "LB"}, "capacity"),
        ({"vo_doelgroepcode": "GID"}, "capacity"),
        (KSA | {"vo_orgcode": "OVO000123"}, "organisation"),
        (KSA | {"vo_orgcode": None}, "organisation"),
    ],
)
def test_nobody_is_signed_in_with_it(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(**claims)
    assert refused.value.reason == reason
