"""What hangs on a dossier: letters and messages, notes, tasks, calls, files, the survey, and who looked."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db.models import F

from cms.volume.copying import Row, Rows
from core.models import AccessLog
from dossiers.milestones import ENDS
from dossiers.models import (
    Advice,
    CallBack,
    ContactLink,
    Conversation,
    Document,
    FollowLink,
    Message,
    Note,
    Notification,
    ProcessVersion,
    Relation,
    SavedView,
    Status,
    SurveyInvitation,
    SurveyResponse,
    Task,
    Team,
)
from forms.models import Submission, SubmissionCount
from integrations.models import Delivery, IncomingMail, PrintBatch, PrintJob

TABLES = (
    Delivery, Notification, FollowLink, AccessLog, Note, Task, Advice, CallBack, Document, Relation, Message,
    IncomingMail, Submission, SurveyInvitation, SurveyResponse, Conversation, PrintBatch, PrintJob, SavedView,
    ContactLink,
)  # fmt: skip
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
IN_A_BATCH = 100
VIEWS = (
    ("Te laat bij ons", "toon=over-termijn&team={team}"),
    ("Aan de telefoon begonnen", "toon=afgehandeld&kanaal=phone"),
    ("Nog van niemand", "behandelaar=niemand&team={team}"),
)


class Around:
    """``opened`` is how many dossiers are open: what asks attention now grows with those, not with the archive."""

    def __init__(self, rows: Rows, random: Random, now: datetime, *, staff: list[int], opened: int) -> None:
        self.rows, self.random, self.now, self.staff, self.opened = rows, random, now, staff, opened
        self.answered = Submission.objects.order_by("pk").select_related("version").first()
        self.before: int | None = None
        self.sent: Counter[int] = Counter()
        self.batch, self.in_batch = 0, IN_A_BATCH

    def somebody(self, dossier: Row) -> int:
        return int(dossier["handler_id"] or self.random.choice(self.staff))

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def add(
        self,
        dossier: Row,
        version: ProcessVersion,
        end: Status,
        events: list[tuple[int, datetime]],
        contact: Row | None,
    ) -> None:
        """``events`` are numbers and moments, in order; ``contact`` is the one that opened the dossier."""
        chance, of = self.random.random, {"dossier_id": dossier["id"]}
        opened, last = events[0][1], events[-1][1]
        finished = end.milestone in ENDS
        self.letter(dossier, events[0], "We hebben uw vraag")
        if finished and chance() < 0.5:
            self.letter(dossier, events[-1], "Uw vraag is behandeld")
        code = "".join(self.random.choices(SIGNS.lower(), k=12))
        until = opened + timedelta(days=400)
        self.rows.add_keyed(FollowLink, id=self.uuid(), code=code, email="", created_at=opened, expires_at=until, **of)
        for action in ("view", "list"):
            self.looked(dossier, action, last)
        if self.staff:
            self.worked_on(dossier, opened, last, finished=finished)
        if finished and contact and chance() < 0.25:
            self.asked(dossier, version, events[-1], str(contact["channel"]))
        if contact and self.answered and contact["channel"] == "web":
            self.sent[self.answered.version.definition_id] += 1
            self.rows.add(
                Submission,
                version_id=self.answered.version_id,
                contact_id=contact["id"],
                token=self.uuid(),
                role=str(self.answered.role),
                answers=self.answered.answers,
                submitted_at=opened,
                **of,
            )
        if contact and self.staff and chance() < (0.05 if finished else 0.1):
            self.call(dossier, contact, last, finished=finished)
        self.before = dossier["id"]

    def letter(self, dossier: Row, event: tuple[int, datetime], subject: str) -> None:
        key, at = event
        to = f"p{dossier['initiator_id']}@burger.example"
        text = f"Dag\n\n{subject}: {dossier['subject']}.\n\nLokaal bestuur"
        delivery = self.rows.add(
            Delivery,
            kind="notification",
            connector="mail",
            payload={"to": [to], "subject": subject, "text": text, "html": "", "reply_to": ""},
            key=f"volume-{key}",
            state=str(Delivery.State.SENT),
            attempts=1,
            reference=f"<{key}@loket.example>",
            created_at=at,
            sent_at=at,
            next_try_at=None,
            last_error="",
        )
        self.rows.add(
            Notification,
            dossier_id=dossier["id"],
            event_id=key,
            subject=subject,
            text=text,
            channel="mail",
            to=to,
            created_at=at,
            delivery_id=delivery,
        )
        if self.random.random() < 0.02 and self.staff:
            self.paper(key, subject, text, at)

    def paper(self, key: int, subject: str, text: str, at: datetime) -> None:
        if self.in_batch == IN_A_BATCH:
            by = self.staff[0]
            self.batch = self.rows.add(PrintBatch, made_at=at, made_by_id=by, printed_at=at, printed_by_id=by, times=1)
            self.in_batch = 0
        self.in_batch += 1
        self._paper(f"volume-{key}", subject, text, at, self.batch)

    def _paper(self, key: str, subject: str, text: str, at: datetime, batch: int | None) -> None:
        self.rows.add(
            PrintJob,
            key=key,
            recipient="An Peeters\nStatielei 1\n2640 Mortsel",
            subject=subject,
            text=text,
            created_at=at,
            batch_id=batch,
        )

    def looked(self, dossier: Row, action: str, at: datetime) -> None:
        if self.staff:
            self.rows.add(
                AccessLog,
                user_id=self.somebody(dossier),
                action=action,
                model="dossiers.dossier",
                object_id=str(dossier["id"]),
                at=at,
            )

    def worked_on(self, dossier: Row, opened: datetime, last: datetime, *, finished: bool) -> None:
        chance, of, by = self.random.random, {"dossier_id": dossier["id"]}, self.somebody(dossier)
        if chance() < 0.2:
            self.rows.add(Note, text="Ploeg ging ter plaatse kijken.", author_id=by, at=last, **of)
        if chance() < 0.4:
            done = {"done_at": last if finished else None, "done_by_id": by if finished else None}
            due = last.date() + timedelta(days=self.random.randint(-2, 20))
            self.rows.add(
                Task, text="Ter plaatse kijken", assignee_id=dossier["handler_id"], due_on=due, created_at=opened,
                created_by_id=by, **of, **done,
            )  # fmt: skip
        if chance() < 0.02:
            given = {"opinion": "positive", "answer": "Akkoord.", "given_at": last, "given_by_id": by}
            self.rows.add(
                Advice, key=self.uuid(), question="Mag dit?", team_id=dossier["team_id"], asked_by_id=by,
                asked_at=opened, **(given if finished else dict.fromkeys(given) | {"opinion": "", "answer": ""}), **of,
            )  # fmt: skip
        if chance() < 0.15:
            key = self.uuid()
            self.rows.add_keyed(
                Document, uuid=key, name="plan.pdf", media_type="application/pdf", size=90_000, scan="clean",
                scanned_at=last, next_scan_at=last, origin="staff", by_id=by, at=last,
                file=f"documents/{key.hex[:2]}/{key}/plan.pdf", **of,
            )  # fmt: skip
        if chance() < 0.02 and self.before:
            self.rows.add(Relation, other_id=self.before, kind="related", at=last, by_id=by, **of)

    def said(self, dossier: Row, contact: Row) -> None:
        """A later contact: one in five of what came in is a message, which was answered; some are mails."""
        if self.before and self.before != dossier["id"] and self.random.random() < 0.02:
            self.rows.add(ContactLink, contact_id=contact["id"], dossier_id=self.before)
        if contact["direction"] == "out" or not self.staff:
            return
        chance, of, at = self.random.random(), {"dossier_id": dossier["id"]}, contact["at"]
        if chance < 0.2:
            read = at + timedelta(hours=3)
            self.rows.add(
                Message, direction="in", text="Wanneer komt u?", contact_id=contact["id"], author_id=None, at=at,
                read_at=read, token=self.uuid(), **of,
            )  # fmt: skip
            self.rows.add(
                Message, direction="out", text="Morgen.", contact_id=None, author_id=self.somebody(dossier), at=read,
                read_at=None, token=self.uuid(), **of,
            )  # fmt: skip
        elif chance < 0.3:
            self.mail("reply", at)

    def mail(self, state: str, at: datetime) -> None:
        key = self.uuid().hex
        self.rows.add(
            IncomingMail,
            state=state,
            raw=f"inkomend/{at:%Y/%m}/{key}.eml",
            sha256=key * 2,
            message_id=f"<{key}@burger.example>",
            sender="an@burger.example",
            sender_name="An",
            subject="Mijn vraag",
            attachments=[],
            received_at=at,
            handled_at=at if state == "reply" else None,
        )

    def call(self, dossier: Row, contact: Row, last: datetime, *, finished: bool) -> None:
        begins = contact["at"] if finished else self.now + timedelta(hours=self.random.randint(-20, 60))
        by = self.somebody(dossier)
        done = {"done_at": last, "done_by_id": by, "outcome": "spoken"}
        self.rows.add(
            CallBack, dossier_id=dossier["id"], contact_id=contact["id"], phone="+32470123456",
            about=dossier["subject"], team_id=dossier["team_id"], assignee_id=dossier["handler_id"], from_at=begins,
            until_at=begins + timedelta(hours=2), created_at=contact["at"], created_by_id=by,
            **(done if finished else {"done_at": None, "done_by_id": None, "outcome": ""}),
        )  # fmt: skip

    def asked(self, dossier: Row, version: ProcessVersion, event: tuple[int, datetime], channel: str) -> None:
        """How satisfied somebody is; two in five answer."""
        key, at = event
        invitation, answers = self.uuid(), self.random.random() < 0.4
        self.rows.add_keyed(
            SurveyInvitation,
            id=invitation,
            dossier_id=dossier["id"],
            event_id=key,
            process_type_id=version.process_type_id,
            kind=str(version.kind),
            team_id=dossier["team_id"],
            channel=channel,
            asked_by="mail",
            code="".join(self.random.choices(SIGNS, k=8)),
            asked_at=at,
            remind_at=at + timedelta(days=7),
            reminded_at=None if answers else at + timedelta(days=7),
            closes_at=at + timedelta(days=30),
            answered_at=at + timedelta(days=2) if answers else None,
        )
        if answers:
            score = self.random.choices((1, 2, 3, 4, 5), weights=(1, 1, 2, 5, 4), k=3)
            remark = "Vlot geholpen." if self.random.random() < 0.2 else ""
            self.rows.add_keyed(
                SurveyResponse, id=self.uuid(), invitation_id=invitation, result=score[0], speed=score[1],
                treatment=score[2], remark=remark, at=at + timedelta(days=2),
            )  # fmt: skip

    def count(self) -> None:
        """How often each form was sent."""
        for definition, number in self.sent.items():
            row, _made = SubmissionCount.objects.get_or_create(definition_id=definition)
            SubmissionCount.objects.filter(pk=row.pk).update(number=F("number") + number)

    def open_work(self) -> None:
        """What waits for somebody, besides open dossiers; and saved views."""
        if not self.opened or not self.staff:
            return
        self.rows.write()
        failed = Delivery.objects.order_by("-pk")[: self.opened // 50].values_list("pk", flat=True)
        Delivery.objects.filter(pk__in=list(failed)).update(
            state=Delivery.State.FAILED, last_error="550 unknown user", sent_at=None
        )
        for place in range(self.opened // 40):
            self.mail("unlinked", self.now - timedelta(hours=place))
        for place in range(self.opened // 100):
            self._paper(f"volume-waits-{self.now:%s}-{place}", "Uw attest", "Dag\n\nHierbij uw attest.", self.now, None)
        for place in range(self.opened // 20):
            at = self.now - timedelta(hours=place)
            self.rows.add(
                Conversation, user_id=self.random.choice(self.staff), channel="phone", started_at=at,
                waiting_since=None, subject="", finished_at=at,
            )  # fmt: skip
        for user in [None, None, *self.staff]:
            waits = self.now if user is None else None
            self.rows.add(
                Conversation, user_id=user, channel="desk", started_at=self.now, waiting_since=waits,
                subject="Een vraag", finished_at=None,
            )  # fmt: skip
        for team in Team.objects.filter(saved_views__isnull=True):
            member = team.members.order_by("pk").first()
            for position, (name, query) in enumerate(VIEWS):
                if member:
                    query = query.format(team=team.pk)
                    row = {"name": name, "query": query, "position": position}
                    self.rows.add(SavedView, user_id=member.pk, team_id=team.pk, **row)
                    self.rows.add(SavedView, user_id=member.pk, team_id=None, **row)
