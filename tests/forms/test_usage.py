"""Counting how a form is used: once per filling-in, per day, and never per person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from forms import actions, usage
from forms.gate import Visitor
from forms.models import FormDefinition, FormDraft, FormVersion, UsageCount
from forms.roles import Role
from tests import town
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.forms.test_submit import filled_draft, submit

pytestmark = [pytest.mark.django_db, pytest.mark.both]

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148"
VISITOR = Visitor(address="198.51.100.7", device="phone")
FUNNEL = ("started", "shown", "left", "refused", "wrong")


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def counts(*whats: str, **which: Any) -> Mapping[tuple[int, str, str], int]:
    found = UsageCount.objects.filter(what__in=whats or FUNNEL, **which)
    return {(count.step, count.what, count.key): count.number for count in found}


def start(version: FormVersion, role: Role = Role.CITIZEN, at: datetime = town.MONDAY) -> FormDraft:
    """A visitor begins."""
    return actions.start(version=version, role=role, by=Actor.citizen(), at=at, visitor=VISITOR)


def ready(version: FormVersion, role: Role = Role.CITIZEN) -> FormDraft:
    """What a visitor began, filled in."""
    draft = start(version, role)
    draft.answers = filled_draft(version).answers
    draft.save()
    return draft


def walk(citizen: Citizen) -> Citizen:
    """Look at each page and fill it in, as people do."""
    citizen.get("step", 1)
    citizen.fill_in(1, wat="losse-tegel")
    citizen.get("step", 2)
    citizen.fill_in(2, waar="Markt 1")
    citizen.get("step", 3)
    citizen.fill_in(3, naam="An", email="an@example.org")
    citizen.get("check")
    return citizen


# --- Counting ---------------------------------------------------------------------------------------------------------


def test_each_page_counts_once(version: FormVersion) -> None:
    walk(Citizen().start()).send()
    pages = {(number, what, ""): 1 for number in (1, 2, 3, 4) for what in ("shown", "left")}
    assert counts() == {(0, "started", ""): 1} | pages
    today = UsageCount.objects.values_list("day", "version", "role").distinct()
    assert list(today) == [(timezone.localdate(), version.pk, "burger")]


def test_coming_back_sending_twice_and_looking_again_count_nothing(version: FormVersion) -> None:
    citizen = walk(Citizen().start())
    before = counts()
    citizen.get("step", 2)
    citizen.fill_in(2, back_to_check=True, waar="Markt 2")
    citizen.get("check")
    assert counts() == before
    citizen.send()
    after = counts()
    assert after == before | {(4, "left", ""): 1}
    citizen.send()
    citizen.get("done")
    assert counts() == after


def test_errors_are_counted_once_per_question_and_person(version: FormVersion) -> None:
    for _ in range(2):
        citizen = Citizen().start()
        citizen.get("step", 3)
        citizen.fill_in(3, naam="", email="an@")
        citizen.fill_in(3, naam="An", email="an@")
        citizen.fill_in(3, naam="An", email="an@example.org", telefoon="12")
    assert counts("wrong", "refused", "left") == {
        (3, "wrong", "naam"): 2,
        (3, "wrong", "email"): 2,
        (3, "wrong", "telefoon"): 2,
        (3, "refused", ""): 2,
    }


def test_a_page_that_comes_back_without_errors_counts_none(version: FormVersion) -> None:
    """A warning to read, or a question that only now applies."""
    usage.refused(start(version), 1, [], at=town.MONDAY)
    assert counts("wrong", "refused") == {}


# --- The page that asks who signs too: the fifth, after the check page


@pytest.fixture
def cosigned() -> FormVersion:
    return builder.published_form(cosigners_max=2, cosigner_who="uw partner")


def sign_with(citizen: Citizen, **rows: str) -> Any:
    return citizen.client.post(citizen.address("cosigners"), rows)


def test_who_is_asked_who_signs_too_went_on_from_the_check_page(cosigned: FormVersion) -> None:
    leaves, sends, turns_back = (walk(Citizen().start()) for _citizen in range(3))
    for citizen in (leaves, sends, sends, turns_back):
        citizen.get("cosigners")
    turns_back.get("check")
    assert counts(step=4) == {(4, "shown", ""): 3, (4, "left", ""): 3}
    assert counts(step=5) == {(5, "shown", ""): 3}
    jan = {"name_0": "Jan Peeters", "email_0": "jan@example.org"}
    assert sign_with(sends, **jan)["Location"] == sends.address("done")
    sign_with(sends, **jan)
    assert counts(step=5) == {(5, "shown", ""): 3, (5, "left", ""): 1}
    assert counts(step=4) == {(4, "shown", ""): 3, (4, "left", ""): 3}
    assert sum(counts("time", step=4).values()) == 3
    assert sum(counts("time", step=5).values()) == 1


def test_mistakes_about_who_signs_too_are_counted_once_per_box_and_person(cosigned: FormVersion) -> None:
    for _citizen in range(2):
        citizen = walk(Citizen().start())
        citizen.get("cosigners")
        sign_with(citizen, name_0="", email_0="jan@", name_1="", email_1="mia@example.org")
        sign_with(citizen, name_0="Jan Peeters", email_0="jan@")
        assert sign_with(citizen, name_0="Jan Peeters", email_0="jan@example.org").status_code == 302
    assert counts("wrong", "refused", step=5) == {
        (5, "wrong", "@medeondertekenaar.name"): 2,
        (5, "wrong", "@medeondertekenaar.email"): 2,
        (5, "refused", ""): 2,
    }


def test_form_that_was_begun_without_a_visitor_counts_nobody_there_either(cosigned: FormVersion) -> None:
    usage.asks_cosigners(filled_draft(cosigned), at=town.MONDAY)
    assert counts() == {}


def test_time_runs_from_the_last_look_until_going_on(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.get("step", 1)
    draft = citizen.draft
    draft.progress["shown"]["1"] = (timezone.now() - timedelta(seconds=50)).isoformat()
    draft.save()
    citizen.fill_in(1, wat="losse-tegel")
    assert counts("time") == {(1, "time", "60"): 1}


def test_device_is_counted_at_the_start_and_when_it_is_sent(version: FormVersion) -> None:
    citizen = Citizen()
    citizen.client = Client(headers={"user-agent": IPHONE})
    walk(citizen.start()).send()
    Citizen().start()
    assert counts("device", "device_sent") == {
        (0, "device", "phone"): 1,
        (0, "device", "desktop"): 1,
        (0, "device_sent", "phone"): 1,
    }


def test_another_day_another_count(version: FormVersion) -> None:
    for day in (0, 1):
        start(version, at=town.MONDAY + timedelta(days=day))
    late = town.MONDAY.replace(hour=23, minute=30)  # still the same day in Mortsel, and in UTC
    start(version, at=late)
    early = town.MONDAY.replace(hour=0, minute=30)  # the day before in UTC
    start(version, at=early)
    assert list(UsageCount.objects.filter(what="started").order_by("day").values_list("day", "number")) == [
        (town.MONDAY.date(), 3),
        (town.MONDAY.date() + timedelta(days=1), 1),
    ]


def test_desk_is_counted_apart(version: FormVersion) -> None:
    submit(ready(version, role=Role.DESK))
    submit(ready(version))
    assert set(UsageCount.objects.values_list("role", "number").distinct()) == {("balie", 1), ("burger", 1)}


def test_what_was_begun_without_a_visitor_leaves_no_figure(version: FormVersion) -> None:
    draft = filled_draft(version)
    usage.shown(draft, 1, at=town.MONDAY)
    usage.refused(draft, 1, ["wat"], at=town.MONDAY)
    usage.left(draft, 1, at=town.MONDAY)
    submit(draft)
    assert not UsageCount.objects.exists()


def test_looking_at_the_preview_leaves_no_count(version: FormVersion) -> None:
    definition = FormDefinition.objects.get()
    assert definition.make_preview_request(preview_mode="1").status_code == 200
    assert not UsageCount.objects.exists()


def test_what_is_not_sent_is_not_counted_as_sent(version: FormVersion) -> None:
    draft = ready(version)
    draft.answers["email"] = "fatima@"
    draft.save()
    with pytest.raises(actions.Incomplete):
        submit(draft)
    assert counts("left") == {}


def test_second_request_of_the_same_person_counts_nothing(version: FormVersion) -> None:
    draft = start(version)
    twin = FormDraft.objects.get(pk=draft.pk)
    for one in (draft, twin):
        usage.left(one, 1, at=town.MONDAY)
    assert counts("left") == {(1, "left", ""): 1}


def test_counts_know_nobody(version: FormVersion) -> None:
    walk(Citizen().start()).send()
    columns = {field.name for field in UsageCount._meta.get_fields()}
    assert columns == {"id", "version", "day", "role", "step", "what", "key", "number"}
    assert not any(
        "an@" in str(value) or "Markt" in str(value) for row in UsageCount.objects.values_list() for value in row
    )


def test_counting_costs_two_statements_a_page_however_much_there_is(version: FormVersion) -> None:
    draft = start(version)
    for older in range(1, 201):
        UsageCount.objects.create(
            version=version, day=town.MONDAY.date() - timedelta(days=older), role="burger", step=1, what="shown", key=""
        )
    for verb in (
        lambda: usage.shown(draft, 1, at=town.MONDAY),
        lambda: usage.refused(draft, 1, ["wat", "verhaal"], at=town.MONDAY),
        lambda: usage.left(draft, 1, at=town.MONDAY),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            verb()
        assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        usage.shown(draft, 1, at=town.MONDAY)
    assert len(queries) == 0


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(town.staff("ellen", "forms.change_formdefinition", "forms.view_formdefinition"))
    return client


def use_page(client: Client, **query: Any) -> BeautifulSoup:
    response = client.get(reverse("form_usage", args=[FormDefinition.objects.get().pk]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows(page: BeautifulSoup, part: str) -> list[list[str]]:
    body = page.find("section", attrs={"aria-labelledby": part}).tbody
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in body.find_all("tr")
    ]


def test_editor_reads_the_funnel_and_the_worst_question_first(version: FormVersion, editor: Client) -> None:
    walk(Citizen().start()).send()
    stuck = Citizen().start()
    stuck.get("step", 1)
    stuck.fill_in(1, wat="losse-tegel")
    stuck.get("step", 2)
    stuck.fill_in(2, waar="")
    page = use_page(editor)
    assert [row[:4] for row in rows(page, "funnel")] == [
        ["1. Het probleem", "2", "2", "0 (0 %)"],
        ["2. De plaats meeste afhakers", "2", "1", "1 (50 %)"],
        ["3. Uw gegevens", "1", "1", "0 (0 %)"],
        ["4. Kijk uw antwoorden na", "1", "1", "0 (0 %)"],
    ]
    assert rows(page, "questions") == [["Waar is het? De plaats", "50", "1", "2"]]
    assert rows(page, "devices") == [["Computer", "2", "1", "50"]]


def test_editor_sees_who_stays_behind_at_who_signs_too(cosigned: FormVersion, editor: Client) -> None:
    for number in range(3):
        citizen = walk(Citizen().start())
        citizen.get("cosigners")
        sign_with(citizen, name_0="", email_0="jan@example.org")
        if number == 0:
            sign_with(citizen, name_0="Jan Peeters", email_0="jan@example.org")
    page = use_page(editor)
    assert [row[:5] for row in rows(page, "funnel")][3:] == [
        ["4. Kijk uw antwoorden na", "3", "3", "0 (0 %)", "–"],
        ["5. Wie ondertekent mee? meeste afhakers", "3", "1", "2 (67 %)", "3"],
    ]
    assert rows(page, "questions") == [["Voornaam en achternaam Wie ondertekent mee?", "100", "3", "3"]]
    figures = " ".join(page.select_one(".u-figures").get_text(" ").split())
    assert "Verstuurd 1 33" in figures
    export = editor.get(reverse("form_usage_csv", args=[cosigned.definition_id])).content.decode("utf-8-sig")
    assert ";5;Wie ondertekent mee?;vraag met een foutmelding;Voornaam en achternaam;3" in export


def test_page_stays_among_the_figures_when_nobody_is_asked_to_sign_any_more(
    cosigned: FormVersion, editor: Client
) -> None:
    citizen = walk(Citizen().start())
    citizen.get("cosigners")
    FormDefinition.objects.update(cosigners_max=0)
    assert citizen.send()["Location"] == citizen.address("done")
    page = use_page(editor)
    assert rows(page, "funnel")[-1][:4] == ["5. Wie ondertekent mee?", "1", "1", "0 (0 %)"]
    assert "Verstuurd 1 100" in " ".join(page.select_one(".u-figures").get_text(" ").split())


def test_form_that_nobody_used_says_so(version: FormVersion, editor: Client) -> None:
    assert "begon niemand aan dit formulier" in use_page(editor).get_text()


def test_form_that_was_not_published_says_so(editor: Client) -> None:
    builder.draft_form()
    assert "nog niet gepubliceerd" in use_page(editor).get_text()


def test_period_version_and_role_are_chosen(version: FormVersion, editor: Client) -> None:
    old = start(version, at=timezone.now() - timedelta(days=40))
    usage.shown(old, 1, at=timezone.now() - timedelta(days=40))
    assert "begon niemand" in use_page(editor).get_text()
    assert "begon niemand" in use_page(editor, dagen="1000000").get_text()
    assert rows(use_page(editor, dagen="90"), "funnel")[0][1] == "1"
    newer = builder.publish(FormDefinition.objects.get())
    assert rows(use_page(editor, dagen="90"), "funnel")[0][1] == "1"  # the newest that was used
    walk(Citizen().start())
    draft = ready(newer, role=Role.DESK)
    page = use_page(editor, dagen="90")
    assert [option["value"] for option in page.select("#versie option")] == ["2", "1"]
    assert page.select_one("#versie option[selected]")["value"] == "2"
    assert rows(use_page(editor, dagen="90", versie="1"), "funnel")[1][1] == "0"
    submit(draft, at=timezone.now())
    assert [option["value"] for option in use_page(editor).select("#wie option")] == ["burger", "balie"]
    assert rows(use_page(editor, wie="balie"), "funnel")[3][2] == "1"


def test_only_who_may_change_forms_sees_how_they_are_used(version: FormVersion) -> None:
    for name in ("form_usage", "form_usage_csv"):
        address = reverse(name, args=[version.definition_id])
        assert Client().get(address)["Location"].startswith("/beheer/login/")
        reader = Client()
        reader.force_login(town.staff(f"reader-{name}", "forms.view_formdefinition"))
        assert reader.get(address).status_code == 302
        assert "gebruik" not in reader.get(address)["Location"]


def test_page_of_a_form_that_does_not_exist(editor: Client) -> None:
    assert editor.get(reverse("form_usage", args=[9999])).status_code == 404


def test_list_and_editor_lead_to_the_page(version: FormVersion, editor: Client) -> None:
    address = reverse("form_usage", args=[version.definition_id])
    for page in ("/beheer/formulieren/", f"/beheer/formulieren/edit/{version.definition_id}/"):
        assert address in editor.get(page).content.decode()


def test_queries_do_not_grow_with_what_was_counted(version: FormVersion, editor: Client) -> None:
    address = reverse("form_usage", args=[version.definition_id])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(address).status_code == 200
        return len(captured)

    walk(Citizen().start()).send()
    queries()  # warm: content types and the site
    few = queries()
    for _ in range(5):
        walk(Citizen().start())
    UsageCount.objects.filter(day=timezone.localdate()).update(number=F("number") * 50)
    assert queries() == few
    assert few <= 13


def test_export_holds_every_count_and_no_formula(editor: Client) -> None:
    evil = builder.question("text", "=HYPERLINK(1)", key="kwaad")
    version = builder.published_form(builder.step("Wie", builder.NAME, builder.EMAIL, evil))
    citizen = Citizen().start()
    citizen.get("step", 1)
    citizen.fill_in(1)
    response = editor.get(reverse("form_usage_csv", args=[version.definition_id]))
    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    text = response.content.decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    today = timezone.localdate().isoformat()
    assert lines[0] == ["Dag", "Versie", "Ingevuld door", "Stap", "Pagina", "Wat", "Vraag of klasse", "Aantal"]
    assert [today, "1", "Burger", "", "", "begonnen", "", "1"] in lines
    assert [today, "1", "Burger", "1", "Wie", "vraag met een foutmelding", "'=HYPERLINK(1)", "1"] in lines
    assert len(lines) == UsageCount.objects.count() + 1


def test_limits_show_how_many_places_are_taken(editor: Client) -> None:
    version = builder.published_form(max_submissions=30)
    submit(filled_draft(version))
    walk(Citizen().start())
    text = " ".join(use_page(editor).get_text(" ").split())
    assert "Plaatsen ingenomen 1 van 30" in text
