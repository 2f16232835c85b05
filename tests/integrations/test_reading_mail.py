"""What an incoming mail is: reports, automatic answers and answers, as programs really write them."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.connectors.mail import MailConnector
from integrations.inbox.reading import OURS, Action, Kind, read, without_quote
from tests.integrations.mails import ORIGINAL, bounce, odd_bounce, reply


def test_our_own_message_ids_are_recognised() -> None:
    assert OURS.fullmatch(MailConnector().message_id("dossier-1-event-2"))


def test_an_answer_says_who_what_and_to_which_message() -> None:
    mail = read(reply())
    assert (mail.kind, mail.references) == (Kind.MAIL, (ORIGINAL,))
    assert (mail.sender, mail.sender_name) == ("fatima@example.org", "Fatima El Amrani")
    assert (mail.subject, mail.text) == ("Re: Uw melding", "Het is de derde tegel.")
    assert mail.sent_at is not None
    assert mail.sent_at.isoformat() == "2026-11-23T10:00:00+00:00"


def test_the_nearest_message_comes_first() -> None:
    mail = read(reply("", In_Reply_To="<near@x>", References="<far@x> <nearer@x> <near@x>"))
    assert mail.references == ("<near@x>", "<nearer@x>", "<far@x>")


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_says_what_did_not_arrive_and_why(returned: str) -> None:
    mail = read(bounce(returned=returned))
    assert mail.kind is Kind.REPORT
    assert mail.report is not None
    assert (mail.report.action, mail.report.status) == (Action.FAILED, "5.1.1")
    assert "no such user" in mail.report.said
    assert mail.references == (ORIGINAL,)


@pytest.mark.parametrize(
    ("action", "expected"),
    [("delayed", Action.OTHER), ("delivered", Action.ARRIVED), ("relayed", Action.OTHER), ("FAILED", Action.FAILED)],
)
def test_only_what_failed_came_back(action: str, expected: Action) -> None:
    report = read(bounce(action=action)).report
    assert report is not None
    assert report.action is expected


def test_a_robot_that_knows_no_reports_is_understood_by_our_message_id() -> None:
    mail = read(odd_bounce())
    assert mail.report is not None
    assert (mail.report.action, mail.report.status, mail.references) == (Action.FAILED, "5.2.2", (ORIGINAL,))


def test_a_person_who_quotes_our_message_is_no_robot() -> None:
    mail = read(reply(text=f"Waarom?\n\n> Message-ID: {ORIGINAL}"))
    assert (mail.kind, mail.report) == (Kind.MAIL, None)


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "auto_reply"}]
)
def test_an_automatic_answer_is_no_answer(headers: dict[str, str]) -> None:
    assert read(reply(**headers)).kind is Kind.AUTOMATIC


def test_somebody_who_says_that_it_is_not_automatic_is_believed() -> None:
    assert read(reply(Auto_Submitted="no")).kind is Kind.MAIL


def test_html_becomes_text_and_runs_nothing() -> None:
    message = EmailMessage()
    message["From"] = "an@example.org"
    message.set_content(
        "<style>p{}</style><p>Dag,</p><p>de <b>derde</b> tegel<br>links<script>alert(1)</script></p>", "html"
    )
    assert read(bytes(message)).text == "Dag,\nde derde tegel\nlinks"


def test_attachments_are_named_with_their_size() -> None:
    message = EmailMessage()
    message["From"] = "an@example.org"
    message.set_content("Zie bijlage.")
    message.add_attachment(b"x" * 2000, maintype="image", subtype="jpeg", filename="tegel é.jpg")
    assert read(bytes(message)).attachments == ({"name": "tegel é.jpg", "size": 2000},)


@pytest.mark.parametrize(
    "quote",
    [
        "Op ma 23 nov. 2026 om 10:00 schreef Lokaal bestuur <loket@mortsel.example>:\n> Dag Fatima\n> Welke tegel?",
        "On Mon, 23 Nov 2026 at 10:00, Lokaal bestuur Mortsel\n<loket@mortsel.example> wrote:\n\n> Dag Fatima",
        "Op ma 23 nov. 2026 schreef Lokaal bestuur:\nDag Fatima\nWelke tegel?",
        "-----Oorspronkelijk bericht-----\nVan: Lokaal bestuur\nVerzonden: maandag\nAan: Fatima\n\nDag",
        "________________________________\nVan: Bestuur <loket@mortsel.example>\nVerzonden: maandag\nAan: F\n\nDag",
        "Van: Lokaal bestuur\nVerzonden: maandag 23 november\nAan: Fatima\nOnderwerp: Uw melding\n\nDag",
        "> Dag Fatima\n> Welke tegel?",
    ],
)
def test_what_is_quoted_is_left_out(quote: str) -> None:
    assert without_quote(f"De derde.\n\nMet groeten\nFatima\n\n{quote}\n") == "De derde.\n\nMet groeten\nFatima"


@pytest.mark.parametrize(
    "text",
    [
        "> Welke tegel?\nDe derde.\n> Waar?\nVoor nummer 10.",
        "> Dag Fatima",
        "Op de hoek staat een bord: scheef.\nVan: daar tot hier.",
        "Op 3 mei schreef ik u al over dit:\neen losse tegel\n> en nog iets\nGroeten",
    ],
)
def test_nothing_that_was_written_is_lost(text: str) -> None:
    assert without_quote(text) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\xff",
        b"From: a@b\nContent-Type: text/plain; charset=onbekend\n\nDag \xff\x00",
        b"From: <\nDate: gisteren\nMessage-ID: geen\n\nDag",
        b"From: =?utf-8?b?/////?= <x@y>\nSubject: =?onbekend?q?=00?=\n\nDag",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nniets",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n--a",
        b"Date: Mon, 23 Nov 99999 11:00:00 +9999\n\nDag",
    ],
)
def test_whatever_somebody_sends_is_read(raw: bytes) -> None:
    mail = read(raw)
    assert "\x00" not in mail.text + mail.subject + mail.sender + mail.sender_name + mail.message_id


PIECES = st.sampled_from(
    [
        b"From: ",
        b"Subject: ",
        b"Content-Type: multipart/report; boundary=x\n",
        b"Content-Type: message/delivery-status\n",
        b"--x\n",
        b"--x--\n",
        b"\n",
        b"In-Reply-To: <a@b>\n",
        b"=?utf-8?q?=00?=",
        b"Action: failed\n",
        b"Date: ",
        b"\xff",
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=30))
def test_nothing_that_anybody_sends_breaks_it(pieces: list[bytes]) -> None:
    mail = read(b"".join(pieces))
    mail.text.encode()  # no half signs
    assert "\x00" not in "".join([mail.text, mail.subject, mail.sender, mail.sender_name, *mail.references])
