"""A conversation becomes a contact of somebody in a dossier, in one transaction, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from core.actors import Actor
from core.models import User
from dossiers import actions, clock
from dossiers.models import Contact, ContactLink, Conversation, Dossier, ProcessVersion, StandardQuestion, Task
from integrations.inbox.actions import store
from integrations.models import Delivery
from parties.models import ContactPoint, Party
from tests import town
from tests.dossiers import talking
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def nele() -> User:
    return talking.nele()


@pytest.fixture
def information() -> ProcessVersion:
    return talking.information()


def answered(conversation: Conversation, version: ProcessVersion, user: User) -> Contact:
    return actions.answer_now(
        conversation=conversation, process_version=version, step="meteen-beantwoord", **talking.by(user)
    )


def test_a_known_caller_is_answered_at_once(nele: User, information: ProcessVersion) -> None:
    jan = talking.person()
    conversation = talking.conversation(nele, party=jan, answer="Tot 12 uur.", body="Vraagt naar zaterdag.")
    contact = answered(conversation, information, nele)
    dossier = contact.dossier
    assert dossier is not None
    assert (contact.party, contact.party_match, contact.handler) == (jan, "clerk", nele)
    assert (contact.channel, contact.at, contact.closed_at is not None) == ("phone", town.MONDAY, True)
    assert (dossier.initiator, dossier.status.milestone, dossier.first_contact_at) == (jan, "completed", town.MONDAY)
    assert [event.reason for event in dossier.events.all()] == ["", "Tot 12 uur."]


def test_nothing_of_it_stays_with_the_conversation(nele: User, information: ProcessVersion) -> None:
    conversation = talking.conversation(nele, party=talking.person(), body="Hij is ziek.", given_phone="0470 99 88 77")
    contact = answered(conversation, information, nele)
    conversation.refresh_from_db()
    assert conversation.contact == contact
    words = [conversation.subject, conversation.body, conversation.answer, conversation.given_phone]
    assert (words, conversation.party) == (["", "", "", ""], None)


def test_pressing_twice_is_pressing_once(nele: User, information: ProcessVersion) -> None:
    conversation = talking.conversation(nele, party=talking.person())
    first, second = (answered(conversation, information, nele) for _ in range(2))
    assert first == second
    assert Dossier.objects.count() == 1


def test_who_represents_an_association_is_confirmed_by_the_register(nele: User, information: ProcessVersion) -> None:
    jan = talking.person()
    ksa = talking.association(chair=jan)
    dossier = answered(talking.conversation(nele, party=jan, organisation=ksa), information, nele).dossier
    assert dossier is not None
    assert (dossier.initiator, dossier.representative, dossier.representation) == (ksa, jan, "confirmed")


def test_who_says_so_only_is_not(nele: User, information: ProcessVersion) -> None:
    jan, ksa = talking.person(), talking.association()
    dossier = answered(talking.conversation(nele, party=jan, organisation=ksa), information, nele).dossier
    assert dossier is not None
    assert (dossier.initiator, dossier.representation) == (ksa, "claimed")


def test_somebody_new_is_registered_and_recognised_the_next_time(nele: User, information: ProcessVersion) -> None:
    given = {"given_name": "Mo Amrani", "given_phone": "0470 11 22 33"}
    first = answered(talking.conversation(nele, **given), information, nele)
    again = answered(talking.conversation(nele, **given), information, nele)
    assert first.party == again.party
    assert (first.party_match, again.party_match) == ("new", "name_and_contact")
    assert Party.objects.count() == 1


def test_contact_data_of_this_contact_only_leave_the_register_alone(nele: User, information: ProcessVersion) -> None:
    jan = talking.person()
    contact = answered(talking.conversation(nele, party=jan, given_phone="03 444 17 17"), information, nele)
    assert contact.given_phone == "03 444 17 17"
    assert list(jan.contact_points.values_list("value", flat=True)) == ["+32470123456"]


def test_a_question_without_a_name(nele: User, information: ProcessVersion) -> None:
    contact = answered(talking.conversation(nele, is_anonymous=True), information, nele)
    assert (contact.party, contact.anonymous_allowed, contact.anonymous_reason) == (None, True, "Zonder naam gevraagd")


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"is_anonymous": True, "subject": " "}, "subject", "Schrijf in enkele woorden waarover het ging."),
        ({}, "who", "Zoek op wie het is, vul de naam in, of kies ‘Zonder naam’."),
    ],
)
def test_what_is_missing_is_asked_and_nothing_is_made(
    nele: User, information: ProcessVersion, fields: dict[str, Any], field: str, message: str
) -> None:
    conversation = talking.conversation(nele, **fields)
    with pytest.raises(actions.NotFinished, match=message) as missing:
        answered(conversation, information, nele)
    assert missing.value.field == field
    assert (Dossier.objects.count(), Contact.objects.count()) == (0, 0)


def test_where_a_name_is_needed_nobody_stays_without(nele: User) -> None:
    conversation = talking.conversation(nele, is_anonymous=True)
    to = actions.HandedOver(town.melding())
    with pytest.raises(actions.NotFinished, match="Dit kan niet zonder naam") as missing:
        actions.hand_over(conversation=conversation, to=to, **talking.by(nele))
    assert missing.value.field == "who"


def test_who_may_not_take_the_step_leaves_nothing_behind(information: ProcessVersion) -> None:
    other = talking.in_role("Postregistratie", "piet")
    conversation = talking.conversation(other, is_anonymous=True)
    with pytest.raises(actions.StepRefused):
        answered(conversation, information, other)
    assert Dossier.objects.count() == 0
    conversation.refresh_from_db()
    assert conversation.subject == "Wanneer open?"


def test_the_answer_counts_also_for_a_team_of_others(information: ProcessVersion) -> None:
    piet = talking.in_role("Coördinator verenigingen", "piet")
    conversation = talking.conversation(piet, party=talking.person())
    contact = answered(conversation, information, piet)
    assert contact.dossier is not None
    assert contact.dossier.status.is_end
    assert contact.dossier.team not in piet.teams.all()


def test_a_question_of_every_day_in_one_press(nele: User, information: ProcessVersion) -> None:
    question = StandardQuestion.objects.create(subject="Openingsuren", answer="Elke werkdag van 9 tot 12 uur.")
    contact = actions.register_standard_question(
        question=question,
        channel="desk",
        process_version=information,
        step="meteen-beantwoord",
        **talking.by(nele),
    )
    assert (contact.subject, contact.channel, contact.party) == ("Openingsuren", "desk", None)
    assert contact.dossier is not None
    assert contact.dossier.events.last().reason == "Elke werkdag van 9 tot 12 uur."


def test_about_dossiers_that_are_there(nele: User) -> None:
    clerk = town.clerk()
    first, second = (town.report(subject=subject).dossier for subject in ("Losse tegel", "Lamp stuk"))
    Dossier.objects.filter(pk=second.pk).update(handler=clerk)
    User.objects.filter(pk=clerk.pk).update(email="an@mortsel.example")
    before = list(Delivery.objects.values_list("pk", flat=True))
    conversation = talking.conversation(nele, party=first.initiator, body="Hoe ver staat het?", answer="Volgende week.")
    contact = actions.add_to_dossiers(conversation=conversation, dossiers=[first, second], **talking.by(nele))
    assert (contact.dossier, contact.party, contact.closed_at) == (first, first.initiator, town.MONDAY)
    assert contact.body == "Hoe ver staat het?\n\nOns antwoord: Volgende week."
    assert [link.dossier for link in ContactLink.objects.all()] == [second]
    assert [dossier.events.last().kind for dossier in (first, second)] == ["contact", "contact"]
    told = [address for delivery in Delivery.objects.exclude(pk__in=before) for address in delivery.payload["to"]]
    assert sorted(told) == ["an@mortsel.example", "ruimte@mortsel.example", "ruimte@mortsel.example"]


def test_a_dossier_must_be_chosen(nele: User) -> None:
    with pytest.raises(actions.NotFinished, match="Kies een dossier") as missing:
        actions.add_to_dossiers(
            conversation=talking.conversation(nele, is_anonymous=True), dossiers=[], **talking.by(nele)
        )
    assert missing.value.field == "dossiers"


def test_handed_over_to_a_colleague_with_a_day(nele: User) -> None:
    clerk = town.clerk()
    conversation = talking.conversation(nele, party=talking.person(), subject="Struikelde over een tegel")
    to = actions.HandedOver(town.melding(), town.team(), clerk, town.MONDAY.date() + timedelta(days=2))
    contact = actions.hand_over(conversation=conversation, to=to, **talking.by(nele))
    dossier = contact.dossier
    assert dossier is not None
    assert (dossier.handler, dossier.given_at is not None) == (clerk, True)
    task = Task.objects.get()
    assert (task.text, task.assignee, task.due_on) == ("Struikelde over een tegel", clerk, to.due_on)


def test_our_answers_go_where_the_register_says(nele: User) -> None:
    jan = talking.person()
    old = {"kind": "email", "value": "oud@example.org", "as_given": "oud@example.org", "bounced_at": town.MONDAY}
    ContactPoint.objects.create(party=jan, **old)
    ContactPoint.objects.create(party=jan, kind="email", value="jan@example.org", as_given="Jan@example.org")
    Party.objects.filter(pk=jan.pk).update(preference="mail")
    conversation = talking.conversation(nele, party=jan)
    contact = actions.hand_over(
        conversation=conversation, to=actions.HandedOver(town.melding()), **talking.by(nele)
    )  # fmt: skip
    assert (contact.given_email, contact.given_phone, contact.reply_by) == ("Jan@example.org", "+32470123456", "mail")
    assert contact.dossier is not None
    assert contact.dossier.notifications.get().to == "Jan@example.org"


def test_what_was_given_this_time_goes_before_the_register(nele: User) -> None:
    conversation = talking.conversation(nele, party=talking.person(), given_email="werk@example.org")
    contact = actions.hand_over(
        conversation=conversation, to=actions.HandedOver(town.melding()), **talking.by(nele)
    )  # fmt: skip
    assert (contact.given_email, contact.given_phone) == ("werk@example.org", "")


def test_who_has_the_answer_already_gets_no_mail(nele: User, information: ProcessVersion) -> None:
    jan = talking.person()
    ContactPoint.objects.create(party=jan, kind="email", value="jan@example.org", as_given="jan@example.org")
    contact = answered(talking.conversation(nele, party=jan), information, nele)
    assert contact.given_email == ""
    assert not Delivery.objects.filter(connector="mail").exists()


def test_thrown_away_is_gone(nele: User) -> None:
    conversation = talking.conversation(nele, body="Iets persoonlijks")
    actions.discard(conversation=conversation, **talking.by(nele))
    assert not Conversation.objects.exists()


def test_a_colleague_throws_nothing_of_mine_away(nele: User) -> None:
    conversation = talking.conversation(nele)
    actions.discard(conversation=conversation, **talking.by(talking.in_role("Onthaal", "piet")))
    assert Conversation.objects.filter(pk=conversation.pk).exists()


def test_words_of_an_older_window_do_not_undo_newer_ones(nele: User) -> None:
    conversation = talking.conversation(nele)
    by = talking.by(nele)["by"]
    assert actions.keep(conversation=conversation, expected_version=1, by=by, body="Nieuw")
    assert not actions.keep(conversation=conversation, expected_version=1, by=by, body="Oud")
    conversation.refresh_from_db()
    assert (conversation.body, conversation.version) == ("Nieuw", 2)


def test_so_many_at_a_time(nele: User) -> None:
    for _number in range(8):
        talking.conversation(nele)
    with pytest.raises(actions.TooManyOpen, match="8 gesprekken"):
        actions.begin(channel="phone", **talking.by(nele))


def test_a_visitor_waits_and_is_called_once(nele: User) -> None:
    piet = talking.in_role("Onthaal", "piet")
    visitor = actions.receive_visitor(name="Man met rode jas", subject="Rijbewijs", team=None, **talking.by(nele))
    assert list(Conversation.objects.waiting()) == [visitor]
    assert actions.call_visitor(conversation=visitor, **talking.by(piet))
    assert not actions.call_visitor(conversation=visitor, **talking.by(nele))
    assert list(Conversation.objects.of(piet)) == [visitor]


def test_only_who_takes_contacts_sees_conversations(nele: User) -> None:
    mine = talking.conversation(nele)
    for role in Group.objects.exclude(name="Onthaal"):
        other = talking.in_role(role.name, f"iemand-{role.pk}")
        assert mine not in Conversation.objects.visible_to(other)
    assert mine in Conversation.objects.visible_to(nele)


def left_by(user: User, at: datetime = town.MONDAY - timedelta(days=1), **fields: Any) -> Conversation:
    return talking.conversation(user, started_at=at, **fields)


def test_what_a_colleague_left_yesterday_is_taken_over_by_one(nele: User) -> None:
    piet, an = talking.in_role("Onthaal", "piet"), talking.in_role("Onthaal", "an")
    left = left_by(nele, body="Belt over de bomen")
    for clerk, taken in ((piet, True), (an, False)):
        assert actions.take_over(conversation=left, **talking.by(clerk)) is taken
    assert list(Conversation.objects.of(piet)) == [left]
    assert not actions.keep(conversation=left, expected_version=1, by=Actor.staff(nele), body="Nog iets")
    left.refresh_from_db()
    assert left.body == "Belt over de bomen"


def test_what_was_begun_today_or_from_a_mail_is_for_who_began_it(nele: User) -> None:
    piet = talking.in_role("Onthaal", "piet")
    midnight = town.MONDAY.astimezone(clock.BRUSSELS).replace(hour=0, minute=0)
    today, before = left_by(nele, midnight), left_by(nele, midnight - timedelta(minutes=1))
    left_by(nele, mail=store(reply(""), mailbox=None, at=town.MONDAY))
    left_by(nele, finished_at=town.MONDAY, subject="")
    assert list(Conversation.objects.left_to(piet, now=town.MONDAY)) == [before]
    assert not Conversation.objects.left_to(nele, now=town.MONDAY)
    assert not actions.take_over(conversation=today, **talking.by(piet))


def test_who_does_not_see_everything_takes_over_within_the_team(nele: User) -> None:
    an, bea = (talking.in_role("Dossierbehandelaar", name) for name in ("an", "bea"))
    town.team().members.add(an)
    town.team("Milieudienst").members.add(bea)
    of_a_colleague, of_reception = left_by(town.clerk("piet")), left_by(nele)
    assert list(Conversation.objects.left_to(an, now=town.MONDAY)) == [of_a_colleague]
    assert not Conversation.objects.left_to(bea, now=town.MONDAY)
    assert set(Conversation.objects.left_to(talking.in_role("Onthaal", "mo"), now=town.MONDAY)) == {
        of_a_colleague, of_reception,
    }  # fmt: skip


def test_taking_over_counts_among_the_open_ones(nele: User) -> None:
    piet = talking.in_role("Onthaal", "piet")
    for _number in range(8):
        talking.conversation(piet)
    with pytest.raises(actions.TooManyOpen):
        actions.take_over(conversation=left_by(nele), **talking.by(piet))


def test_what_was_begun_and_never_written_in_goes_after_a_month(nele: User) -> None:
    left_by(nele, subject="")
    written = left_by(nele, subject="", answer="Ja")
    recent = talking.conversation(nele, subject="", started_at=town.MONDAY + timedelta(days=1))
    assert actions.purge_conversations(before=town.MONDAY) == 1
    assert set(Conversation.objects.all()) == {written, recent}


def test_shells_go_and_what_is_open_stays(nele: User, information: ProcessVersion) -> None:
    still_open = talking.conversation(nele, party=talking.person())
    answered(talking.conversation(nele, is_anonymous=True), information, nele)
    assert actions.purge_conversations(before=town.MONDAY + timedelta(days=1)) == 1
    assert list(Conversation.objects.all()) == [still_open]
