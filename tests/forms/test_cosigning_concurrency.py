"""Eight answers at one moment: the first counts, and who signs last tells it once."""

import pytest

from core.actors import Actor
from forms import actions, cosigning
from forms.cosign_rules import Cosigner
from forms.models import Cosignature, CosignLink, Submission
from integrations.models import Delivery
from tests import town
from tests.forms import builder
from tests.forms.test_submit import filled_draft
from tests.forms.test_submit_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def asked(*names: str) -> Submission:
    version = builder.published_form(cosigners_max=5, cosigner_who="de andere bestuursleden")
    cosigners = [Cosigner(name, f"{name.lower()}@example.org") for name in names]
    return actions.submit(draft=filled_draft(version), cosigners=cosigners, by=Actor.citizen(), at=town.MONDAY)


def told() -> int:
    return sum(mail.payload["to"] == ["fatima@example.org"] for mail in Delivery.objects.filter(kind="cosign"))


def sign(link: CosignLink, name: str = "Jan") -> Cosignature:
    return cosigning.sign(link=link, name=name, declaration="Akkoord.", by=Actor.citizen(), at=town.MONDAY)


def test_all_sign_at_the_same_moment_and_the_asker_hears_it_once() -> None:
    asked("Jan", "Mia", "Els", "Bob")
    links = list(CosignLink.objects.select_related("cosignature"))
    at_once(lambda number: sign(links[number % 4]))
    assert not Cosignature.objects.filter(signed_at=None).exists()
    assert told() == 1


def test_eight_clicks_are_one_signature() -> None:
    asked("Jan")
    link = CosignLink.objects.select_related("cosignature").get()
    results = at_once(lambda number: sign(link, f"Jan {number}").signed_name)
    assert set(results) == {Cosignature.objects.get().signed_name}
    assert told() == 1


def test_yes_and_no_at_the_same_moment_are_one_answer() -> None:
    asked("Jan")
    link = CosignLink.objects.select_related("cosignature").get()

    def answer(number: int) -> Cosignature:
        if number % 2:
            return sign(link)
        return cosigning.decline(link=link, reason="Nee", by=Actor.citizen(), at=town.MONDAY)

    at_once(answer)
    one = Cosignature.objects.get()
    assert bool(one.signed_at) != bool(one.declined_at)
    assert told() == 1


def test_eight_workers_remind_once_and_tell_once() -> None:
    asked("Jan", "Mia")
    one = Cosignature.objects.first()
    assert one is not None
    assert sum(at_once(lambda number: cosigning.remind(at=one.remind_at))) == 2
    assert Delivery.objects.filter(kind="cosign", key__endswith="-reminder").count() == 2
    assert sum(at_once(lambda number: cosigning.tell_lapsed(at=one.deadline))) == 2
    assert told() == 1


def test_one_form_sent_by_eight_asks_each_person_once() -> None:
    version = builder.published_form(cosigners_max=1, cosigner_who="uw partner")
    draft = filled_draft(version)
    jan = Cosigner("Jan", "jan@example.org")
    at_once(lambda number: actions.submit(draft=draft, cosigners=[jan], by=Actor.citizen(), at=town.MONDAY).pk)
    assert Cosignature.objects.count() == CosignLink.objects.count() == 1
    assert Delivery.objects.filter(kind="cosign").count() == 1
