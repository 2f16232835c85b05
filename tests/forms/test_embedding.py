"""A form in a frame on another website: without cookies, and only where it may be."""

import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forms.models import EmbedHost, FormDefinition, FormDraft, FormVersion, Submission, Upload
from forms.models.embed_host import origin_of
from integrations.models import Delivery
from tests import town
from tests.forms import builder
from tests.forms.caller import ANSWERS

pytestmark = [pytest.mark.django_db, pytest.mark.both]

START = "/formulieren/melding-openbaar-domein/ingebed/"
OURS = {"Origin": "http://testserver"}
STEPS = [("wat", "verhaal"), ("waar",), ("naam", "email", "telefoon")]


@pytest.fixture
def version() -> FormVersion:
    EmbedHost.objects.create(name="Bibliotheek", origin="https://bib.example")
    return builder.published_form(embedding_allowed=True)


def post(address: str, answers: dict[str, Any] | None = None, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(address, answers or {}, headers=OURS | headers)


def policy(response: Any) -> str:
    parts = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    return parts["frame-ancestors"]


# --- Filling in -------------------------------------------------------------------------------------------------------


def test_the_whole_form_goes_without_a_cookie(version: FormVersion) -> None:
    address = post(START)["Location"]
    assert address.startswith(f"{START}{FormDraft.objects.get().pk.hex}.")
    for keys in STEPS:
        assert Client().get(address).status_code == 200
        response = post(address, {key: ANSWERS[key] for key in keys})
        assert response.status_code == 302, response.content.decode()
        assert not response.cookies
        address = response["Location"]
        assert address.startswith(START)
    assert "Statielei 10" in Client().get(address).content.decode()
    done = Client().get(post(address)["Location"])
    page = BeautifulSoup(done.content, "html.parser")
    assert Submission.objects.get().dossier.number in page.main.get_text()
    follow = page.main.find("a", class_="govuk-button")
    assert follow["target"] == "_blank"  # it may not be shown in the frame
    assert "nieuw tabblad" in follow.get_text()


def test_pages_in_the_frame_show_the_form_and_who_asks_it(version: FormVersion) -> None:
    for address in (START, post(START)["Location"]):
        response = Client().get(address)
        page = BeautifulSoup(response.content, "html.parser")
        assert not page.select(".loket-header, .loket-footer, input[name=csrfmiddlewaretoken]")
        footer = page.select_one(".loket-embedded-footer")
        assert "Lokaal bestuur Mortsel" in footer.get_text()
        assert next((link["href"], link["target"]) for link in footer.select("a")) == ("/privacy/", "_blank")
        assert page.body["data-loket-hosts"] == "https://bib.example"
        assert not response.cookies


def test_mistakes_keep_the_citizen_in_the_frame(version: FormVersion) -> None:
    address = post(START)["Location"]
    response = post(address, {"verhaal": "Nog bezig"})
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".govuk-error-summary")
    assert page.find("textarea").get_text().strip() == "Nog bezig"
    assert page.select_one(".govuk-back-link")["href"] == START


def test_a_photo_is_shown_in_the_frame_and_to_nobody_else(version: FormVersion) -> None:
    first = post(START)["Location"]
    second = post(first, {"wat": "losse-tegel"})["Location"]
    post(second, {"waar": "", "foto": builder.picture()})
    page = BeautifulSoup(Client().get(second).content, "html.parser")
    picture = page.select_one("img.loket-upload")["src"]
    assert Client().get(picture)["Content-Type"] == "image/jpeg"
    upload = Upload.objects.get()
    assert Client().get(f"/formulieren/foto/{upload.pk}/").status_code == 404
    other = post(START)["Location"].split("/")[4]
    assert Client().get(f"{START}{other}/foto/{upload.pk}/").status_code == 404


def test_saving_for_later_stays_in_the_frame(version: FormVersion) -> None:
    address = post(START)["Location"]
    saving = post(address, {"verhaal": "Half", "bewaren": "1"})["Location"]
    page = BeautifulSoup(Client().get(saving).content, "html.parser")
    assert page.select_one(".govuk-back-link")["href"].startswith(START)
    saved = post(saving, {"email": "fatima@example.org"})["Location"]
    page = BeautifulSoup(Client().get(saved).content, "html.parser")
    assert page.main.find("a", class_="govuk-button")["href"].startswith(START)
    assert not page.find("button", attrs={"name": "sluiten"})  # a frame leaves nothing on the device
    assert not page.find("dialog")
    mail = str(Delivery.objects.get().payload)
    assert "/formulieren/verder/" in mail  # the link opens the form on our own website
    assert "ingebed" not in mail


def test_the_answers_can_be_kept_from_the_frame(version: FormVersion) -> None:
    address = post(START)["Location"]
    for keys in STEPS:
        address = post(address, {key: ANSWERS[key] for key in keys})["Location"]
    done = BeautifulSoup(Client().get(post(address)["Location"]).content, "html.parser")
    pdf = done.find("a", download=True)["href"]
    assert pdf.startswith(START)
    assert Client().get(pdf)["Content-Type"] == "application/pdf"


def test_a_closed_form_says_so_in_the_frame(version: FormVersion) -> None:
    FormDefinition.objects.update(closes_at=timezone.now())
    response = Client().get(START)
    assert response.status_code == 403
    assert policy(response) == "'self' https://bib.example"


def test_cookies_of_our_own_website_mean_nothing_in_a_frame(version: FormVersion) -> None:
    citizen = builder.Citizen().start()
    assert citizen.uuid not in citizen.client.get(START).content.decode()


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_a_wrong_or_old_token_opens_nothing(version: FormVersion) -> None:
    address = post(START)["Location"]
    token = address.split("/")[4]
    uuid, moment, signature = token.split(".")
    for wrong in (
        f"{uuid}.{moment}.{signature[:-1]}",
        f"{'0' * 32}.{moment}.{signature}",
        f"{uuid}.zzzzzz.{signature}",
        f"{uuid}.{moment}.x",
    ):
        response = Client().get(f"{START}{wrong}/stap/1/")
        assert response.status_code == 404
        page = BeautifulSoup(response.content, "html.parser")
        assert page.main.find("a", class_="govuk-button")["href"] == START
    assert Client().get(address).status_code == 200


def test_each_page_gives_a_fresh_token(version: FormVersion, monkeypatch: Any) -> None:
    """Who goes on working is never sent away, however long it takes."""
    address = post(START)["Location"]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 23 * 3600)
    address = post(address, {"wat": "losse-tegel"})["Location"]
    monkeypatch.setattr(time, "time", lambda: real() + 46 * 3600)
    assert Client().get(address).status_code == 200
    monkeypatch.setattr(time, "time", lambda: real() + 48 * 3600)
    assert Client().get(address).status_code == 404


def test_a_token_is_for_one_form(version: FormVersion) -> None:
    builder.published_form(slug="ander", title="Ander", embedding_allowed=True)
    token = post(START)["Location"].split("/")[4]
    assert Client().get(f"/formulieren/ander/ingebed/{token}/stap/1/").status_code == 404


def test_a_draft_without_its_token_stays_closed(version: FormVersion) -> None:
    citizen = builder.Citizen().start()
    assert Client().get(f"{START}{citizen.uuid}/stap/1/").status_code == 404
    assert Client().get(f"{START}{citizen.draft.pk.hex}/stap/1/").status_code == 404


# --- Where it may be --------------------------------------------------------------------------------------------------


def test_only_these_pages_may_be_framed_and_only_by_the_list(version: FormVersion) -> None:
    for response in (Client().get(START), Client().get(post(START)["Location"]), post(START)):
        assert policy(response) == "'self' https://bib.example"
        assert "X-Frame-Options" not in response
    for address in ("/formulieren/melding-openbaar-domein/", "/", "/beheer/login/"):
        response = Client().get(address)
        assert policy(response) == "'self'"
        assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_without_websites_on_the_list_nobody_may(version: FormVersion) -> None:
    EmbedHost.objects.all().delete()
    assert policy(Client().get(START)) == "'self'"


def test_a_form_that_does_not_allow_it_cannot_begin_in_a_frame(version: FormVersion) -> None:
    begun = post(START)["Location"]
    definition = FormDefinition.objects.get(pk=version.definition_id)
    definition.embedding_allowed = False
    builder.publish(definition)
    response = Client().get(START)
    assert response.status_code == 404
    assert policy(response) == "'self'"
    assert post(START).status_code == 404
    assert Client().get(begun).status_code == 200  # whoever began, finishes


@pytest.mark.parametrize("origin", ["https://bib.example", "https://evil.example", "null", ""])
def test_only_our_own_pages_may_post(version: FormVersion, origin: str) -> None:
    address = post(START)["Location"]
    for where in (START, address):
        assert post(where, ANSWERS, Origin=origin).status_code == 403
    assert FormDraft.objects.count() == 1
    assert FormDraft.objects.get().answers == {}


# --- The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.bib.example", "https://www.bib.example"),
        ("https://www.bib.example/", "https://www.bib.example"),
        (" https://WWW.Bib.example/pagina/?x=1#y ", "https://www.bib.example"),
        ("https://bib.example:443/", "https://bib.example"),
        ("https://bib.example:8443", "https://bib.example:8443"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_becomes_an_origin(typed: str, origin: str) -> None:
    host = EmbedHost(name="Bib", origin=typed)
    host.full_clean()
    host.save()
    assert EmbedHost.objects.origins() == [origin]
    assert origin_of(origin) == origin


@pytest.mark.parametrize(
    "typed",
    ["bib.example", "http://bib.example", "https://*.bib.example", "https://*", "*", "https://bib", "https://",
     "https://u:p@bib.example", "https://bib.example; script-src *", "https://bib.example https://evil.example",
     "javascript:alert(1)", "data:text/html,x", "https://[::1]", "https://bib.example:99999999", "https://bib_x.example",
     "https://b\nib.example;x"],
)  # fmt: skip
def test_what_is_no_website_is_refused(typed: str) -> None:
    host = EmbedHost(name="Bib", origin=typed)
    with pytest.raises(ValidationError) as refused:
        host.full_clean()
    assert list(refused.value.message_dict) == ["origin"]


@pytest.mark.parametrize(
    "origin", ["https://a.example; script-src *", "https://A.example", "*", "https://a.example\n", ""]
)
def test_the_database_refuses_what_would_change_a_header(origin: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbedHost.objects.create(name="x", origin=origin)


def test_a_website_stands_on_the_list_once(version: FormVersion) -> None:
    with pytest.raises(ValidationError):
        EmbedHost(name="Nog eens", origin="https://bib.example/pagina").full_clean()


# --- In the admin -----------------------------------------------------------------------------------------------------


def edit_page(form: FormVersion | FormDefinition, *permissions: str) -> BeautifulSoup:
    definition = getattr(form, "definition", form)
    client = Client()
    client.force_login(town.staff("lien", "forms.view_formdefinition", "forms.change_formdefinition"))
    response = client.get(reverse("wagtailsnippets_forms_formdefinition:edit", args=[definition.pk]))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_editor_gets_the_code_to_copy(version: FormVersion) -> None:
    page = edit_page(version)
    code = page.find(id="embed-code").get_text()
    frame = BeautifulSoup(code, "html.parser")
    assert frame.iframe["src"] == "http://127.0.0.1:8000" + START
    assert frame.iframe["title"] == "Melding openbaar domein"
    assert frame.script["src"] == "http://127.0.0.1:8000/static/cms/loket-embed.js"
    assert "Bibliotheek (https://bib.example)" in page.get_text()


def test_no_code_for_a_form_that_may_not_be_shown_elsewhere() -> None:
    assert edit_page(builder.published_form()).find(id="embed-code") is None


def test_a_hostile_title_stays_a_title() -> None:
    form = builder.draft_form(title='"><script>alert(1)</script>', slug="x", embedding_allowed=True)
    code = edit_page(form).find(id="embed-code").get_text()
    assert BeautifulSoup(code, "html.parser").iframe["title"] == '"><script>alert(1)</script>'
    assert "<script>alert" not in code


@pytest.mark.parametrize(("permission", "status"), [("forms.view_embedhost", 200), ("forms.view_formdefinition", 302)])
def test_the_list_is_for_administrators(permission: str, status: int) -> None:
    client = Client()
    client.force_login(town.staff("piet", permission))
    response = client.get(reverse("forms_embedhost_modeladmin_index"))
    assert response.status_code in {status, 403 if status == 302 else 200}
