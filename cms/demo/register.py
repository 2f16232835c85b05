"""Associations with their boards, recognitions, addresses and notes: the register as it looks after a year of work."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from core.actors import Actor
from core.models import User
from parties import actions
from parties.models import ContactPoint, Identifier, Party, RecognitionCategory, Verification
from parties.numbers import read_kbo, read_national_number, read_vcode

CATEGORIES = {
    "A": (
        "Erkende Mortselse verenigingen",
        "Erkende verenigingen van Mortsel, buurtcomités, groepen van jongeren van 16 tot 25 jaar, scholen, "
        "oudercomités, politieke partijen en geloofsgemeenschappen.",
    ),
    "B": ("Andere verenigingen zonder winstoogmerk", "Ook personeel van de stad, voor eigen gebruik."),
    "C": ("Particulieren en bedrijven, voor eigen gebruik", "Een feest, een vergadering of een opleiding."),
    "D": ("Verkoop en reclame", "Wie verkoopt of reclame maakt."),
}


@dataclass(frozen=True)
class Club:
    """``years`` ago it was recognised as ``category``, until so many years ago (or still)."""

    name: str
    vcode: str
    email: str
    phone: str
    address: tuple[str, str]
    kbo: str = ""
    category: str = ""
    years: int = 0
    until: int | None = None
    decision: str = ""
    board: tuple[tuple[str, str], ...] = field(default=())
    former: tuple[tuple[str, str], ...] = field(default=())


CLUBS = (
    Club("Wandelclub De Vrije Tred", "V0071001", "info@vrijetred.example", "03 455 10 01", ("Eggestraat", "40"),
         category="A", years=3, decision="college van 14 september", board=(
             ("Marc Van Damme", "voorzitter"), ("Lotte Willems", "penningmeester")),
         former=(("Johan Peeters", "voorzitter"),)),
    Club("Toneelkring Het Doek vzw", "V0071002", "secretariaat@hetdoek.example", "0470 55 10 02",
         ("Osylei", "71"), kbo="0123.456.749", category="A", years=1, decision="college van 3 november",
         board=(("Rachida Benali", "secretaris"), ("An De Smet", "voorzitter"))),
    Club("Buurtcomité Deurnestraat", "V0071003", "buurt@deurnestraat.example", "0470 55 10 03",
         ("Deurnestraat", "112"), category="A", years=2, board=(("Marc Van Damme", "contactpersoon"),)),
    Club("Jeugdhuis De Kelder", "V0071004", "hallo@dekelder.example", "0470 55 10 04", ("Statielei", "9"),
         category="A", years=4, until=1, decision="college van 2 februari", board=(("Emma Claessens", "voorzitter"),)),
    Club("Yogagroep Zonnegroet", "V0071005", "yoga@zonnegroet.example", "0470 55 10 05", ("Krijgsbaan", "210"),
         category="B", years=1, board=(("Linda Smets", "contactpersoon"),)),
)  # fmt: skip
BASIS = "Wet van 8 augustus 1983, artikel 5, en de machtiging van de stad"


def make_register(now: datetime) -> None:
    """Once: when no category is there yet."""
    if RecognitionCategory.objects.exists():
        return
    for code, (name, description) in CATEGORIES.items():
        RecognitionCategory.objects.create(code=code, name=name, description=description)
    nele = Actor.staff(User.objects.get(username="coordinator_verenigingen"))
    fatima = Actor.staff(User.objects.get(username="onthaal"))
    for club in CLUBS:
        make_club(club, nele, now)
    tell_of_people(fatima, now)


def version(party: Party) -> int:
    return Party.objects.values_list("version", flat=True).get(pk=party.pk)


def years_ago(now: datetime, years: int) -> date:
    """The first of the month, so many years back."""
    today = timezone.localdate(now)
    return date(today.year - years, today.month, 1)


def person(name: str, now: datetime) -> Party:
    """Whom the dossiers know already, or somebody new."""
    email = f"{name.split()[0].lower()}@burger.example"
    return actions.resolve(name=name, email=email, by=Actor.system("demo"), at=now).party


def make_club(club: Club, by: Actor, now: datetime) -> None:
    party = actions.register(
        kind=Party.Kind.ORGANISATION,
        name=club.name,
        email=club.email,
        phone=club.phone,
        number=read_vcode(club.vcode),
        by=by,
        at=now,
    )
    street, number = club.address
    given = {"kind": "seat", "street": street, "number": number, "postcode": "2640", "town": "Mortsel"}
    actions.add_address(party=party, expected_version=version(party), given=given, by=by, at=now)
    if club.kbo:
        actions.add_number(
            party=party,
            expected_version=version(party),
            number=read_kbo(club.kbo),
            verified_how=Identifier.Verified.REGISTER,
            by=by,
            at=now,
        )
    actions.verify_identity(party=party, expected_version=version(party), how=Verification.How.REGISTER, by=by, at=now)
    since = years_ago(now, club.years)
    if club.category:
        until = years_ago(now, club.until) - timedelta(days=1) if club.until else None
        actions.recognise(
            party=party,
            expected_version=version(party),
            category=RecognitionCategory.objects.get(code=club.category),
            since=since,
            until=until,
            decision=f"{club.decision} {since.year}" if club.decision else "",
            by=by,
            at=now,
        )
    ended = years_ago(now, 1) - timedelta(days=1)
    for members, first, last in ((club.former, since, ended), (club.board, years_ago(now, 1), None)):
        for name, role in members:
            actions.add_representation(
                party=party,
                other=person(name, now),
                expected_version=version(party),
                role=role,
                since=first,
                until=last,
                by=by,
                at=now,
            )


def tell_of_people(by: Actor, now: datetime) -> None:
    """One who hears badly, one who was seen with a document, one whose address changed."""
    rachida = person("Rachida Benali", now)
    actions.change_core_data(
        party=rachida, expected_version=version(rachida), kind=Party.Kind.PERSON, name=rachida.name,
        birth_date=date(1985, 7, 30), language="fr", preference=Party.Preference.PHONE, ended_on=None, by=by, at=now,
    )  # fmt: skip
    actions.add_contact_point(
        party=rachida, expected_version=version(rachida), kind=ContactPoint.Kind.PHONE, value="0470 55 20 01",
        note="na 17 uur", is_preferred=True, by=by, at=now,
    )  # fmt: skip
    actions.add_number(
        party=rachida, expected_version=version(rachida), number=read_national_number("85.07.30-033.28"),
        legal_basis=BASIS, verified_how=Identifier.Verified.DOCUMENT, by=by, at=now,
    )  # fmt: skip
    actions.verify_identity(
        party=rachida, expected_version=version(rachida), how=Verification.How.DOCUMENT, by=by, at=now
    )
    for street, number, since in (
        ("Antwerpsestraat", "140", years_ago(now, 6)),
        ("Statielei", "12", years_ago(now, 1)),
    ):
        given = {"kind": "home", "street": street, "number": number, "postcode": "2640", "town": "Mortsel"}
        actions.add_address(
            party=rachida, expected_version=version(rachida), given=given | {"since": since}, by=by, at=now
        )
    actions.write_note(party=rachida, text="Hoort slecht: spreek luid en traag. Bel niet voor 10 uur.", by=by, at=now)
    simonne = person("Simonne De Wit", now)
    actions.add_contact_point(
        party=simonne, expected_version=version(simonne), kind=ContactPoint.Kind.PHONE, value="03 455 20 02",
        note="van haar dochter", by=by, at=now,
    )  # fmt: skip
    actions.write_note(party=simonne, text="Komt met haar dochter naar het loket.", by=by, at=now)
