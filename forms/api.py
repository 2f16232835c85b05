"""The API of forms: read them, check answers, send files and send. docs/rules/api.md has it in prose.

What others read is Dutch, like the addresses. Nobody reads sent forms here.
"""

from datetime import date
from math import ceil
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from ninja import File, Form, Header, Path, Router, Schema, Status, UploadedFile
from ninja.decorators import decorate_view
from pydantic import Field

from core.actors import Actor
from core.api import ApiProblem, Problem, message_for, takes
from core.documents import MEGABYTE
from forms import actions, api_actions, gate
from forms.api_answers import Judged, WrongAnswers
from forms.cosign_rules import AT_MOST, LONGEST_NAME, Cosigner
from forms.fields import registry
from forms.fields.base import printable
from forms.fields.files import MOST_MEGABYTES
from forms.gate import Visitor
from forms.limits import Reason
from forms.models import FormDefinition, FormVersion
from forms.on_behalf import Given, allowed
from forms.public_schema import public_schema
from forms.roles import ActingFor, OnBehalf
from forms.schema import fields_of
from parties.numbers import LONGEST

router = Router(tags=["formulieren"])

Slug = Annotated[
    str, Path(pattern=r"^[-a-zA-Z0-9_]{1,120}$", description="Laatste deel van het adres van het formulier.")
]
Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="Een UUID die u zelf kiest, één per in te vullen formulier. Bestanden en inzending met dezelfde "
        "sleutel horen samen; twee keer versturen is één keer versturen.",
    ),
]
ENVELOPE = 64 * 1024
"""What a request with a file is larger than the file."""


# --- What is read and written -----------------------------------------------------------------------------------------


class FormLine(Schema):
    """Een formulier in de lijst."""

    slug: str
    titel: str
    inleiding: str
    versie: int
    adres: str = Field(description="Waar mensen het formulier invullen.")


class FormList(Schema):
    """De formulieren die u via de API kunt invullen."""

    formulieren: list[FormLine]


class Condition(Schema):
    """Wanneer een vraag, groep of stap van toepassing is; docs/rules/api.md zegt hoe u dat beslist."""

    modus: str = Field(description='"alle", "een", of "server": alleen de controle kan het zeggen.')
    regels: "list[Rule | Condition]"


class Rule(Schema):
    vraag: str = Field(description='Sleutel van een eerdere vraag, of "@rol".')
    test: str
    waarde: str | list[str]


class Check(Schema):
    """Een controle op een antwoord of op een groep."""

    controle: str
    waarde: str
    boodschap: str
    waarschuwing: bool = Field(description="De controle waarschuwt alleen; versturen kan toch.")


class Choice(Schema):
    waarde: str
    label: str


class Question(Schema):
    """Een vraag. Een tekst om te lezen en een berekend bedrag hebben geen antwoord."""

    sleutel: str
    soort: str
    vraag: str
    uitleg: str
    tekst: str = Field(description="Wat er te lezen staat, of waarmee iemand akkoord gaat.")
    verplicht: bool = Field(description="Als de vraag van toepassing is.")
    berekend: bool
    bestand: bool
    antwoord: dict[str, Any] | None = Field(description="JSON Schema van het antwoord.")
    keuzes: list[Choice]
    grenzen: dict[str, Any]
    voorwaarde: Condition | None
    controles: list[Check]
    groep: int | None = None
    vragen: "list[Question]" = Field(description="Van een herhaalde groep: de vragen die telkens terugkomen.")


class Group(Schema):
    groep: int
    titel: str
    inleiding: str
    voorwaarde: Condition | None
    controles: list[Check]


class Step(Schema):
    titel: str
    inleiding: str
    voorwaarde: Condition | None
    groepen: list[Group]
    vragen: list[Question]


class Cosigning(Schema):
    """Wie het formulier mee moet of mag ondertekenen."""

    wie: str
    hoogstens: int
    verplicht: bool
    dagen: int


class FormOut(FormLine):
    """Een formulier met al zijn vragen."""

    privacy: str
    namens: Literal["nee", "mogelijk", "altijd"] = Field(description="Of iemand het voor een ander invult.")
    stappen: list[Step]
    medeondertekening: Cosigning | None


class OnBehalfIn(Schema):
    """Voor wie iemand het formulier invult."""

    voor: Literal["organisatie", "persoon"]
    naam: str = Field(max_length=200)
    nummer: str = Field("", max_length=LONGEST, description="Ondernemings- of verenigingsnummer van een organisatie.")
    functie: str = Field(
        max_length=100, description="Wat wie invult daar is, of voor die persoon: voorzitter, dochter, buur."
    )


class CosignerIn(Schema):
    """Iemand die mee ondertekent: Loket stuurt die persoon een link."""

    naam: str = Field(max_length=LONGEST_NAME)
    email: str = Field(max_length=254)


class Answers(Schema):
    """Antwoorden op een formulier."""

    versie: int | None = Field(None, ge=1, description="De versie die u gelezen hebt.")
    antwoorden: dict[str, Any] = Field(
        description="Sleutel van de vraag → antwoord, zoals het formulier het beschrijft."
    )
    namens: OnBehalfIn | None = Field(None, description="Als iemand het niet voor zichzelf invult.")
    medeondertekenaars: list[CosignerIn] = Field([], max_length=AT_MOST, description="Als het formulier ernaar vraagt.")


class Calculated(Schema):
    waarde: Any = Field(description="Een getal met een punt voor de decimalen.")
    tekst: str


class CheckOut(Schema):
    """Wat het formulier van de antwoorden zegt."""

    versie: int
    in_orde: bool = Field(description="Zo kunt u het versturen.")
    van_toepassing: list[str] = Field(description="De vragen die met deze antwoorden van toepassing zijn.")
    fouten: dict[str, list[str]]
    waarschuwingen: dict[str, list[str]]
    berekend: dict[str, Calculated]


class UploadOut(Schema):
    """Een bestand dat ontvangen is: geef het id als antwoord op de vraag."""

    id: UUID
    naam: str


class SubmissionOut(Schema):
    """De bevestiging."""

    nummer: str
    termijn: date | None = Field(description="Ten laatste dan komt er een antwoord.")
    volgadres: str | None = Field(description="Waar de burger het dossier volgt. Wie het adres heeft, leest mee.")


Condition.model_rebuild()
Question.model_rebuild()

FAILURES = {400: Problem, 404: Problem, 405: Problem, 429: Problem}
ON_A_FORM = FAILURES | {403: Problem, 410: Problem, 422: Problem}
ON_ANSWERS = ON_A_FORM | {409: Problem, 413: Problem, 415: Problem}


# --- Addresses --------------------------------------------------------------------------------------------------------


@router.get("/", response={200: FormList} | FAILURES, summary="De formulieren", url_name="forms")
def list_forms(request: HttpRequest) -> dict[str, Any]:
    """Alle gepubliceerde formulieren die ook via de API ingevuld mogen worden."""
    newest = FormVersion.objects.filter(definition=OuterRef("definition")).order_by("-number").values("pk")[:1]
    versions = FormVersion.objects.filter(definition__live=True, definition__api_allowed=True, pk=Subquery(newest))
    lines = [_line(version) for version in versions.select_related("definition")]
    return {"formulieren": sorted(lines, key=lambda line: line["titel"])}


@router.get("/{slug}/", response={200: FormOut} | ON_A_FORM, summary="Eén formulier", url_name="form")
def read_form(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """De vragen van de huidige versie, met hun voorwaarden en controles."""
    version = _form(slug).current_version
    if version is None:
        raise ApiProblem(410, _("This form is not available now."))
    return {
        **_line(version),
        **public_schema(version.schema),
        "namens": ON_BEHALF[allowed(version.schema)],
        "medeondertekening": _cosigning(version.definition),
    }


@router.post("/{slug}/controle/", response={200: CheckOut} | ON_ANSWERS, summary="Controleren", url_name="check")
@decorate_view(takes("application/json"))
def check_answers(
    request: HttpRequest,
    slug: Slug,
    body: Answers,
    key: Annotated[
        UUID | None, Header(alias="Idempotency-Key", description="Als u al bestanden hebt verstuurd.")
    ] = None,
) -> dict[str, Any]:
    """Wat is er fout, welke vragen zijn van toepassing, wat kost het? Er wordt niets bewaard."""
    with Explained():
        version, judged = api_actions.check(
            definition=_form(slug),
            given=body.antwoorden,
            **_for_whom(body),
            cosigners=_cosigners(body),
            named=body.versie,
            key=key,
            at=timezone.now(),
        )
    return {
        "versie": version.number,
        "in_orde": not judged.errors,
        "van_toepassing": [
            field["slug"]
            for field in fields_of(version.schema)
            if field["slug"] in judged.branch.keys and _shows(field) and not registry[_type(field)].is_content
        ],
        "fouten": judged.errors,
        "waarschuwingen": judged.warnings,
        "berekend": _calculated(version, judged),
    }


@router.post("/{slug}/uploads/", response={201: UploadOut} | ON_ANSWERS, summary="Een bestand", url_name="upload")
@decorate_view(takes("multipart/form-data", most_bytes=MOST_MEGABYTES * MEGABYTE + ENVELOPE))
def upload_file(
    request: HttpRequest,
    slug: Slug,
    key: Key,
    vraag: Annotated[str, Form(max_length=64, description="Sleutel van de vraag.")],
    bestand: Annotated[UploadedFile, File(description="Het bestand.")],
) -> Status[dict[str, Any]]:
    """Stuurt een bestand voor één vraag, met dezelfde controles als op de website."""
    with Explained():
        upload = api_actions.keep_file(
            definition=_form(slug),
            key=key,
            question=vraag,
            file=bestand,
            by=Actor.citizen(),
            at=timezone.now(),
            visitor=Visitor.of(request),
        )
    return Status(201, {"id": upload.pk, "naam": upload.name})


@router.post("/{slug}/inzendingen/", response={201: SubmissionOut} | ON_ANSWERS, summary="Versturen", url_name="send")
@decorate_view(takes("application/json"))
def send_form(request: HttpRequest, slug: Slug, key: Key, body: Answers) -> Status[dict[str, Any]]:
    """Verstuurt het formulier: er komt een dossier van, en een bevestiging per e-mail als er een adres bij is."""
    with Explained():
        submission = api_actions.send(
            definition=_form(slug),
            key=key,
            given=body.antwoorden,
            **_for_whom(body),
            cosigners=_cosigners(body),
            named=body.versie,
            by=Actor.citizen(),
            at=timezone.now(),
            visitor=Visitor.of(request),
        )
    dossier = submission.dossier
    link = dossier.follow_links.to_tell(timezone.now()).first()
    return Status(
        201,
        {
            "nummer": dossier.number,
            "termijn": timezone.localdate(dossier.promised_at) if dossier.promised_at else None,
            "volgadres": link.address if link else None,
        },
    )


# --- Small things -----------------------------------------------------------------------------------------------------


ON_BEHALF: dict[str, str] = {OnBehalf.NO: "nee", OnBehalf.MAY: "mogelijk", OnBehalf.MUST: "altijd"}
ACTING_FOR = {"organisatie": ActingFor.ORGANISATION, "persoon": ActingFor.PERSON}


def _for_whom(body: Answers) -> dict[str, Any]:
    if body.namens is None:
        return {}
    typed = {"name": body.namens.naam, "number": body.namens.nummer, "function": body.namens.functie}
    asked: Given = {name: printable(text) for name, text in typed.items()}
    return {"acting_for": ACTING_FOR[body.namens.voor], "for_whom": asked}


def _cosigners(body: Answers) -> list[Cosigner]:
    return [Cosigner.clean(name=one.naam, email=one.email) for one in body.medeondertekenaars]


def _cosigning(definition: FormDefinition) -> dict[str, Any] | None:
    if not definition.cosigners_max:
        return None
    return {
        "wie": definition.cosigner_who,
        "hoogstens": definition.cosigners_max,
        "verplicht": definition.cosigners_required,
        "dagen": definition.cosign_days,
    }


class Explained:
    """Turns the refusals of our actions into answers that say what to do."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        match error:
            case WrongAnswers():
                raise ApiProblem(422, _("Some answers are not right yet."), fields=error.errors)
            case actions.Incomplete():
                raise ApiProblem(422, _("Some answers are not right yet."))
            case api_actions.Unavailable():
                raise ApiProblem(410, _("This form is not available now."))
            case api_actions.OtherVersion():
                message = _("The form has changed. Read version %(number)d and try again.") % {"number": error.current}
                raise ApiProblem(409, message, version=error.current)
            case gate.Refused(reason=Reason.TOO_MANY):
                wait = (error.retry_at or timezone.now()) - timezone.now()
                raise ApiProblem(429, message_for(429), retry_after=max(1, ceil(wait.total_seconds())))
            case gate.Refused():
                raise ApiProblem(403, _refusal(error))
            case api_actions.KeyTaken() | actions.AlreadySubmitted():
                raise ApiProblem(409, _("This Idempotency-Key was used for another request. Choose a new one."))


def _refusal(refusal: gate.Refused) -> str:
    """As on the website, in one sentence."""
    if refusal.reason == Reason.NOT_YET and refusal.retry_at:
        moment = date_format(timezone.localtime(refusal.retry_at), "j F Y G.i")
        return _("This form can be filled in from %(moment)s on.") % {"moment": moment}
    if refusal.reason == Reason.FULL:
        return _("All places are taken.")
    if refusal.reason == Reason.SIGN_IN:
        return _("For this form one must sign in on the website.")
    return _("This form is closed.")


def _form(slug: str) -> FormDefinition:
    """What may not be used through the API does not exist here."""
    definition = FormDefinition.objects.filter(slug=slug, api_allowed=True).first()
    if definition is None:
        raise ApiProblem(404, _("This form does not exist, or cannot be used through the API."))
    return definition


def _line(version: FormVersion) -> dict[str, Any]:
    return {
        "slug": version.definition.slug,
        "titel": version.schema["title"],
        "inleiding": version.schema["intro"],
        "versie": version.number,
        "adres": settings.BASE_URL + version.definition.get_absolute_url(),
    }


def _type(field: dict[str, Any]) -> str:
    return field["parameters"]["type"]


def _shows(field: dict[str, Any]) -> bool:
    field_type = registry[_type(field)]
    return field_type.is_shown(field)


def _calculated(version: FormVersion, judged: Judged) -> dict[str, dict[str, Any]]:
    """What the citizen would see."""
    found = {}
    for field in fields_of(version.schema):
        field_type = registry[_type(field)]
        answer = judged.branch.answers.get(field["slug"])
        if field_type.is_derived and _shows(field) and answer is not None:
            found[field["slug"]] = {
                "waarde": field_type.comparable(answer, field),
                "tekst": field_type.display(answer, field),
            }
    return found
