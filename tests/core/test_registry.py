"""Registries refuse a name that is taken."""

import pytest

from core.registry import Registry


def test_members_come_in_the_order_of_registration() -> None:
    registry: Registry[str] = Registry("colour")
    registry.register("red", "rood")
    registry.register("blue", "blauw")
    assert list(registry) == ["rood", "blauw"]
    assert registry["red"] == "rood"
    assert "green" not in registry
    assert registry.get("green") is None


def test_a_taken_name_is_refused() -> None:
    registry: Registry[str] = Registry("colour")
    registry.register("red", "rood")
    with pytest.raises(ValueError, match="already a colour named 'red'"):
        registry.register("red", "karmijn")
    assert registry["red"] == "rood"
