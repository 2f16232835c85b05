"""A large town made up: the rows obey every rule of the database, and are found."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from dossiers.models import Contact, Dossier, Event, NumberSequence
from parties.finding import find
from parties.models import ContactPoint, Identifier, Party
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def load(**numbers: int) -> None:
    call_command("load_volume", **{"parties": 60, "contacts": 90, "dossiers": 40, "verbosity": 0} | numbers)


def test_so_many_of_each_and_everybody_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    town.melding()
    load()
    load()
    assert (Party.objects.count(), Contact.objects.count(), Dossier.objects.count()) == (120, 180, 80)
    assert not Dossier.objects.annotate(moments=Count("contacts")).filter(moments=0).exists()
    assert ContactPoint.objects.count() > 120
    assert Identifier.objects.filter(scheme="kbo").exists()
    nele = town.staff("nele", "parties.view_party", "dossiers.view_dossier", "dossiers.view_all_dossiers")
    for party in Party.objects.all()[:20]:
        assert party in [each.party for each in find(party.contact_points.all()[0].value, user=nele)]
        assert find(party.name, user=nele)
    dossier = Dossier.objects.all()[0]
    assert find(dossier.number, user=nele)[0].party == dossier.initiator
    assert "40 dossiers" in capsys.readouterr().out


def test_the_history_leads_to_where_the_dossier_stands() -> None:
    town.melding()
    load()
    for dossier in Dossier.objects.select_related("status"):
        events = list(Event.objects.filter(dossier=dossier).order_by("sequence"))
        assert events[0].kind == "opened"
        assert events[-1].to_status == dossier.status.key
        assert [event.from_status for event in events[1:]] == [event.to_status for event in events[:-1]]


def test_numbers_go_on_after_it() -> None:
    town.melding()
    load()
    for sequence in NumberSequence.objects.all():
        numbers = Dossier.objects.filter(number__startswith=f"{sequence.prefix}-{sequence.year}-")
        assert sequence.last == numbers.count()
    before = Dossier.objects.count()
    town.report()
    assert Dossier.objects.count() == before + 1


def test_not_in_production_by_mistake(settings) -> None:
    settings.PRODUCTION = True
    town.melding()
    with pytest.raises(CommandError, match="production"):
        load()
    load(yes=True)
    assert Party.objects.count() == 60


def test_without_a_process_nothing_is_made() -> None:
    with pytest.raises(CommandError, match="Publish a process"):
        load()
    assert not Party.objects.exists()
