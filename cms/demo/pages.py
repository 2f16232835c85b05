"""The website of the demo: home page, one service, and the pages that every footer leads to."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Page, Site

from core.models import User
from forms.models import FormDefinition
from site_pages.models import HomePage, ServicePage, TextPage


def checked(instance: Any, field: str, raw: list[dict[str, Any]]) -> Any:
    """A value of a block field, through the same checks as when an editor saves it."""
    block = instance._meta.get_field(field).stream_block
    return block.clean(block.to_python(raw))


def heading(text: str) -> dict[str, Any]:
    return {"type": "heading", "value": {"text": text, "level": "2"}}


def paragraph(html: str) -> dict[str, Any]:
    return {"type": "paragraph", "value": html}


SERVICE = (
    paragraph(
        "<p>Ziet u iets dat stuk, vuil of gevaarlijk is op straat, op een plein of in een park? "
        "Meld het ons. Dan kunnen we er iets aan doen.</p>"
    ),
    {"type": "attention", "value": {"kind": "warning", "text": "<p>Is er nu gevaar voor mensen? Bel <b>112</b>.</p>"}},
    heading("Wat kunt u melden?"),
    paragraph(
        "<ul><li>een losse stoeptegel, een put in de weg of in het fietspad</li><li>een straatlamp die niet brandt</li>"
        "<li>sluikstort of zwerfvuil</li><li>takken die in de weg hangen</li>"
        "<li>een verkeersbord dat scheef staat</li></ul>"
    ),
    heading("Wat gebeurt er na uw melding?"),
    {
        "type": "steps",
        "value": [
            {
                "title": "U krijgt meteen een bevestiging",
                "text": "<p>In die e-mail staat een link. Daarmee volgt u uw melding.</p>",
            },
            {
                "title": "Binnen drie werkdagen weet u of we het aanpakken",
                "text": "<p>Kunnen wij er niets aan doen? Dan leggen we uit waarom, en wie wel kan helpen.</p>",
            },
            {"title": "U hoort van ons als het klaar is", "text": "<p>Meestal is dat binnen twintig werkdagen.</p>"},
        ],
    },
    {
        "type": "details",
        "value": {
            "title": "Ik woon niet in Mortsel. Mag ik ook iets melden?",
            "text": "<p>Ja. Iedereen die in Mortsel iets ziet, mag het melden.</p>",
        },
    },
)  # fmt: skip

ACCESSIBILITY = (
    paragraph(
        "<p>Wij willen dat iedereen deze website kan gebruiken: met een toetsenbord, met een schermlezer, op een klein "
        "scherm en met grote letters.</p><p>Dit is een demo. Voor uw eigen site vult u hier de verklaring in die de "
        "wet vraagt: wat u hebt laten onderzoeken, wanneer, en wat nog niet in orde is.</p>"
    ),
    heading("Lukt iets niet?"),
    paragraph("<p>Laat het ons weten. We helpen u meteen verder en lossen het op voor wie na u komt.</p>"),
)

PRIVACY = (
    paragraph(
        "<p>Wij vragen alleen wat we nodig hebben om u te helpen. We gebruiken uw gegevens om uw vraag of melding te "
        "behandelen en om u te antwoorden. We verkopen ze nooit.</p>"
    ),
    heading("Wat we bijhouden, en hoe lang"),
    {"type": "processing", "value": None},
    heading("Uw rechten"),
    paragraph(
        "<p>U mag vragen welke gegevens we van u hebben. Kloppen ze niet? Dan verbeteren we ze. U mag ook vragen om ze "
        "te wissen als we ze niet meer nodig hebben.</p><p>Dit is een demo. Voor uw eigen site vult u hier uw "
        "privacyverklaring in.</p>"
    ),
)

CONTACT = (
    {
        "type": "contact",
        "value": {
            "name": "Onthaal",
            "phone": settings.HELP_PHONE,
            "email": settings.HELP_EMAIL,
            "address": settings.HELP_ADDRESS,
            "hours": "Elke werkdag van 9 tot 12 uur",
        },
    },
)


def make_pages(form: FormDefinition, editor: User) -> None:
    """The published pages, and the site that shows them at BASE_URL."""
    home = HomePage.objects.first() or _make_home(editor)
    _make_site(home)
    service = _make(
        home, editor, ServicePage, "melding-openbaar-domein", "Melding openbaar domein",
        "Iets stuk, vuil of gevaarlijk op straat? Meld het ons. U krijgt binnen drie werkdagen een antwoord.",
        SERVICE, form=form,
    )  # fmt: skip
    contact = _make(home, editor, TextPage, "contact", "Contact", "Zo bereikt u ons.", CONTACT)
    _make(
        home,
        editor,
        TextPage,
        "toegankelijkheid",
        "Toegankelijkheid",
        "Iedereen moet onze site kunnen gebruiken.",
        ACCESSIBILITY,
    )
    _make(home, editor, TextPage, "privacy", "Privacy", "Wat we met uw gegevens doen.", PRIVACY)
    if not home.tasks:
        home.tasks = checked(
            home,
            "tasks",
            [
                {"type": "task", "value": task}
                for task in (
                    {
                        "icon": "report",
                        "title": "Iets melden op straat",
                        "text": "Een losse stoeptegel, een kapotte lamp, sluikstort.",
                        "page": service.pk,
                        "url": "",
                    },
                    {
                        "icon": "phone",
                        "title": "Ons bereiken",
                        "text": "Bel, mail of kom langs aan het onthaal.",
                        "page": contact.pk,
                        "url": "",
                    },
                )
            ],
        )
        _publish(home, editor)


def _make_home(editor: User) -> HomePage:
    """Under the root, in the place of the welcome page that Wagtail puts there."""
    root = Page.get_first_root_node()
    home = HomePage(
        title="Welkom bij het loket van Mortsel",
        slug="loket",
        intro="Hier regelt u uw zaken met het lokaal bestuur. Dag en nacht, en met hulp als u die nodig hebt.",
    )
    root.add_child(instance=home)
    _publish(home, editor)
    return home


def _make_site(home: HomePage) -> None:
    address = urlsplit(settings.BASE_URL)
    values = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "site_name": f"Lokaal bestuur {settings.MUNICIPALITY}",
        "root_page": home,
    }
    Site.objects.update_or_create(is_default_site=True, defaults=values)
    for page in Page.objects.filter(depth=2).exclude(pk=home.pk):
        if page.specific_class is Page:  # Wagtail's welcome page
            page.delete()


def _make(
    parent: Page,
    editor: User,
    page_type: type[ServicePage | TextPage],
    slug: str,
    title: str,
    intro: str,
    body: tuple[dict[str, Any], ...],
    **more: Any,
) -> ServicePage | TextPage:
    existing = page_type.objects.child_of(parent).filter(slug=slug).first()
    if existing:
        return existing
    page = page_type(title=title, slug=slug, intro=intro, **more)
    page.body = checked(page, "body", list(body))
    parent.add_child(instance=page)
    _publish(page, editor)
    return page


def _publish(page: Page, editor: User) -> None:
    page.save_revision(user=editor).publish(user=editor)
