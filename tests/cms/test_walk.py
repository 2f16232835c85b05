"""Every address of Loket as every role, against the table below: what is not in it opens for nobody.

With GET, and with POST for the views of our own (an empty body: who may not do it is sent away before that shows). Each
role is in the team of one dossier; the other dossier is of a team in which nobody is.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from cms.roles import ROLES
from core.models import User
from dossiers.models import Dossier
from tests.cms import walk

pytestmark = pytest.mark.django_db

ANYBODY, HALF = "anybody", "half"
"""Who is not signed in; and who gave a password and still owes the second step."""

STAFF = frozenset(name for name, role in ROLES.items() if not role.on_top)
EVERYONE = STAFF | {ANYBODY, HALF}
NOBODY: frozenset[str] = frozenset()
ADMIN = frozenset({"beheerder"})
EDITORS = ADMIN | {"communicatie"}
HANDLERS = ADMIN | {"dossierbehandelaar", "zaalbeheer", "coordinator_verenigingen"}
READERS = HANDLERS | {"onthaal"}
EXPORTERS = ADMIN | {"dossierbehandelaar"}
DESK = EXPORTERS | {"onthaal"}
PRINTERS = DESK | {"postregistratie"}
FIGURES = DESK | {"coordinator_verenigingen", "directie"}
RECEIVERS = DESK | {"coordinator_verenigingen"}
COORDINATORS = ADMIN | {"coordinator_verenigingen"}
EVERY_TEAM = ADMIN | {"onthaal"}
OFFICER = frozenset({"gegevensbescherming"})


@dataclass(frozen=True)
class Row:
    """Names of addresses as regular expressions, and who may open them. ``exactly``: and does, by GET or by POST."""

    who: frozenset[str]
    names: str
    exactly: bool = True

    def knows(self, name: str) -> bool:
        return any(re.fullmatch(each, name) for each in self.names.split())


TABLE = (
    # --- For anybody: signing in, the website, forms, and what a citizen gets a link to
    Row(
        EVERYONE,
        """
        wagtailadmin_password_reset wagtailadmin_password_reset_done wagtailadmin_password_reset_confirm
        wagtailadmin_password_reset_complete wagtailadmin_sprite wagtailadmin_javascript_catalog wagtailcore_login
        healthz wagtail_serve wagtaildocs_serve
        forms:start forms:towns api:forms api:openapi-json my_dossiers my_dossiers_sent my_dossiers_texted
        my_dossiers_log_out forms:sign_out survey_code survey_thanks
        """,
    ),
    Row(
        EVERYONE,
        """
        follow follow_short follow_message follow_by_text follow_withdraw follow_contact_data follow_muting
        followed_letter forms:followed_answers_pdf forms:cosign forms:cosign_again survey advice
        """,
    ),
    Row(EVERYONE - STAFF, "wagtailadmin_login"),
    Row(frozenset({HALF}), "second_step"),
    Row(STAFF | {HALF}, "second_step_set_up second_step_passkey"),
    Row(NOBODY, "(staff_)?sign_in (staff_)?signed_in_back signed_out staff_sign_in_account"),  # without a provider
    Row(NOBODY, "confirm_email"),  # the token of a mail
    # In these one must hold the form in the browser, or the token of a mail; they have tests of their own.
    Row(
        NOBODY,
        r"""
        forms:(?!start|sign_out|towns|follow|cosign$|cosign_again).* follow_document my_dossiers_link
        follow_confirm_address
        """,
    ),
    Row(EVERYONE, "api:(form|check|upload|send)", exactly=False),
    Row(EVERYONE, "media/.*", exactly=False),  # each test keeps its files in a folder of its own, which nobody serves
    Row(EVERYONE, "readyz", exactly=False),  # says so when no worker runs
    # --- For all staff: the way in, the own account, and Wagtail's pickers, which show names
    Row(
        STAFF,
        "wagtailadmin_home wagtailadmin_account second_step_account signed_in wagtail_modeladmin:javascript_catalog",
    ),
    Row(
        STAFF,
        r"""
        beheer/test404/ wagtailadmin_logout wagtailadmin_dismissibles wagtailadmin_error_test
        wagtailadmin_choose_page.* wagtailadmin_choose_.*_link wagtailadmin_tag_.* wagtailadmin_block_preview
        wagtailadmin_editing_sessions:.* wagtailembeds:.* wagtailadmin_reports:site_history.*
        wagtailadmin_workflows:task_cho.* wagtailadmin_api:(documents|images):.* wagtailadmin_api:pages:listing
        wagtailsnippetchoosers_.*:(choose|choose_results|chosen|chosen_multiple)
        wagtail(docs|images)_chooser:(choose|choose_results|chosen_multiple)
        wagtailmedia:chooser wagtailmedia:chooser_typed
        wagtailadmin_pages:(move_confirm|confirm_workflow_cancellation|revisions_index|choose_parent)
        wagtailsnippets_forms_formdefinition:confirm_workflow_cancellation
        """,
        exactly=False,
    ),
    # --- Dossiers
    Row(
        READERS,
        """
        dossiers:list dossiers:list_state dossiers:saved_views dossiers:dossier dossiers:advice_list dossiers:write_note
        dossiers:give_advice dossiers:letter_pdf dossiers:mail dossiers:document dossiers:survey_desk
        dossiers:rename_saved_view dossiers:delete_saved_view dossiers:move_saved_view
        form_file form_picture form_answers_pdf
        """,
    ),
    Row(
        HANDLERS,
        """
        dossiers:together dossiers:my_tasks dossiers:assign dossiers:step dossiers:correct_step
        dossiers:correct_first_contact dossiers:more_time dossiers:ask_advice dossiers:withdraw_advice dossiers:relate
        dossiers:unrelate dossiers:add_task dossiers:finish_task dossiers:reopen_task dossiers:answer_message
        dossiers:read_messages dossiers:add_document dossiers:new_version dossiers:set_confidential
        dossiers:confirm_party dossiers:detach_party dossiers:revoke_follow_links form_cosignature
        dossiers:make_confidential dossiers:lift_confidentiality dossiers:deputies dossiers:hold dossiers:lift_hold
        """,
    ),
    Row(ADMIN, "dossiers:end_deputy"),  # and who is away
    Row(EXPORTERS, "dossiers:export_csv dossiers:export_xlsx"),
    Row(
        RECEIVERS,
        """
        desk:start desk:begin desk:receive_visitor desk:call_visitor desk:standard_question follow_through:mine
        """,
    ),
    Row(ADMIN, "desk:conversation"),  # only whose conversation it is
    Row(EVERY_TEAM, "desk:take_over"),  # what colleagues of a team left, and all for these
    Row(DESK, "desk:begin_with_mail"),
    Row(
        READERS,
        """
        follow_through:today follow_through:calls follow_through:spoke follow_through:nobody_answered
        follow_through:not_needed
        """,
    ),
    # --- The register
    Row(READERS, "parties:list parties:party"),
    Row(
        RECEIVERS,
        """
        parties:new parties:core_data parties:verify_identity parties:write_note parties:remove_note
        parties:add_contact_point parties:contact_point parties:end_contact_point parties:verify_contact_point
        parties:ask_confirmation parties:withdraw_email_change parties:add_address parties:address
        parties:remove_address parties:add_number parties:number parties:remove_number parties:verify_number
        parties:reveal_number parties:choose_other parties:add_representation parties:representation
        parties:end_representation
        """,
    ),
    Row(
        COORDINATORS,
        """
        parties:recognise parties:recognition parties:imports parties:import parties:start_import
        parties:discard_import parties:import_errors
        """,
    ),
    Row(
        COORDINATORS | {"onthaal"},
        """
        parties:look_alikes parties:dismiss parties:merges parties:undo_merge parties:choose_same
        parties:side_by_side
        """,
    ),
    Row(ADMIN, "parties:ask_access parties:take_archive processing_register processing_register_csv"),
    Row(DESK, "form_desk form_desk_start incoming:list incoming:mail incoming:set_aside"),
    Row(
        PRINTERS,
        """
        integrations:print_room integrations:make_batch integrations:print_batch integrations:print_pdf
        integrations:mark_printed integrations:print_again integrations:readdress
        """,
    ),
    Row(FIGURES, "satisfaction satisfaction_csv"),
    Row(OFFICER, "access_log access_log_csv access_log_xlsx"),
    # --- Destroying: who prepares a list never approves it
    Row(ADMIN | OFFICER, "retention:(overview|list|declaration|declaration_csv)"),
    Row(ADMIN, "retention:(prepare|hold_line|term)"),
    Row(OFFICER, "retention:(approve|send_back|try_again)"),
    # --- The website and its forms
    Row(
        EDITORS,
        """
        form_builder_facts form_overview form_compare form_restore form_export form_new form_import_report form_remarks
        form_remark form_remark_resolve form_trial form_usage form_usage_csv
        """,
    ),
    Row(ADMIN, "form_trial_step form_trial_check"),  # only who began the trial
    Row(ADMIN, "wagtailsnippets_forms_formdefinition:delete"),
    Row(
        EDITORS,
        r"""
        wagtailsnippets_forms_.* wagtailsnippetchoosers_forms_.*:create wagtailadmin_pages:.* wagtailadmin_explore.*
        wagtailadmin_api:pages:.* wagtailadmin_reports:.* wagtailredirects:.* wagtaildocs:.* wagtailimages:.*
        wagtailmedia:.*
        wagtail(docs|images)_chooser:.* wagtailforms:.* wagtailsnippets:index
        """,
        exactly=False,
    ),
    # --- Management
    Row(
        ADMIN,
        """
        satisfaction_remarks staff_work staff_deactivate staff_reactivate staff_invite second_step_reset
        dossiers:new_process dossiers:export_process dossiers:move dossiers:competences dossiers:competence
        integrations:deliveries integrations:delivery integrations:resend integrations:test_message
        (forms_kioskaddress|forms_embedhost|dossiers_team|dossiers_signatory)_modeladmin_(index|create|edit|delete|history)
        (dossiers_standardquestion|parties_recognitioncategory)_modeladmin_(index|create|edit|delete|history)
        (integrations_(smsgateway|mailbox|webhookendpoint)|core_closingday)_modeladmin_(index|create|edit|delete|history)
        """,
    ),
    Row(NOBODY, "wagtailusers_users:delete wagtailsites:(add|delete|copy) wagtailsnippets_dossiers_processtype:delete"),
    Row(
        ADMIN,
        r"""
        wagtailusers_users:.* wagtailsites:.* wagtailadmin_collections:.* wagtailadmin_workflows:.*
        wagtail_bulk_action.*
        wagtailsnippets_dossiers_.* wagtailsnippetchoosers_dossiers_.*:create
        """,
        exactly=False,
    ),
    # Roles are a table in the code (cms/roles.py): no screen changes them.
    Row(NOBODY, r"wagtailusers_groups:.* wagtailsettings:.* second_step_codes second_step_leave"),
    Row(NOBODY, r"api:api-root wagtail(core|docs)_authenticate_with_password beheer/\^\.\*/\$"),
)

OTHER_TEAM = (
    Row(
        EVERY_TEAM,
        """
        follow_through:spoke follow_through:nobody_answered follow_through:not_needed
        dossiers:dossier dossiers:write_note dossiers:letter_pdf dossiers:mail dossiers:document dossiers:survey_desk
        form_file form_picture form_answers_pdf
        """,
    ),
    Row(
        ADMIN,
        """
        dossiers:give_advice dossiers:assign dossiers:step dossiers:correct_step
        dossiers:correct_first_contact dossiers:more_time dossiers:ask_advice dossiers:withdraw_advice dossiers:relate
        dossiers:unrelate dossiers:add_task dossiers:finish_task dossiers:reopen_task dossiers:answer_message
        dossiers:read_messages dossiers:add_document dossiers:new_version dossiers:set_confidential
        dossiers:confirm_party dossiers:detach_party dossiers:revoke_follow_links form_cosignature
        dossiers:make_confidential dossiers:lift_confidentiality dossiers:hold dossiers:lift_hold
        """,
    ),
    # The token is the key to its own dossier, and to no document or letter of another one.
    Row(NOBODY, "followed_letter forms:followed_answers_pdf forms:cosign advice follow_document"),
    Row(EVERYONE, "follow follow_.* forms:cosign_again", exactly=False),
)

BREAKS_ON_PURPOSE = {"wagtailadmin_error_test": 500, "readyz": 503}
"""Wagtail's own way to see what an error looks like; and the answer when no worker runs."""


LOOKS_AT_ALL = {ANYBODY, HALF, "beheerder"}
"""Who opens also what may be opened by everybody, or shows no more than what Wagtail shows an editor."""


def row_of(name: str, *, other: bool) -> Row:
    found = next((row for row in (OTHER_TEAM if other else TABLE) if row.knows(name)), None)
    return found or Row(NOBODY, name)


def client_of(who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who == HALF:
        client.force_login(User.objects.get(username="beheerder"))
    elif who != ANYBODY:
        client.force_login(User.objects.get(username=who))
    return client


PARTIES = ((HALF, ANYBODY, "beheerder"), tuple(READERS - ADMIN), tuple(STAFF - READERS))
"""Who walk together, in the same town: to make one takes as long as a walk."""


@pytest.mark.parametrize("walkers", PARTIES, ids=["administrators", "readers", "others"])
def test_everybody_opens_what_the_table_says_and_nothing_else(walkers: tuple[str, ...], settings: Any) -> None:
    settings.UNSCANNED_FILES = True
    planted = walk.plant()
    broken, too_much, too_little = [], [], []
    for who in walkers:
        settings.SECOND_FACTOR_REQUIRED = who == HALF
        client = client_of(who)
        for address in walk.addresses():
            paths = {
                False: address.filled(planted.values(address)),
                True: address.filled(planted.values(address, other=True)),
            }
            for other, path in paths.items():
                if other and path == paths[False]:
                    continue
                row, opened = row_of(address.name, other=other), False
                if who in row.who and who not in LOOKS_AT_ALL and (row.who == EVERYONE or not row.exactly):
                    continue  # nothing can be refused or missed; somebody else sees that it does not break
                for method in ("GET", "POST") if address.is_ours else ("GET",):
                    status, leads_to = walk.answer(client, method, path)
                    said = f"{who}: {method} {path} ({address.name}): {status} {leads_to}"
                    if status >= 500 and BREAKS_ON_PURPOSE.get(address.name) != status:
                        broken.append(said)
                    if walk.is_open(status, leads_to):
                        opened = True
                        if who not in row.who:
                            too_much.append(said)
                if row.exactly and who in row.who and not opened:
                    too_little.append(f"{who}: {path} ({address.name})")
    assert not broken, "\n".join(broken)
    assert not too_much, "May not open:\n" + "\n".join(too_much)
    assert not too_little, "Should open:\n" + "\n".join(too_little)


def test_everybody_walks() -> None:
    assert sorted(who for party in PARTIES for who in party) == sorted(EVERYONE)


CITIZENS = r"follow.*|forms:.*|api:.*|survey.*|advice|my_dossiers.*|media.*|wagtail(docs)?_serve"
"""Roads on which a token is the key."""
NUMBERS = "integrations:.*|retention:.*"
"""Who mends the outbox sees to whom what goes, and about which dossier; and what is to be destroyed goes by its number
(docs/rules/toegang.md)."""


def test_a_confidential_dossier_is_behind_no_door_and_on_no_page(settings: Any) -> None:
    """In the team of everybody, and in the name of somebody who has none of the roles."""
    settings.UNSCANNED_FILES = True
    planted = walk.plant()
    dossier = Dossier.objects.get(pk=planted.own["pk"])
    Dossier.objects.filter(pk=dossier.pk).update(
        handler=User.objects.create_user("handler"), is_confidential=True, confidential_reason="Een collega"
    )
    scoped = [address for address in walk.addresses() if any(row.knows(address.name) for row in OTHER_TEAM)]
    opened, named = [], []
    for who in ("onthaal", "dossierbehandelaar", "beheerder"):
        client = client_of(who)
        for address in walk.addresses():
            if re.fullmatch(CITIZENS, address.name):
                continue
            path = address.filled(planted.values(address))
            for method in ("POST", "GET") if address in scoped else ("GET",):
                status, leads_to, content = walk.page(client, method, path)
                if address in scoped and walk.is_open(status, leads_to):
                    opened.append(f"{who}: {method} {path} ({address.name}): {status} {leads_to}")
            if dossier.number.encode() in content and not re.fullmatch(NUMBERS, address.name):
                named.append(f"{who}: {path} ({address.name})")
    assert not opened, "\n".join(opened)
    assert not named, "\n".join(named)


def test_every_row_of_the_table_is_about_something() -> None:
    names = [address.name for address in walk.addresses()]
    words = [word for row in (*TABLE, *OTHER_TEAM) for word in row.names.split()]
    assert [word for word in words if not any(re.fullmatch(word, name) for name in names)] == []


def test_an_address_that_nobody_thought_of_is_for_nobody() -> None:
    assert row_of("dossiers:something_new", other=False).who == NOBODY
    assert row_of("dossiers:list", other=True).who == NOBODY


def test_what_leads_away_is_not_open() -> None:
    assert not walk.is_open(302, "/beheer/login/?next=/beheer/dossiers/")
    assert not walk.is_open(302, "/beheer/")
    assert not walk.is_open(404, "")
    assert walk.is_open(302, "/beheer/dossiers/7/")
    assert walk.is_open(422, "")
