"""The register of processing activities (GDPR art. 30), derived from what is configured: processes, forms, connectors.

Nobody keeps it up to date by hand, so it never says anything else than what Loket does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import keeping
from dossiers.models import ProcessType
from forms.fields import registry
from forms.fields.base import Definition, Purpose, Retention
from forms.models import FormDefinition, FormVersion
from forms.schema import fields_of
from integrations.models import SmsGateway, WebhookEndpoint


@dataclass(frozen=True)
class Activity:
    """What the town does with personal data for one purpose. ``kept_years`` is None while nobody decided it."""

    name: str
    purpose: str
    legal_basis: str
    data: list[str]
    sensitive: list[str]
    kept: str
    source: str
    who: str
    receivers: list[str]
    forms: list[str]


def activities() -> list[Activity]:
    """One for each process that runs, by name; after them what Loket keeps for all of them. In seven queries."""
    receivers = list(_receivers())
    running = ProcessType.objects.filter(live=True).select_related("team").order_by("name")
    forms: dict[int, list[FormVersion]] = {}
    for version in _published():
        forms.setdefault(version.definition.process_type_id or 0, []).append(version)
    found = [_of_process(process, forms.get(process.pk, []), receivers) for process in running]
    return [*found, *_always(receivers)]


def _published() -> Iterator[FormVersion]:
    """The newest version of each form that citizens can fill in."""
    live = FormDefinition.objects.filter(live=True)
    newest: dict[int, FormVersion] = {}
    for version in FormVersion.objects.filter(definition__in=live).select_related("definition").order_by("number"):
        newest[version.definition_id] = version
    yield from newest.values()


def _of_process(process: ProcessType, versions: list[FormVersion], receivers: list[str]) -> Activity:
    asked = [field for version in versions for field in _flat(version.schema)]
    return Activity(
        name=process.name,
        purpose=process.purpose or _("Handling the question, report or request, and answering it."),
        legal_basis=process.legal_basis or _("Not filled in yet"),
        data=_kinds(asked),
        sensitive=_labels(asked, Retention.SENSITIVE),
        kept=_years(process.retention_years),
        source=process.retention_source,
        who=process.team.name,
        receivers=receivers,
        forms=[version.schema["title"] for version in versions],
    )


def _flat(schema: dict[str, object]) -> Iterator[Definition]:
    for field in fields_of(schema):
        yield field
        yield from field["parameters"].get("fields", ())


def _kinds(fields: list[Definition]) -> list[str]:
    """What is asked about people, first what Loket itself uses, each once and in plain words."""
    used = {purpose for field in fields for purpose in registry[field["parameters"]["type"]].purposes(field)}
    words = {
        Purpose.NAME: _("Name"),
        Purpose.EMAIL: _("E-mail address"),
        Purpose.PHONE: _("Phone number"),
        Purpose.BIRTH_DATE: _("Date of birth"),
        Purpose.PLACE: _("Place"),
        Purpose.DESCRIPTION: _("What people write themselves"),
    }
    told = [word for purpose, word in words.items() if purpose in used]
    others = [field for field in fields if not registry[field["parameters"]["type"]].purposes(field)]
    return list(dict.fromkeys([*told, *_labels(others, Retention.PERSONAL)]))


def _labels(fields: list[Definition], retention: Retention) -> list[str]:
    """The kinds of data, each once, in the words of the form editor."""
    kinds = [registry[field["parameters"]["type"]] for field in fields]
    return list(dict.fromkeys(str(kind.label) for kind in kinds if kind.retention is retention))


def _years(years: int | None) -> str:
    if years is None:
        return _("Not decided yet")
    words = ngettext(
        "%(years)s year after the end of the dossier", "%(years)s years after the end of the dossier", years
    )
    return words % {"years": years}


def _receivers() -> Iterator[str]:
    yield _("The town's own e-mail server")
    for gateway in SmsGateway.objects.filter(enabled=True):
        yield _("%(name)s: mobile number and text of a message") % {"name": gateway.name}
    for endpoint in WebhookEndpoint.objects.filter(enabled=True):
        yield _("%(name)s: numbers of dossiers, no personal data") % {"name": endpoint.name}


def _always(receivers: list[str]) -> list[Activity]:
    parties, log = keeping.term_of(keeping.PARTIES), keeping.term_of(keeping.ACCESS_LOG)
    return [
        Activity(
            name=_("Contact register"),
            purpose=_("Knowing who somebody is, so that nothing is asked twice and every question is followed."),
            legal_basis=_("A task in the public interest (GDPR art. 6.1.e)"),
            data=[_("Name"), _("Date of birth"), _("Contact data"), _("Address"), _("For whom somebody speaks")],
            sensitive=[_("National number, encrypted")],
            kept=_("As long as a dossier of this person is kept, and %(years)s after the last change")
            % {"years": keeping.in_words(parties.years)},
            source=str(parties.source),
            who=_("Whoever takes contacts or handles dossiers"),
            receivers=receivers,
            forms=[],
        ),
        Activity(
            name=_("Access log"),
            purpose=_("Seeing who of our staff looked at whose data."),
            legal_basis=_("A legal duty (GDPR art. 5.2 and 32)"),
            data=[_("Name of the member of staff"), _("Which dossier or person"), _("When")],
            sensitive=[],
            kept=_("%(years)s after somebody looked") % {"years": keeping.in_words(log.years)},
            source=str(log.source),
            who=_("The data protection officer"),
            receivers=[],
            forms=[],
        ),
    ]
