"""Every address of Loket, filled in with objects that exist, and what somebody gets there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from PIL import Image as Picture
from wagtail.models import Collection, Page, Site, Task, Workflow

from cms.demo import talk
from core.actors import Actor
from core.models import ClosingDay, Document, Image, User
from dossiers.actions import add_task, ask_advice, relate
from dossiers.models import (
    CallBack,
    Contact,
    Conversation,
    Deputy,
    DestructionItem,
    DestructionList,
    Dossier,
    FollowLink,
    LetterTemplate,
    Notification,
    ProcessType,
    SavedView,
    Signatory,
    StandardQuestion,
    SurveyInvitation,
    Team,
)
from dossiers.models import Document as DossierDocument
from forms.models import (
    Cosignature,
    CosignLink,
    EmbedHost,
    FormDefinition,
    FormDraft,
    FormRemark,
    FormTrial,
    KioskAddress,
    QuestionGroup,
    Submission,
    Upload,
)
from integrations.models import Delivery, IncomingMail, Mailbox, PrintBatch, PrintJob, SmsGateway, WebhookEndpoint
from parties.models import (
    AccessRequest,
    EmailChange,
    Identifier,
    LookAlike,
    Merge,
    Party,
    PartyImport,
    PartyNote,
    Recognition,
    RecognitionCategory,
    Representation,
)
from parties.models import (
    Address as PostAddress,
)
from parties.numbers import read_national_number
from tests.cms.test_second_step import equipped
from tests.test_floors import HEIGHT
from videos.models import Media

FLOORS = set(HEIGHT)

Values = dict[str, object]


# --- Addresses


@dataclass(frozen=True)
class Address:
    """One pattern of the project. ``name`` is how the table knows it."""

    route: str
    name: str
    is_ours: bool

    def filled(self, values: Values) -> str:
        """The address itself. Raises KeyError for what nobody planted."""
        if "path" in values and "<" not in self.route:
            return str(values["path"])
        path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda found: str(values[found[1]]), self.route)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), path)
        return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def addresses() -> list[Address]:
    """Of the whole project, in the order in which they are looked at; a name that occurs again gets its parameters."""
    found: list[Address] = []
    for route, name, callback in _patterns(get_resolver()):
        view = getattr(callback, "view_class", callback)
        floor = str(getattr(view, "__module__", "")).partition(".")[0]
        name = name or route
        if any(each.name == name for each in found):
            name = f"{name} {route}"
        found.append(Address(route, name, floor in FLOORS))
    return found


def _patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _patterns(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, ":".join((*spaces, pattern.name)) if pattern.name else "", pattern.callback


# --- What somebody gets


@contextmanager
def undone() -> Iterator[None]:
    """What a request changed is not there for the next one."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def answer(client: Client, method: str, path: str) -> tuple[int, str]:
    """The status, and where it leads. Whoever walks stays signed in, also past the address that signs out."""
    status, leads_to, _content = page(client, method, path)
    return status, leads_to


def page(client: Client, method: str, path: str) -> tuple[int, str, bytes]:
    """The same, with what it says."""
    cookies = deepcopy(client.cookies)
    with undone():
        response: Any = client.get(path) if method == "GET" else client.post(path)
        content = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content
        client.cookies = cookies
        return response.status_code, response.get("Location", ""), content


def is_open(status: int, leads_to: str) -> bool:
    """Wagtail sends away who may not enter: to its home page, or to signing in."""
    if status in {301, 302}:
        return leads_to.partition("?")[0] not in {"/beheer/", "/beheer/login/", "/beheer/tweede-stap/", "/_util/login/"}
    return status < 400 or status in {400, 409, 415, 422}


# --- What is there


@dataclass
class Planted:
    """Values of parameters: of one dossier that everybody's team has, and of one that nobody's has."""

    own: Values
    other: Values
    by_name: list[tuple[str, Values]] = field(default_factory=list)

    def values(self, address: Address, *, other: bool = False) -> Values:
        found = dict(self.other if other else self.own)
        for pattern, values in self.by_name:
            if re.match(pattern, address.name):
                there = values.get("other")  # one address has a parameter of this name
                found |= there if other and isinstance(there, dict) else values
        return found


def plant() -> Planted:
    """The demo, and on two of its dossiers everything that can hang on a dossier. Each role is an account of its own
    name, and all of them are in the team of the first dossier."""
    call_command("demo", stdout=StringIO())
    now = timezone.now()
    boss = User.objects.get(username="beheerder")
    everybody, nobody = Team.objects.get(name="Themaloket ruimte"), Team.objects.create(name="Niemandsland")
    everybody.members.set(User.objects.filter(is_demo=True))
    submissions = Submission.objects.filter(dossier__survey_invitations=None).order_by("pk")
    first, second = [each.dossier for each in submissions.select_related("dossier")][:2]
    own, other = (_hang_on(each, team, boss) for each, team in ((first, everybody), (second, nobody)))
    relation = relate(dossier=first, other=second, kind="related", by=Actor.staff(boss), at=now)
    own["relation"] = relation.pk
    other["relation"] = relation.pk
    return Planted(own, other, _things(boss, own, other))


def _hang_on(dossier: Dossier, team: Team, boss: User) -> Values:
    now, by = timezone.now(), Actor.staff(boss)
    Dossier.objects.filter(pk=dossier.pk).update(team=team, handler=None)
    dossier.refresh_from_db()
    submission = Submission.objects.filter(dossier=dossier).first()
    assert submission is not None
    contact = Contact.objects.filter(dossier=dossier).order_by("pk").first()
    assert contact is not None
    talk.incoming("Piet <piet@burger.example>", "Iets", "Tekst", now)
    mail = IncomingMail.objects.latest("pk")
    Contact.objects.filter(pk=contact.pk).update(mail=mail)
    letter = Notification.objects.filter(dossier=dossier).first()
    assert letter is not None
    letter.keep_pdf(b"%PDF-1.4 x", "brief.pdf")
    letter.save()
    picture = ContentFile(_picture(), name="x.jpg")
    kept = {
        "name": "x.jpg", "media_type": "image/jpeg", "size": 100, "file": picture, "thumbnail": picture,
        "width": 40, "height": 30,
    }  # fmt: skip
    upload = Upload.objects.create(submission=submission, key="foto", **kept)
    document = DossierDocument.objects.create(dossier=dossier, origin="staff", by=boss, at=now, **kept)
    cosignature = Cosignature.objects.create(
        submission=submission, name="Jan", email=f"jan{dossier.pk}@example.org", is_required=False, asked_at=now,
        last_asked_at=now, deadline=now + timedelta(days=9), remind_at=now + timedelta(days=5),
    )  # fmt: skip
    advice = ask_advice(dossier=dossier, question="Mag dit?", team=team, by=by, at=now)
    task = add_task(dossier=dossier, text="Bel", by=by, at=now)
    step = dossier.possible_steps().first()
    link = FollowLink.objects.filter(dossier=dossier).first()
    assert link is not None
    call = CallBack.objects.create(
        dossier=dossier, contact=contact, phone="0470 12 34 56", about="Bel", team=team, from_at=now,
        until_at=now + timedelta(hours=2), created_at=now, created_by=boss,
    )  # fmt: skip
    return {
        "call": call.pk, "party": dossier.initiator_id,
        "pk": dossier.pk, "step": step.key if step else "", "advice": advice.pk, "task": task.pk, "contact": contact.pk,
        "document": document.uuid, "submission": submission.pk, "upload": upload.uuid, "letter": letter.pk,
        "cosignature": cosignature.pk, "token": link.token, "mail": mail.pk,
        "cosign_token": CosignLink.make(cosignature=cosignature, at=now).rstrip("/").rpartition("/")[2],
    }  # fmt: skip


def _kept_archive(request: AccessRequest) -> str:
    request.file.save("inzage.zip", ContentFile(b"PK"), save=False)
    return str(request.file.name)


def _picture() -> bytes:
    out = BytesIO()
    Picture.new("RGB", (40, 30), "#888").save(out, "JPEG")
    return out.getvalue()


def _things(boss: User, own: Values, other: Values) -> list[tuple[str, Values]]:
    """By the beginning of a name, for what the parameters alone do not say."""
    now = timezone.now()
    own_process = Dossier.objects.select_related("process_version").get(pk=own["pk"]).process_version
    deputy = Deputy.objects.create(
        absent=boss, deputy=User.objects.get(username="dossierbehandelaar"), since=now, until=now, made_at=now
    )
    file = ContentFile(_picture(), name="beeld.jpg")
    image = Image.objects.create(title="Beeld", file=file, width=40, height=30)
    document = Document.objects.create(title="Document", file=ContentFile(b"tekst", name="tekst.txt"))
    media = Media.objects.create(title="Film", type="video", duration=1, file=ContentFile(b"x", name="film.mp4"))
    page = Page.objects.get(slug="contact")
    revision = page.latest_revision or page.specific.save_revision()
    form = FormDefinition.objects.order_by("pk").first()
    assert form is not None
    letter, process = LetterTemplate.objects.order_by("pk").first(), ProcessType.objects.order_by("pk").first()
    assert letter is not None
    assert process is not None
    group = QuestionGroup.objects.first() or QuestionGroup.objects.create(title="Gegevens")
    trial = FormTrial.objects.create(schema=form.versions.latest("pk").schema, by=boss)
    draft = FormDraft.objects.create(version=form.versions.latest("pk"))
    remark = FormRemark.objects.create(definition=form, author=boss, text="Kijk na")
    waiting = Notification.objects.exclude(delivery=None).first()
    assert waiting is not None
    batch = PrintBatch.objects.create(made_at=now, made_by=boss)
    job = PrintJob.objects.create(key="wandeling", recipient="An\nStraat 1", subject="Brief", text="Tekst", batch=batch)
    site, workflow, task = Site.objects.get(), Workflow.objects.first(), Task.objects.first()
    assert workflow is not None
    assert task is not None
    shelf = Collection.get_first_root_node().add_child(name="Rek")
    colleague = User.objects.create_user("collega", email="collega@mortsel.example")
    equipped(colleague)
    view = SavedView.objects.create(user=boss, team=Team.objects.get(name="Themaloket ruimte"), name="Weergave")
    mailbox = Mailbox.objects.create(name="Bus", host="mail.example", user="x", address="bus@mortsel.example")
    gateway = SmsGateway.objects.create(name="Sms", provider="twilio", sender="Loket", account="x")
    hook = WebhookEndpoint.objects.create(name="Haak", address="https://haak.example/")
    survey = SurveyInvitation.objects.open(now).first()
    assert survey is not None
    delivery = Delivery.objects.first()
    assert delivery is not None
    outside = ask_advice(
        dossier=Dossier.objects.get(pk=own["pk"]), question="Mag dit?", outsider="Waterbeheer",
        email="water@example.org", by=Actor.staff(boss), at=now,
    )  # fmt: skip
    talk_with = Conversation.objects.create(user=boss, subject="Vraag")
    left = Conversation.objects.create(user=colleague, subject="Bleef liggen", started_at=now - timedelta(days=2))
    visitor = Conversation.objects.create(user=None, waiting_since=now, subject="Wacht", channel="desk")
    question = StandardQuestion.objects.order_by("pk").first()
    assert question is not None
    known = Party.objects.get(pk=own["party"])
    mail = known.contact_points.filter(kind="email").first()
    assert mail is not None
    change = EmailChange.objects.create(
        point=mail, email="nieuw@example.org", token_hash="x" * 64, asked_by=boss, created_at=now,
        expires_at=now + timedelta(hours=5),
    )  # fmt: skip
    address = PostAddress.objects.create(party=known, street="Statielei", postcode="2640", town="Mortsel")
    note = PartyNote.objects.create(party=known, text="Let op", author=boss)
    number = Identifier.holding(read_national_number("90.02.01-123.05"), party=known, legal_basis="Wet")
    number.save()
    club = Party.objects.create(kind=Party.Kind.ORGANISATION, name="Wandelclub")
    speaks = Representation.objects.create(person=known, organisation=club, role="lid", since=now.date())
    category = RecognitionCategory.objects.order_by("pk").first()
    assert category is not None
    recognised = Recognition.objects.create(party=club, category=category, since=now.date())
    twin = Party.objects.create(name=known.name)
    pair = LookAlike.objects.create(first=known, second=twin, weight=1, found_at=now)
    gone = Party.objects.create(name="Weg", merged_into=twin)
    merged = Merge.objects.create(kept=twin, lost=gone, at=now, by=boss)
    listed = PartyImport.objects.create(kind="persons", name="lijst.csv", at=now, by=boss, touched_at=now)
    access = AccessRequest.objects.create(party_id=own["party"], reason="Vroeg het", asked_by=boss, asked_at=now)
    AccessRequest.objects.filter(pk=access.pk).update(made_at=now, file=_kept_archive(access))
    tried = {"uuid": trial.uuid, "number": 1, "pk": form.pk}
    return [
        ("wagtailadmin_", {"pk": page.pk, "page_id": page.pk, "parent_page_id": page.get_parent().pk,
                           "page_to_move_id": page.pk, "destination_id": page.get_parent().pk, "page_pk": page.pk,
                           "revision_id": revision.pk, "revision_id_a": "earliest", "revision_id_b": "latest",
                           "app_label": "core", "model_name": "user", "action": "set_active_state",
                           "app_name": "taggit", "content_type_app_name": "site_pages",
                           "content_type_model_name": "textpage", "action_name": "copy", "task_state_id": 1,
                           "task_id": task.pk, "workflow_state_id": 1, "workflow_pk": workflow.pk,
                           "object_id": page.pk, "session_id": 1, "collection_id": shelf.pk}),
        ("wagtailadmin_api:images", {"pk": image.pk}),
        ("wagtailadmin_api:documents", {"pk": document.pk}),
        ("wagtailadmin_collections", {"pk": shelf.pk}),
        ("wagtailadmin_tag", {"app_name": "taggit", "model_name": "tag"}),
        ("wagtailadmin_workflows", {"pk": workflow.pk, "app_label": "wagtailcore", "model_name": "groupapprovaltask"}),
        ("wagtailadmin_workflows:.*task", {"pk": task.pk}),
        ("wagtailadmin_pages:choose_parent", {"app_label": "site_pages", "model_name": "textpage"}),
        ("wagtailadmin_password_reset_confirm", {"uidb64": urlsafe_base64_encode(force_bytes(colleague.pk)),
                                                 "token": default_token_generator.make_token(colleague)}),
        ("wagtail_bulk_action", {"app_label": "core", "model_name": "user", "action": "set_active_state"}),
        ("wagtailusers_users|staff_|second_step_reset", {"pk": colleague.pk}),
        ("wagtailusers_groups", {"pk": Group.objects.get(name="Directie").pk}),
        ("wagtailsites", {"pk": site.pk}),
        ("wagtailsettings", {"app_name": "core", "model_name": "user", "pk": site.pk}),
        ("wagtailforms", {"page_id": page.pk}),
        ("wagtailredirects", {"redirect_id": _redirect(page)}),
        ("wagtailimages|.*images_chooser", {"image_id": image.pk, "pk": image.pk, "filter_spec": "width-10",
                                            "uploaded_file_id": 1}),
        ("wagtaildocs|.*docs_chooser", {"document_id": document.pk, "doc_id": document.pk, "pk": document.pk,
                                        "uploaded_file_id": 1, "restriction_id": 1}),
        ("wagtailmedia", {"media_id": media.pk, "media_type": "video"}),
        ("wagtailcore", {"page_view_restriction_id": 1, "page_id": page.pk}),
        ("wagtailsnippet.*formdefinition", {"pk": form.pk} | _history(form, task)),
        ("wagtailsnippet.*questiongroup", {"pk": group.pk} | _history(group, task)),
        ("wagtailsnippet.*processtype", {"pk": process.pk} | _history(process, task)),
        ("wagtailsnippet.*lettertemplate", {"pk": letter.pk}),
        ("dossiers:(export_process|move$)", {"pk": process.pk}),
        ("dossiers:.*_saved_view$", {"pk": view.pk}),
        ("dossiers:letter_pdf", {"pk": own["letter"], "other": {"pk": other["letter"]}}),
        ("incoming:|desk:begin_with_mail", {"pk": own["mail"]}),
        ("desk:conversation", {"pk": talk_with.pk}),
        ("desk:take_over", {"pk": left.pk}),
        ("desk:call_visitor", {"pk": visitor.pk}),
        ("desk:standard_question", {"pk": question.pk}),
        ("dossiers_standardquestion", {"instance_pk": question.pk}),
        ("follow_through:(spoke|nobody_answered|not_needed)", {"pk": own["call"], "other": {"pk": other["call"]}}),
        ("parties:", {"pk": own["party"]}),
        ("retention:", {"pk": _destruction_list(boss, Dossier.objects.get(pk=own["pk"])), "what": "parties"}),
        ("retention:hold_line", {"made_for": DestructionItem.objects.get().made_for_id,
                                 "pk": DestructionItem.objects.get().pk}),
        ("retention:declaration", {"pk": DestructionList.objects.get(state="done").pk}),
        ("parties:dismiss", {"pk": pair.pk}),
        ("parties:undo_merge", {"pk": merged.pk}),
        ("parties:side_by_side", {"other": twin.pk}),
        ("parties:(start_|discard_)?import(_errors)?$", {"pk": listed.pk}),
        ("parties:take_archive", {"pk": access.pk}),
        ("parties:(.*contact_point|ask_confirmation)$", {"item": mail.pk, "kind": "telefoon"}),
        ("parties:withdraw_email_change", {"item": change.pk}),
        ("parties:(remove_)?address$", {"item": address.pk}),
        ("parties:remove_note", {"item": note.pk}),
        ("parties:(remove_|verify_|reveal_)?number$", {"item": number.pk}),
        ("parties:add_representation", {"whom": club.pk}),
        ("parties:(end_)?representation$", {"item": speaks.pk}),
        ("parties:(recognise|recognition)$", {"pk": club.pk, "item": recognised.pk}),
        ("parties_recognitioncategory", {"instance_pk": category.pk}),
        ("integrations:(delivery|resend)$", {"pk": delivery.pk}),
        ("integrations:(print|mark)", {"pk": batch.pk}),
        ("integrations:readdress", {"pk": job.pk}),
        ("integrations:test_message", {"pk": gateway.pk}),
        ("integrations_smsgateway", {"instance_pk": gateway.pk}),
        ("integrations_mailbox", {"instance_pk": mailbox.pk}),
        ("integrations_webhook", {"instance_pk": hook.pk}),
        ("core_closingday", {"instance_pk": ClosingDay.objects.first().pk}),  # type: ignore[union-attr]
        ("dossiers_team", {"instance_pk": Team.objects.get(name="Niemandsland").pk}),
        ("dossiers_signatory", {"instance_pk": Signatory.objects.first().pk}),  # type: ignore[union-attr]
        ("forms_kiosk", {"instance_pk": KioskAddress.objects.create(name="Balie", network="192.0.2.1").pk}),
        ("forms_embedhost", {"instance_pk": EmbedHost.objects.create(name="Site", origin="https://a.example").pk}),
        ("form_(picture|file)$", {"pk": own["upload"], "other": {"pk": other["upload"]}}),
        ("form_answers_pdf", {"pk": own["submission"], "other": {"pk": other["submission"]}}),
        ("form_cosignature", {"pk": own["cosignature"], "other": {"pk": other["cosignature"]}}),
        ("form_(overview|compare|restore|export|import|remark|trial|usage|desk)", tried | {"remark": remark.pk,
                                                                                        "slug": form.slug}),
        ("forms:", {"slug": form.slug, "uuid": draft.uuid, "number": 1, "postcode": "2640", "upload": own["upload"],
                    "held": draft.uuid}),
        ("forms:(picture|file)", {"uuid": own["upload"]}),
        ("forms:followed", {"uuid": Submission.objects.get(pk=own["submission"]).token}),
        ("forms:cosign$", {"token": own["cosign_token"]}),
        ("followed_letter", {"pk": own["letter"]}),
        ("follow_short", {"code": FollowLink.objects.filter(dossier=own["pk"]).first().code}),  # type: ignore[union-attr]
        ("survey", {"token": survey.token}),
        ("api:", {"slug": form.slug}),
        ("media", {"path": image.file.name}),
        # Patterns without names for their parts.
        ("wagtaildocs_serve", {"path": document.url}),
        ("wagtail_serve", {"path": "/contact/"}),
        (r"beheer/\^", {"path": "/beheer/bestaat-niet/"}),
        ("advice$", {"token": outside.token}),
        ("dossiers:end_deputy", {"pk": deputy.pk, "other": {"pk": deputy.pk}}),
        ("dossiers:competence$", {"pk": own_process.process_type_id}),
    ]  # fmt: skip


def _history(thing: Any, task: Task) -> Values:
    revision = thing.revisions.first() or thing.save_revision()
    return {
        "revision_id": revision.pk, "revision_id_a": "earliest", "revision_id_b": "latest", "action_name": "approve",
        "task_state_id": 1, "workflow_state_id": 1, "task_id": task.pk,
    }  # fmt: skip


def _destruction_list(boss: User, dossier: Dossier) -> int:
    """One with a line, that nobody looked through; and one that was carried out."""
    now, officer = timezone.now(), User.objects.create_user("fg")
    process = dossier.process_version.process_type
    made = DestructionList.objects.create(kind="dossiers", process_type=process, year=2020, proposed_at=now)
    DestructionItem.objects.create(
        made_for=made, dossier=dossier, number=dossier.number, ended_on=now, due_on=now, years=5, source="Lijst"
    )
    DestructionList.objects.create(
        kind="dossiers", process_type=process, year=2019, proposed_at=now, state="done", prepared_at=now,
        prepared_by=boss, approved_at=now, approved_by=officer, finished_at=now,
    )  # fmt: skip
    return made.pk


def _redirect(page: Page) -> int:
    from wagtail.contrib.redirects.models import Redirect

    return int(Redirect.objects.create(old_path="/oud", redirect_page=page).pk)
