"""The pages as a visitor gets them: parsed, without script, with few queries."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from cms.context_processors import site as site_context
from core.models import Image
from forms.models import FormDefinition
from site_pages.blocks import BodyBlocks, ButtonBlock, CardBlock, PictureBlock
from site_pages.models import HomePage, ServicePage, TextPage

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


def raw(*blocks: tuple[str, Any]) -> str:
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


@pytest.fixture
def home() -> HomePage:
    root = Page.get_first_root_node()
    page = root.add_child(instance=HomePage(title="Waarmee kunnen we u helpen?", slug="start", intro="Regel het hier."))
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=page, is_default_site=True)
    return page


@pytest.fixture
def form_definition() -> FormDefinition:
    return FormDefinition.objects.create(title="Melding openbaar domein", slug="melding", live=True)


@pytest.fixture
def service(home: HomePage, form_definition: FormDefinition) -> ServicePage:
    page = ServicePage(
        title="Een probleem melden",
        intro="Een losse stoeptegel? Meld het hier.",
        form=form_definition,
        body=raw(
            ("heading", {"text": "Wat kunt u melden?", "level": "2"}),
            ("paragraph", "<p>Alles op <b>straat</b>.</p>"),
            ("steps", [{"title": "Invullen", "text": ""}, {"title": "Klaar", "text": "<p>Ja.</p>"}]),
            ("button", {"text": "Naar het begin", "page": home.pk}),
        ),
    )
    return home.add_child(instance=page)


def get(client: Client, page: Page) -> BeautifulSoup:
    response = client.get(page.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def queries_when_warm(client: Client, page: Page) -> int:
    get(client, page)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        get(client, page)
    return len(queries)


class TestEveryPage:
    @pytest.fixture
    def pages(self, home: HomePage, service: ServicePage) -> list[Page]:
        return [home, service, home.add_child(instance=TextPage(title="Privacy", intro="Wat we bewaren."))]

    def test_has_one_heading_a_title_a_description_and_landmarks(self, client, pages):
        for page in pages:
            soup = get(client, page)
            assert [heading.get_text(strip=True) for heading in soup.select("h1")] == [page.title]
            assert soup.title.string == f"{page.title} – {site_context()['site_name']}"
            assert soup.select_one("meta[name=description]")["content"] == page.intro
            assert soup.html["lang"] == "nl"
            assert soup.select_one("body > a.govuk-skip-link")["href"] == f"#{soup.main['id']}"
            assert len(soup.select("body > header, body > footer")) == 2

    def test_shows_the_help_contact_in_the_same_place(self, client, pages):
        for page in pages:
            help_link = get(client, page).select_one("header .loket-help a")
            assert help_link["href"] == "tel:+3234441717"
            assert help_link.string == "03 444 17 17"

    def test_needs_nothing_that_the_content_policy_refuses(self, client, pages):
        for page in pages:
            soup = get(client, page)
            assert not soup.select("style, [style], [onclick], script:not([src])")
            sources = [tag.get("src") or tag.get("href") for tag in soup.select("script, link, img")]
            assert all(source.startswith("/") for source in sources)

    def test_costs_few_queries(self, client, pages):
        assert {page.title: count for page in pages if (count := queries_when_warm(client, page)) > 15} == {}

    def test_leads_back_to_the_pages_above(self, client, pages):
        home, service, _text = pages
        assert not get(client, home).select(".govuk-breadcrumbs")
        assert [link["href"] for link in get(client, service).select(".govuk-breadcrumbs a")] == [home.url]

    def test_texts_of_editors_are_escaped(self, client, pages):
        for page in pages:
            page.title = page.intro = HOSTILE
            page.save_revision().publish()
            soup = get(client, page)
            assert soup.h1.get_text() == HOSTILE
            assert not [script for script in soup.select("script") if not script.get("src")]


class TestHome:
    def test_links_the_tasks_and_the_services(self, client, home, service):
        home.tasks = raw(
            ("task", {"icon": "report", "title": "Een probleem melden", "text": "Een tegel.", "page": service.pk}),
            ("task", {"icon": "hall", "title": "Een zaal reserveren", "text": "", "url": "/zalen/"}),
        )
        home.save_revision().publish()
        soup = get(client, home)
        links = [(link.string, link["href"]) for link in soup.select(".loket-card h3 a")]
        assert links == [("Een probleem melden", service.url), ("Een zaal reserveren", "/zalen/")]
        assert [link.string for link in soup.select(".loket-services a")] == ["Een probleem melden"]
        assert queries_when_warm(client, home) <= 15

    def test_hides_what_is_not_published(self, client, home, service):
        home.tasks = raw(("task", {"icon": "report", "title": "Een probleem melden", "text": "", "page": service.pk}))
        home.save_revision().publish()
        service.unpublish()
        soup = get(client, home)
        assert not soup.select(".loket-card, .loket-services")

    def test_the_tree_has_one_home_and_knows_what_goes_where(self, home, service):
        assert not HomePage.can_create_at(Page.get_first_root_node())
        assert ServicePage.can_create_at(home)
        assert TextPage.can_create_at(home)
        assert not ServicePage.can_create_at(service)
        assert not ServicePage.can_create_at(Page.get_first_root_node())
        text = home.add_child(instance=TextPage(title="Thema"))
        assert ServicePage.can_create_at(text)


class TestService:
    def test_starts_the_published_form_and_offers_a_person(self, client, service, form_definition):
        soup = get(client, service)
        assert soup.select_one("main .govuk-button--start")["href"] == form_definition.get_absolute_url()
        aside = soup.select_one("main aside")
        assert aside.select_one("a")["href"] == "tel:+3234441717"
        assert "Stadsplein 1" in aside.get_text()

    def test_has_no_button_while_the_form_is_not_published(self, client, service, form_definition):
        FormDefinition.objects.update(live=False)
        soup = get(client, service)
        assert not soup.select(".govuk-button--start")
        assert soup.select_one("main aside a")["href"] == "tel:+3234441717"

    def test_survives_without_a_form(self, client, service):
        ServicePage.objects.update(form=None)
        assert not get(client, service).select(".govuk-button--start")

    def test_shows_what_editors_composed(self, client, home, service):
        prose = get(client, service).select_one(".loket-prose")
        assert prose.h2.string == "Wat kunt u melden?"
        assert prose.b.string == "straat"
        assert [step.p.string for step in prose.select("ol.loket-steps > li")] == ["Invullen", "Klaar"]
        assert prose.select_one("a.govuk-button")["href"] == home.url


def test_a_text_page_lists_the_published_pages_below_it(client, home):
    theme = home.add_child(instance=TextPage(title="Wonen"))
    theme.add_child(instance=TextPage(title="Premies"))
    theme.add_child(instance=TextPage(title="Geheim", live=False))
    assert [link.string for link in get(client, theme).select(".loket-services a")] == ["Premies"]


class TestBlocks:
    @pytest.fixture
    def image(self) -> Image:
        return Image.objects.create(title="bestand_123.jpg", file=ImageFile(get_test_image_file(), name="tegel.png"))

    def test_each_has_a_description_an_icon_and_a_preview_that_renders(self, image):
        for name, block in {**BodyBlocks().child_blocks, "task": CardBlock()}.items():
            assert block.meta.icon != "placeholder", name
            assert block.get_description(), name
            assert block.is_previewable, name
            value = block.get_preview_value()
            context = {"block_def": block, "bound_block": block.bind(value), "page_title": name}
            soup = BeautifulSoup(render_to_string("wagtailcore/shared/block_preview.html", context), "html.parser")
            assert soup.select_one("link[rel=stylesheet]")["href"].endswith("cms/loket.css")
            assert soup.main.get_text(strip=True) or soup.main.img, name

    def test_none_makes_a_heading_of_level_one(self, image):
        heading = BodyBlocks().child_blocks["heading"]
        assert [value for value, _label in heading.child_blocks["level"].field.choices if value] == ["2", "3"]
        assert BeautifulSoup(heading.render({"text": "x", "level": "1"}), "html.parser").h2

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("heading", {"text": HOSTILE, "level": "3"}),
            ("details", {"title": HOSTILE, "text": "<p>x</p>"}),
            ("contact", {"name": HOSTILE, "phone": "", "email": "", "address": HOSTILE, "hours": HOSTILE}),
            ("button", {"text": HOSTILE, "url": "/zalen/"}),
            ("steps", [{"title": HOSTILE, "text": ""}, {"title": HOSTILE, "text": ""}]),
            (
                "table",
                {
                    "caption": HOSTILE,
                    "columns": [{"type": "text", "heading": HOSTILE}],
                    "rows": [{"values": [HOSTILE]}],
                },
            ),
        ],
    )
    def test_texts_are_escaped(self, kind, value):
        block = BodyBlocks().child_blocks[kind]
        soup = BeautifulSoup(block.render(block.to_python(value)), "html.parser")
        assert not soup.select("script")
        assert HOSTILE in soup.get_text()

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://example.be/", "zalen", "/a b"])
    def test_a_link_goes_to_a_safe_address(self, url):
        block = ButtonBlock()
        with pytest.raises(ValidationError):
            block.clean(block.to_python({"text": "Verder", "url": url}))

    def test_a_link_has_one_target(self, home):
        block = ButtonBlock()
        for value in ({"text": "Verder"}, {"text": "Verder", "url": "/zalen/", "page": home.pk}):
            with pytest.raises(ValidationError):
                block.clean(block.to_python(value))
        assert block.clean(block.to_python({"text": "Verder", "url": "/zalen/"})).href == "/zalen/"
        assert block.clean(block.to_python({"text": "Verder", "page": home.pk})).href == home.url

    def test_an_image_is_described_or_decorative_and_never_named_by_its_file(self, image):
        block = PictureBlock()
        with pytest.raises(ValidationError):
            block.clean(block.to_python({"image": {"image": image.pk, "alt_text": "", "decorative": False}}))
        for chosen, expected in (
            ({"alt_text": "Een losse tegel", "decorative": False}, "Een losse tegel"),
            ({"alt_text": "", "decorative": True}, ""),
        ):
            html = block.render(block.clean(block.to_python({"image": {"image": image.pk, **chosen}})))
            assert BeautifulSoup(html, "html.parser").img["alt"] == expected

    def test_a_wide_table_can_be_scrolled_by_keyboard(self):
        block = BodyBlocks().child_blocks["table"]
        soup = BeautifulSoup(block.render(block.get_preview_value()), "html.parser")
        box = soup.select_one("[role=region][tabindex='0']")
        assert box["aria-label"] == box.table.caption.string
        assert {cell["scope"] for cell in box.select("th")} == {"col"}


class TestErrorPages:
    def test_a_wrong_address_is_answered_kindly(self, client, home):
        response = client.get("/bestaat-niet/")
        assert response.status_code == 404
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.select_one("main a.govuk-button")["href"] == "/"
        assert soup.select_one("main a[href^='tel:']").string == "03 444 17 17"

    def test_a_fault_of_ours_is_told_without_a_database(self, home, monkeypatch, django_assert_num_queries):
        def fail(*args, **kwargs):
            raise RuntimeError("the page is broken")

        monkeypatch.setattr(HomePage, "get_context", fail)
        client = Client(raise_request_exception=False)
        response = client.get("/")
        assert response.status_code == 500
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.select_one("main a[href^='tel:']").string == "03 444 17 17"
        with django_assert_num_queries(0):
            from cms.views import server_error

            assert server_error(None).content == response.content


@pytest.mark.parametrize(
    ("phone", "link"),
    [("03 444 17 17", "+3234441717"), ("+32 3 444 17 17", "+3234441717"), ("0800/12.345", "+3280012345")],
)
def test_the_help_number_is_dialled_from_anywhere(settings, phone, link):
    settings.HELP_PHONE = phone
    with translation.override("nl"):
        assert site_context()["help_phone_uri"] == link
