"""What is generated and committed is fresh, and production refuses to start with an open door."""

import gettext
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.test_floors import HEIGHT

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/nl/LC_MESSAGES/django.po"


# --- Migrations -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing(capsys) -> None:
    """Of any app: formidable's always look outdated unless ours are pinned."""
    try:
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    except SystemExit:
        pytest.fail(f"Run `manage.py makemigrations`:\n{capsys.readouterr().out}")


# --- Dutch ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts_in_the_code(tmp_path_factory) -> Path:
    """A template catalogue made from a copy of the code as it is now, so that the test never touches the real one."""
    copy = tmp_path_factory.mktemp("texts")
    for floor in HEIGHT:
        for source in (ROOT / floor).rglob("*"):
            if source.suffix in {".py", ".html", ".txt"} and "migrations" not in source.parent.name:
                target = copy / source.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "nl", "--no-location", "--keep-pot"],
        cwd=copy,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )
    return copy / "locale/django.pot"


def test_every_text_has_a_dutch_translation(texts_in_the_code: Path) -> None:
    """msgcmp also refuses texts marked fuzzy."""
    result = subprocess.run(["msgcmp", CATALOGUE, texts_in_the_code], capture_output=True, text=True)
    errors = "\n".join(line for line in result.stderr.splitlines() if "warning:" not in line)
    assert result.returncode == 0, f"Run `make messages` and translate:\n{errors}"


def test_the_check_on_translations_notices_a_new_text(texts_in_the_code: Path, tmp_path: Path) -> None:
    template = tmp_path / "django.pot"
    template.write_text(texts_in_the_code.read_text() + '\nmsgid "Nobody ever translated this sentence"\nmsgstr ""\n')
    result = subprocess.run(["msgcmp", CATALOGUE, template], capture_output=True, text=True)
    assert result.returncode == 1
    assert "this message is used but not defined" in result.stderr


def test_the_compiled_catalogue_is_fresh(tmp_path: Path) -> None:
    """Compared by content: another msgfmt may order its tables differently. It also refuses wrong placeholders."""
    compiled = tmp_path / "django.mo"
    result = subprocess.run(["msgfmt", "--check", "-o", compiled, CATALOGUE], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr

    def content(path: Path) -> dict[object, str]:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]

    assert content(CATALOGUE.with_suffix(".mo")) == content(compiled), "Run `make messages`: django.mo is out of date."


# --- The theme --------------------------------------------------------------------------------------------------------


def test_the_compiled_theme_is_fresh() -> None:
    """The build writes the digest of every source; here they are computed again, without Node."""
    sources = [ROOT / "package.json", ROOT / "package-lock.json", *(ROOT / "theme").rglob("*")]
    now = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sources
        if path.is_file()
    }
    built = json.loads((ROOT / "cms/static/cms/build.json").read_text())
    changed = sorted(path for path in now.keys() | built.keys() if now.get(path) != built.get(path))
    assert not changed, f"Run `make static`; changed since the last build: {', '.join(changed)}"


# --- Lock files -------------------------------------------------------------------------------------------------------


def locked(name: str) -> dict[str, str]:
    """Requirement with its marker → everything the lock says of it."""
    entries = (ROOT / name).read_text().split("\n")
    found, key = {}, ""
    for line in entries:
        if "==" in line and not line.startswith((" ", "#")):
            key = line.removesuffix(" \\")
            found[key] = ""
        elif line.strip().startswith("--hash="):
            found[key] += line.strip().removesuffix(" \\")
    return found


def test_both_locks_name_the_same_versions_each_with_its_hashes() -> None:
    """The installer relies on it: after the development lock, the other one is satisfied."""
    base, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert len(base) > 50
    assert base.items() <= development.items()
    assert all("sha256:" in hashes for hashes in development.values())


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_locks_hold_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    resolved = [line for line in text.splitlines() if '"resolved"' in line or "--index" in line or "@ http" in line]
    assert not resolved


# --- Production -------------------------------------------------------------------------------------------------------

KEY = "2oGQ0zrFMVcSnGqDKLeLXbBUVvRzQ0MkVRnIrQPcXQQ="
DEMO_KEY = "R5b332x/tD88DQ9JUzmh1K/PnR2Pbr1vVLMhCT09kVQ="
SOUND = {
    "LOKET_ENV": "production",
    "LOKET_SECRET_KEY": "k4Zs9-" * 10,
    "LOKET_ENCRYPTION_KEYS": KEY,
    "LOKET_HOSTS": "loket.mortsel.example",
    "LOKET_BASE_URL": "https://loket.mortsel.example",
    "LOKET_SMTP": "smtp://mail.mortsel.example:587",
    "LOKET_FROM": "loket@mortsel.example",
    "LOKET_MUNICIPALITY": "Mortsel",
    "LOKET_HELP_PHONE": "03 444 17 17",
    "LOKET_HELP_EMAIL": "info@mortsel.example",
    "LOKET_HELP_ADDRESS": "Stadsplein 1, 2640 Mortsel",
}


def start_with(tmp_path: Path, **changes: str) -> tuple[int, str]:
    """Load the settings in a process of their own; an empty value unsets a variable."""
    return settings_say("None", tmp_path, **changes)


def settings_say(expression: str, tmp_path: Path, **changes: str) -> tuple[int, str]:
    """As ``start_with``; fails when the expression about the settings is false."""
    environment = {name: value for name, value in (SOUND | changes).items() if value}
    result = subprocess.run(
        [sys.executable, "-c", f"from cms import settings; assert ({expression}) is not False"],
        cwd=ROOT,
        env=environment | {"PATH": os.environ["PATH"], "LOKET_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stderr


def test_production_starts_when_everything_is_set(tmp_path: Path) -> None:
    code, errors = start_with(tmp_path)
    assert code == 0, errors


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"LOKET_DEBUG": "1"}, "LOKET_DEBUG is on in production"),
        ({"LOKET_SECRET_KEY": ""}, "Set LOKET_SECRET_KEY"),
        ({"LOKET_SECRET_KEY": "only-for-demo-development-and-test"}, "LOKET_SECRET_KEY must be a secret of your own"),
        ({"LOKET_SECRET_KEY": "short"}, "at least 40 characters"),
        ({"LOKET_ENCRYPTION_KEYS": ""}, "Set LOKET_ENCRYPTION_KEYS"),
        ({"LOKET_ENCRYPTION_KEYS": ","}, "LOKET_ENCRYPTION_KEYS is empty"),
        ({"LOKET_ENCRYPTION_KEYS": f"{KEY},geheim"}, "Key 2 of LOKET_ENCRYPTION_KEYS is no key"),
        ({"LOKET_ENCRYPTION_KEYS": DEMO_KEY}, "holds the key of the demo"),
        ({"LOKET_HOSTS": ""}, "Set LOKET_HOSTS"),
        ({"LOKET_HOSTS": "*"}, "LOKET_HOSTS must name each host in full"),
        ({"LOKET_HOSTS": "loket.mortsel.example,.mortsel.example"}, "LOKET_HOSTS must name each host in full"),
        ({"LOKET_BASE_URL": "http://loket.mortsel.example"}, "must start with https://"),
        ({"LOKET_SMTP": ""}, "Set LOKET_SMTP"),
        ({"LOKET_HELP_PHONE": ""}, "Set LOKET_HELP_PHONE"),
        ({"LOKET_MAP_TILES": "tiles.example.org/{z}/{x}/{y}.png"}, "LOKET_MAP_TILES is"),
        ({"LOKET_MAP_TILES": "https://a.example 'unsafe-inline'/{z}"}, "LOKET_MAP_TILES is"),
        ({"LOKET_MAP_CENTER": "Mortsel"}, "LOKET_MAP_CENTER is"),
        ({"LOKET_MAP_CENTER": "151,4,14"}, "LOKET_MAP_CENTER is"),
        ({"LOKET_SECOND_FACTOR": "no"}, "it must be one of: optional, required"),
        ({"LOKET_ENV": "prod"}, "it must be one of: demo, development, production, test"),
    ],
)
def test_production_refuses_to_start(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    code, errors = start_with(tmp_path, **changes)
    assert code != 0
    last_line = errors.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last_line
    assert sentence in last_line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, True), ({"LOKET_SECOND_FACTOR": "optional"}, False), ({"LOKET_ENV": "demo"}, False)],
)
def test_production_asks_the_second_step_unless_told_otherwise(
    tmp_path: Path, changes: dict[str, str], expected: bool
) -> None:
    code, errors = settings_say(f"settings.SECOND_FACTOR_REQUIRED == {expected}", tmp_path, **changes)
    assert code == 0, errors


def test_forgetting_the_environment_means_production(tmp_path: Path) -> None:
    code, errors = start_with(tmp_path, LOKET_ENV="", LOKET_SECRET_KEY="")
    assert code != 0
    assert "Set LOKET_SECRET_KEY" in errors
