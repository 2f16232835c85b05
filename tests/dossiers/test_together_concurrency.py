"""Some clerks do a whole list at once while others take the same dossiers one by one: nothing is lost, nobody waits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import Changed, assign, take_step
from dossiers.models import Dossier
from tests import town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

DOSSIERS = 20


def test_several_at_once_against_one_by_one() -> None:
    clerks = [town.clerk(f"clerk{number}", first_name=f"Clerk {number}", last_name="") for number in range(8)]
    keys = [town.report(name=f"B{number}", email=f"b{number}@example.org").dossier.pk for number in range(DOSSIERS)]
    barrier = Barrier(len(clerks))

    def together(clerk: User) -> int:
        client = Client(raise_request_exception=True)
        client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
        # In another order each, so that two of them meet in the middle.
        chosen = [f"{key}-1" for key in (keys if clerk.pk % 2 else reversed(keys))]
        barrier.wait()
        response = client.post(
            reverse("dossiers:together"), {"kies": chosen, "wat": "toewijzen", "handler": clerk.pk, "bevestig": "1"}
        )
        outcomes = [line.get_text() for line in BeautifulSoup(response.content, "html.parser").select(".l-outcome")]
        assert len(outcomes) == DOSSIERS
        assert all(each == "Gedaan" or each.startswith("Intussen gewijzigd") for each in outcomes)
        return outcomes.count("Gedaan")

    def one_by_one(clerk: User) -> int:
        barrier.wait()
        done = 0
        for key in keys:
            dossier = Dossier.objects.get(pk=key)
            try:
                if clerk.pk % 2:
                    take_step(dossier=dossier, step="vragen", expected_version=1, by=Actor.staff(clerk), at=town.MONDAY)
                else:
                    assign(
                        dossier=dossier,
                        expected_version=1,
                        handler=clerk,
                        team=dossier.team,
                        by=Actor.staff(clerk),
                        at=town.MONDAY,
                    )
                done += 1
            except Changed:
                pass
        return done

    def work(number: int) -> int:
        try:
            return (together if number < 4 else one_by_one)(clerks[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clerks)) as pool:
        done = sum(pool.map(work, range(len(clerks))))
    assert done == DOSSIERS  # each was won exactly once, and whoever was told "done" was that one
    assert set(Dossier.objects.values_list("version", flat=True)) == {2}
    for dossier in Dossier.objects.prefetch_related("events"):
        event = dossier.events.order_by("-sequence")[0]
        assert event.sequence == 2
        assert event.actor == dossier.handler
