"""The house stands on its floors: what import-linter checks for imports, checked here for the database."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

ROOT = Path(__file__).resolve().parent.parent


def layers() -> list[set[str]]:
    """The floors from high to low, as the import contract names them."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return [{name.strip() for name in layer.split("|")} for layer in contract["layers"]]


HEIGHT = {floor: -depth for depth, siblings in enumerate(layers()) for floor in siblings}


def allowed(origin: str, target: str) -> bool:
    """Down, within the floor itself, or out of the house."""
    return target not in HEIGHT or origin == target or HEIGHT[target] < HEIGHT[origin]


def references() -> list[tuple[str, str, str]]:
    """Every foreign key of ours, those of automatic through tables included: (from, to, where)."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in HEIGHT:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            if field.auto_created and not field.concrete:
                continue  # the other end of somebody else's key
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model:
                found.append(
                    (model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
                )
    return found


@pytest.mark.parametrize(
    ("origin", "target", "may"),
    [
        ("forms", "dossiers", True),
        ("dossiers", "forms", False),
        ("bookings", "mailroom", False),
        ("core", "wagtailcore", True),
        ("core", "core", True),
        ("core", "cms", False),
    ],
)
def test_the_rule_itself(origin: str, target: str, may: bool) -> None:
    assert allowed(origin, target) is may


def test_foreign_keys_point_down_or_out_of_the_house() -> None:
    found = references()
    assert found, "no foreign key was found at all"
    wrong = [f"{where} ({origin} → {target})" for origin, target, where in found if not allowed(origin, target)]
    assert not wrong, "These keys point up or to a sibling: " + ", ".join(wrong)


def test_no_foreign_key_is_left_as_a_string() -> None:
    """A string that names no model would escape the rule above."""
    unresolved = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in HEIGHT
        for field in model._meta.get_fields()
        if field.is_relation and isinstance(field.related_model, str)
    ]
    assert not unresolved


def test_no_generic_keys_between_floors() -> None:
    """A key to ContentType plus an id points anywhere, so the rule cannot see it; core alone may log about anything."""
    generic = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in HEIGHT.keys() - {"core"}
        for field in model._meta.local_fields
        if field.related_model is ContentType
    ]
    assert not generic


def test_each_floor_is_an_app_with_its_own_config() -> None:
    assert [app for app in settings.INSTALLED_APPS if app in HEIGHT] == sorted(
        HEIGHT, key=lambda floor: (-HEIGHT[floor], settings.INSTALLED_APPS.index(floor))
    ), "INSTALLED_APPS lists the floors from high to low"
    for floor in HEIGHT:
        config = apps.get_app_config(floor)
        assert type(config).__module__ == f"{floor}.apps"
        assert config.default_auto_field == "django.db.models.BigAutoField"
        assert str(config.verbose_name)


def test_the_floors_of_the_contract_are_the_folders_of_the_house() -> None:
    assert {path.parent.name for path in ROOT.glob("*/apps.py")} == set(HEIGHT)
