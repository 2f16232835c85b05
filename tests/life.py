"""Everything that Loket can come to know of one citizen, planted by the real actions and screens.

Every word of it begins with one mark, so that a trace of it is found wherever it is left (``tests/traces.py``).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.documents import KINDS
from core.models import User
from dossiers import actions
from dossiers.actions import surveys
from dossiers.models import Contact, Conversation, Dossier, FollowLink, ProcessVersion, SurveyInvitation
from forms import cosigning, resuming
from forms.models import CosignLink, FormTrial, FormVersion, Submission
from integrations import printing
from integrations.actions import sweep
from integrations.inbox.actions import poll, store
from integrations.models import Delivery, IncomingMail
from integrations.received import receive
from integrations.scanning import scan_later
from parties import access, importing, look_alikes, merging
from parties import actions as register
from parties.actions import resolve
from parties.contact_values import mobile_phone
from parties.models import Party, PartyImport, RecognitionCategory, Verification
from tests import papers, town
from tests.dossiers import decisions, talking
from tests.forms import builder
from tests.forms.builder import Citizen
from tests.integrations.mails import reply

YEARS = 5


@dataclass(frozen=True)
class Place:
    """The town in which it happens: made once, for however many citizens."""

    version: FormVersion
    boss: User
    nele: User
    an: User
    at: datetime

    @property
    def process(self) -> ProcessVersion:
        return town.melding()


def a_town() -> Place:
    decision = decisions.letter(
        signatory=decisions.signatory(valid_until=None), subject="Uw aanvraag {nummer}: {onderwerp}"
    )
    steps = [
        town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
        town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", letter=decision.pk, needs_reason=True),
        town.step("Vragen", ["Ontvangen"], "Wacht op u"),
        town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
    ]
    source = "Selectielijst lokale besturen, 4.12"
    town.published(town.draft_melding(retention_years=YEARS, retention_source=source, steps=steps))
    boss = User.objects.create_superuser("beheer", password="x")
    definition = builder.draft_form(*questions(), cosigners_max=1, cosigner_who="uw partner", cosigners_required=False)
    definition.save_revision(user=boss).publish(user=boss)
    an = town.clerk()
    version = definition.versions.get()
    return Place(version, boss, talking.in_role("Onthaal", "nele"), an, timezone.now())


def questions() -> list[dict[str, Any]]:
    asked = builder.question
    return [
        builder.step("Het probleem", builder.WHAT, builder.STORY, asked("text", "Welke kleur?", key="kleur")),
        builder.step("De plaats", builder.WHERE, builder.PHOTO, asked("files", "Een document?", key="stuk")),
        builder.step("Uw gegevens", builder.NAME, builder.EMAIL, builder.PHONE),
        builder.step(
            "Meer over u",
            asked("national_number", "Uw rijksregisternummer?", key="rrn", legal_basis="Besluit 12"),
            asked("plate", "Uw nummerplaat?", key="plaat"),
            asked("date", "Wanneer?", key="wanneer"),
            asked(
                "person",
                "Wie was erbij?",
                is_own=False,
                birth_date="optional",
                email="optional",
                phone="no",
                key="getuige",
            ),
            asked("address", "Waar woont die?", is_own=False, key="adres"),
            asked("choices", "Wat past erbij?", options=["Water", "Zand"], key="soorten"),
            builder.repeat("Spullen", asked("text", "Wat?", key="wat-stuk"), key="spullen"),
        ),
    ]


def shown(response: Any) -> list[str]:
    """What was wrong with a page."""
    return re.findall(r"error-message.*?</span>(.*?)</p>", response.content.decode(), re.S)


@dataclass
class Life:
    """One citizen. ``mark`` begins every word; ``number`` is the national number, and ``phone`` is nobody else's."""

    place: Place
    mark: str
    number: str
    phone: str
    born: date
    days: int = 4
    """Until the dossier ends."""

    def word(self, what: str) -> str:
        return f"{self.mark.capitalize()}{what}"

    @property
    def at(self) -> datetime:
        """When it began. The screens look at the clock of the machine."""
        return self.place.at

    @property
    def ended_at(self) -> datetime:
        return self.at + timedelta(days=self.days)

    @property
    def email(self) -> str:
        return f"{self.mark}mail@{self.mark}.example"

    @property
    def planted(self) -> list[str]:
        """What must be nowhere in the end, in every way in which it is written."""
        number = self.number.replace(".", "").replace("-", "")
        return [
            self.mark,
            str(self.born),
            self.phone,
            f"+32{self.phone.lstrip('0')}",
            self.number,
            number,
            f"{number[:6]}-",
        ]

    # --- What is done

    def live(self) -> Dossier:
        """All of it; the dossier that it is about."""
        self.begins_and_stops()
        self.is_tried_out()
        dossier = self.sends_a_form()
        self.talks(dossier)
        self.is_worked_on(dossier)
        self.writes_mails(dossier)
        self.comes_to_the_desk(dossier)
        self.stands_in_the_register(dossier)
        self.ends(dossier)
        return Dossier.objects.get(pk=dossier.pk)

    def begins_and_stops(self) -> None:
        """A form that is never sent, with a link to go on with it."""
        citizen = Citizen().start()
        file = SimpleUploadedFile(f"{self.word('begonnen')}.jpg", builder.picture().read(), content_type="image/jpeg")
        citizen.fill_in(1, wat="losse-tegel", verhaal=self.word("begonnen"), kleur=self.word("halverwege"))
        citizen.fill_in(2, waar=self.word("ergens"), foto=file)
        citizen.client.post(citizen.address("step", 3), {"naam": self.word("getypt"), "bewaren": "1"})
        resuming.send_resume_link(draft=citizen.draft, email=self.email, by=Actor.citizen(), at=self.at)

    def is_tried_out(self) -> None:
        """An editor types somebody's name while trying out a draft."""
        FormTrial.objects.create(
            schema=self.place.version.schema, answers={"naam": self.word("proef")}, by=self.place.boss
        )

    def sends_a_form(self) -> Dossier:
        citizen = Citizen().start()
        photo = SimpleUploadedFile(f"{self.word('foto')}.jpg", builder.picture().read(), content_type="image/jpeg")
        letter = papers.office(**{"word/inhoud.xml": self.word("indocument").encode()})
        paper = SimpleUploadedFile(f"{self.word('document')}.docx", letter)
        pages: list[dict[str, Any]] = [
            {"wat": "losse-tegel", "verhaal": self.word("verhaal"), "kleur": self.word("kleur")},
            {"waar": self.word("plaats"), "foto": photo, "stuk": paper},
            {"naam": f"{self.word('naam')} Peeters", "email": self.email, "telefoon": self.phone},
            {
                "rrn": self.number, "plaat": f"1-{self.mark.upper()}-123",
                "wanneer_0": "3", "wanneer_1": "2", "wanneer_2": "2026",
                "getuige-first_name": self.word("getuige"), "getuige-last_name": self.word("achternaam"),
                "adres-street": self.word("straat"), "adres-number": "1", "adres-postcode": "2640",
                "adres-town": "Mortsel", "soorten": ["water"],
                "spullen-rij": ["0"], "spullen-0-wat-stuk": self.word("spullen"),
            },
        ]  # fmt: skip
        for number, answers in enumerate(pages, start=1):
            response = citizen.fill_in(number, **answers)
            assert response.status_code == 302, (number, shown(response))
        signs = {"name_0": self.word("partner"), "email_0": f"partner@{self.mark}.example"}
        citizen.client.post(citizen.address("cosigners"), signs)
        citizen.send()
        submission = Submission.objects.get(token=citizen.uuid)
        self.is_signed(submission)
        return submission.dossier

    def is_signed(self, submission: Submission) -> None:
        from forms.cosign_rules import Cosigner

        asked = Cosigner(self.word("tekent"), f"tekent@{self.mark}.example")
        cosigning.ask(submission=submission, cosigners=[asked], by=Actor.citizen(), at=self.at)
        link = CosignLink.objects.filter(cosignature__name=asked.name).latest("pk")
        cosigning.decline(link=link, reason=self.word("nietakkoord"), by=Actor.citizen(), at=self.at)

    def talks(self, dossier: Dossier) -> None:
        """On the follow page, and we answer; a file both ways."""
        link = FollowLink.objects.filter(dossier=dossier).latest("created_at")
        paper = SimpleUploadedFile(f"{self.word('bijlage')}.pdf", papers.pdf())
        data = {"text": self.word("bericht"), "token": uuid4(), "uploads": [paper]}
        assert Client().post(reverse("follow_message", args=[link.token]), data).status_code == 302
        sent = receive(
            SimpleUploadedFile(f"{self.word('stuurdewij')}.pdf", papers.pdf()),
            allowed=list(KINDS.values()),
            megabytes=10,
            quick_scan=scan_later,
        )
        actions.answer_message(dossier=dossier, text=self.word("antwoord"), files=[sent], token=uuid4(), **self.by_an())
        actions.ask_link(email=self.email, network=f"192.0.2.{len(self.mark)}", at=self.at)
        actions.change_contact_data(
            dossier=dossier,
            email=f"nieuw@{self.mark}.example",
            phone=self.phone,
            reply_by="",
            by=Actor.citizen(),
            at=self.at,
        )

    def by_an(self) -> dict[str, Any]:
        return {"by": Actor.staff(self.place.an), "at": self.at + timedelta(hours=1)}

    def by_nele(self) -> dict[str, Any]:
        return {"by": Actor.staff(self.place.nele), "at": self.at + timedelta(hours=1)}

    def is_worked_on(self, dossier: Dossier) -> None:
        actions.write_note(dossier=dossier, text=self.word("notitie"), **self.by_an())
        actions.add_task(dossier=dossier, text=self.word("taak"), **self.by_an())
        asked = actions.ask_advice(dossier=dossier, question=self.word("vraagadvies"), team=town.team(), **self.by_an())
        actions.give_advice(advice=asked, opinion="negative", answer=self.word("advies"), **self.by_an())
        actions.ask_advice(
            dossier=dossier, question=self.word("nogadvies"), outsider=self.word("expert"),
            email=f"expert@{self.mark}.example", **self.by_an(),
        )  # fmt: skip
        outside = actions.ask_advice(
            dossier=dossier, question=self.word("buitenadvies"), outsider=self.word("buitenstaander"),
            email=f"buiten@{self.mark}.example", **self.by_an(),
        )  # fmt: skip
        answer = {"opinion": "negative", "answer": self.word("buitenantwoord")}
        assert Client().post(reverse("advice", args=[outside.token]), answer).status_code in {200, 302}
        actions.ask_follow_up(dossier=dossier, what=self.word("opvolging"), **self.by_an())
        until = timezone.localdate(self.at) + timedelta(days=9)
        actions.hold(dossier=dossier, reason=self.word("geschil"), until=until, **self.by_an())
        actions.lift_hold(dossier=dossier, **self.by_an())
        self.comes_by_other_roads(dossier)

    def comes_by_other_roads(self, dossier: Dossier) -> None:
        """What other forms, routes and clerks leave on a dossier."""
        Dossier.objects.filter(pk=dossier.pk).update(
            representative=dossier.initiator, representative_role=self.word("secretaris"), representation="claimed",
            subject=self.word("titel"), facts={"wat": self.word("feit")},
        )  # fmt: skip
        phone, later = mobile_phone(self.phone), self.at + timedelta(days=9000)
        FollowLink.objects.create(dossier=dossier, phone=phone, created_at=self.at, expires_at=later)
        Contact.objects.create(
            dossier=dossier, channel="phone", at=self.at + timedelta(hours=9), closed_at=self.at + timedelta(hours=9),
            anonymous_allowed=True, anonymous_reason=self.word("wilonbekend"), subject=self.word("anoniem"),
        )  # fmt: skip

    def writes_mails(self, dossier: Dossier) -> None:
        """An answer, one from elsewhere with a file, and one that nobody could place."""
        for number, sender in enumerate((self.email, f"elders@{self.mark}.example")):
            raw = reply(
                "",
                sender=f"{self.word('afzender')} <{sender}>",
                text=self.word(f"mailtekst{number}"),
                Subject=f"Re: {dossier.number} {self.word('onderwerp')}",
                Message_ID=f"<{self.mark}-{number}@{self.mark}.example>",
            )
            kept = store(raw, mailbox=None, at=self.at)
            assert kept is not None
            poll(at=self.at)
            kept.refresh_from_db()
            if kept.state == IncomingMail.State.UNLINKED:
                actions.link_mail(incoming=kept, dossier=dossier, at=self.at)
        loose = store(
            reply("", sender=f"{self.word('los')} <los@{self.mark}.example>", text=self.word("losse"),
                  Message_ID=f"<los@{self.mark}.example>"),
            mailbox=None, at=self.at,
        )  # fmt: skip
        poll(at=self.at)
        assert loose is not None
        actions.set_mail_aside(incoming=IncomingMail.objects.get(pk=loose.pk), at=self.at)

    def comes_to_the_desk(self, dossier: Dossier) -> None:
        """A conversation that ends in the dossier, one with a promise to call, and a letter on paper."""
        talk = self.conversation(body=self.word("gesprek"), party=dossier.initiator)
        actions.add_to_dossiers(conversation=talk, dossiers=[dossier], **self.by_nele())
        call = self.conversation(subject=self.word("terugbellen"), party=dossier.initiator)
        actions.call_back_later(
            conversation=call, dossier=dossier, process_version=None,
            window=self.window(), phone=self.phone,
            team=None, assignee=None, **self.by_nele(),
        )  # fmt: skip
        printed = Delivery.objects.create(
            kind="dossier", connector="print", key=f"dossier-{dossier.pk}-event-1000",
            created_at=self.at, next_try_at=self.at,
            payload={"recipient": f"{self.word('envelop')}\nStraat 1\n2640 Mortsel", "reference": dossier.number,
                     "subject": self.word("brief"), "text": self.word("brieftekst")},
        )  # fmt: skip
        sweep(at=self.at + timedelta(hours=1))
        assert printed.pk
        batch = printing.make_batch(by=self.place.nele, at=self.at)
        printing.mark_printed(batch=batch, by=self.place.nele, at=self.at)

    def window(self) -> actions.Window:
        day = timezone.localdate(self.at)
        while True:
            day += timedelta(days=1)
            try:
                return actions.window_on(day, time(9), time(12), now=self.at)
            except actions.WindowRefused:  # a weekend, a holiday
                continue

    def conversation(self, **fields: Any) -> Conversation:
        return talking.conversation(
            self.place.nele, **({"subject": self.word("balie"), "started_at": timezone.now()} | fields)
        )

    def stands_in_the_register(self, dossier: Dossier) -> None:
        """Numbers, addresses, notes, a look-alike, a merge, an import, an archive and another e-mail address."""
        party = dossier.initiator
        assert party is not None
        by, at = Actor.staff(self.place.nele), self.at + timedelta(hours=2)
        register.write_note(party=party, text=self.word("hoortslecht"), by=by, at=at)
        Party.objects.filter(pk=party.pk).update(birth_date=self.born, ended_on=self.born)
        party.addresses.create(street=self.word("laan"), number="3", postcode="2640", town="Mortsel")
        register.verify_identity(party=party, how=Verification.How.DOCUMENT, by=by, at=at)
        party.subjects.create(
            issuer="https://aanmelden.example", claim="sub", value=self.word("onderwerp"), first_at=at, last_at=at
        )
        twin = resolve(
            name=f"{self.word('naam')} Peters", email=f"twee@{self.mark}.example", phone=self.phone,
            number=None, by=by, at=self.at,
        ).party  # fmt: skip
        look_alikes.find_all(at=self.at)
        merging.merge(kept=party, lost=twin, choices={"name": merging.LOST}, by=by, at=at)
        club = Party.objects.create(kind=Party.Kind.ORGANISATION, name=f"Club van {self.mark}")
        party.represents.create(organisation=club, role=self.word("voorzitter"), since=at.date(), until=at.date())
        category, _made = RecognitionCategory.objects.get_or_create(code="A", name="Jeugd")
        party.recognitions.create(
            category=category, since=at.date(), until=at.date(), decision=self.word("besluit")
        )  # fmt: skip
        self.is_imported(at)
        client = Client()
        client.force_login(self.place.boss)
        identifier = party.identifiers.filter(scheme="rrn").first() or party.identifiers.first()
        assert identifier is not None
        reveal = reverse("parties:reveal_number", args=[party.pk, identifier.pk])
        assert client.post(reveal, {"reason": f"omdat {self.word('reden')} dat vroeg"}).status_code == 200
        client.get(party.get_absolute_url())
        client.get(dossier.get_absolute_url())
        asked = reverse("parties:ask_access", args=[party.pk])
        client.post(asked, {"reden": f"Met een brief van {self.word('vrager')}"})
        assert access.make_waiting(at=at) >= 1
        point = party.contact_points.in_use().filter(kind="email").first()
        assert point is not None
        party.refresh_from_db()
        data = {"version": str(party.version), "value": f"anders@{self.mark}.example", "reason": "new"}
        client.post(reverse("parties:contact_point", args=[party.pk, point.pk]), data)

    def is_imported(self, at: datetime) -> None:
        rows = f"Voornaam;Naam;E-mail\n{self.word('lijst')};Maes;lijst@{self.mark}.example\n"
        made = importing.receive(
            kind="persons", name=f"{self.word('bestand')}.csv", content=rows.encode(), by=self.place.boss, at=at
        )
        PartyImport.objects.filter(pk=made.pk).update(state=PartyImport.State.CHECKED)
        made.refresh_from_db()
        assert importing.start(made=made, at=at)
        importing.run(made.pk)

    def ends(self, dossier: Dossier) -> None:
        """Refused with a reason; asked how satisfied, with a remark; and shielded."""
        Client().get("/")
        dossier.refresh_from_db()
        actions.take_step(
            dossier=dossier, step="weigeren", expected_version=dossier.version, reason=self.word("weigering"),
            facts=self.word("feiten"),
            by=Actor.staff(self.place.an), at=self.ended_at,
        )  # fmt: skip
        invitation = SurveyInvitation.objects.get(dossier=dossier)
        given = surveys.Answer(scores={"result": 2, "speed": 3, "treatment": 4}, remark=self.word("opmerking"))
        surveys.answer(invitation=invitation, given=given, by=Actor.citizen(), at=invitation.asked_at)
        dossier.refresh_from_db()
        actions.make_confidential(
            dossier=dossier, expected_version=dossier.version, reason=self.word("afgeschermd"), readers=[],
            by=Actor.staff(self.place.an), at=self.ended_at,
        )  # fmt: skip


FIRST, SECOND = "85.07.30-033.28", "98.47.28-997.65"
