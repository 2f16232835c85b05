"""Who may do what: one table. Each role is a Django group; a member of staff may have several roles.

``sync()`` runs after every migrate and makes the groups say exactly this, so a right that is taken out of the table is
taken from the people too. The menu follows from the rights: an item shows when its screen may be opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections, transaction
from wagtail.models import Collection, GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Page, Workflow
from wagtail.snippets.models import create_extra_permissions


def rights(model: str, *verbs: str) -> frozenset[str]:
    """``rights("dossiers.team", "add")`` is ``{"dossiers.add_team"}``."""
    app, name = model.split(".")
    return frozenset(f"{app}.{verb}_{name}" for verb in verbs)


@dataclass(frozen=True)
class Role:
    """``pages`` hold from the root page down, ``files`` from the root collection down. A role that comes ``on_top`` of
    another opens nothing by itself."""

    name: str
    permissions: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    files: frozenset[str] = field(default=frozenset())
    on_top: bool = False


FILL_IN_AT_DESK = frozenset({"forms.fill_in_at_desk"})
SEE_DOSSIERS = frozenset({"dossiers.view_dossier", "parties.view_party"})
SEE_ALL_DOSSIERS = SEE_DOSSIERS | {"dossiers.view_all_dossiers"}
HANDLE_DOSSIERS = SEE_DOSSIERS | {"dossiers.handle_dossier"}
RECEIVE_CONTACTS = frozenset({"dossiers.add_contact"})
KEEP_REGISTER = rights("parties.party", "add", "change") | {"parties.reveal_national_number"}
MERGE_PARTIES = frozenset({"parties.merge_party"})
IMPORT_PARTIES = frozenset({"parties.import_party"})
GIVE_ACCESS = frozenset({"parties.export_party"})
RECOGNISE = rights("parties.recognition", "add", "change")
PRINT_LETTERS = frozenset({"integrations.print_letters"})
LINK_MAIL = frozenset({"integrations.link_incomingmail"})
SEE_OWN_SATISFACTION = frozenset({"dossiers.view_survey_results"})
SEE_SATISFACTION = SEE_OWN_SATISFACTION | {"dossiers.view_all_survey_results"}
EXPORT_DOSSIERS = frozenset({"dossiers.export_dossier"})
EDIT_FORMS = rights("forms.formdefinition", "view", "add", "change", "publish", "lock", "unlock")
EDIT_FORMS |= rights("forms.questiongroup", "view", "add", "change", "delete")
EDIT_WEBSITE = EDIT_FORMS | rights("wagtailredirects.redirect", "add", "change", "delete")
EDIT_PAGES = rights("wagtailcore.page", "add", "change", "publish", "lock", "unlock")
EDIT_FILES = (
    rights("wagtailimages.image", "add", "change", "choose")
    | rights("wagtaildocs.document", "add", "change", "choose")
    | rights("wagtailmedia.media", "add", "change")
)
MANAGE = (
    rights("core.user", "add", "change", "view")  # people who leave are deactivated: history keeps their names
    | rights("core.closingday", "add", "change", "delete", "view")
    | rights("dossiers.team", "add", "change", "delete", "view")
    | rights("dossiers.processtype", "add", "change", "publish", "view")
    | rights("dossiers.competence", "change")
    | rights("dossiers.lettertemplate", "add", "change", "delete", "view")
    | rights("dossiers.signatory", "add", "change", "delete", "view")
    | rights("integrations.delivery", "view", "resend")
    | rights("integrations.smsgateway", "add", "change", "delete", "view")
    | rights("integrations.webhookendpoint", "add", "change", "delete", "view")
    | rights("integrations.mailbox", "add", "change", "delete", "view")
    | rights("forms.formdefinition", "delete")
    | rights("forms.kioskaddress", "add", "change", "delete", "view")
    | rights("dossiers.standardquestion", "add", "change", "delete", "view")
    | rights("parties.recognitioncategory", "add", "change", "delete", "view")
    | {"forms.use_national_number"}
    | SEE_SATISFACTION
    | {"dossiers.view_survey_remarks"}
    | rights("forms.embedhost", "add", "change", "delete", "view")
    | rights("dossiers.destructionlist", "view", "prepare")
    | {"core.change_keepingterm"}
    | rights("wagtailcore.site", "change")
    | rights("wagtailcore.workflow", "add", "change", "delete")
    | rights("wagtailcore.task", "add", "change", "delete")
)
MANAGE_FILES = rights("wagtailcore.collection", "add", "change", "delete")

ROLES: dict[str, Role] = {
    "communicatie": Role("Communicatie", permissions=EDIT_WEBSITE, pages=EDIT_PAGES, files=EDIT_FILES),
    "onthaal": Role(
        "Onthaal",
        permissions=SEE_ALL_DOSSIERS
        | RECEIVE_CONTACTS
        | KEEP_REGISTER
        | MERGE_PARTIES
        | FILL_IN_AT_DESK
        | PRINT_LETTERS
        | LINK_MAIL
        | SEE_OWN_SATISFACTION,
    ),
    "dossierbehandelaar": Role(
        "Dossierbehandelaar",
        permissions=HANDLE_DOSSIERS
        | RECEIVE_CONTACTS
        | KEEP_REGISTER
        | EXPORT_DOSSIERS
        | FILL_IN_AT_DESK
        | PRINT_LETTERS
        | LINK_MAIL
        | SEE_OWN_SATISFACTION,
    ),
    "zaalbeheer": Role("Zaalbeheer", permissions=HANDLE_DOSSIERS),
    "postregistratie": Role("Postregistratie", permissions=PRINT_LETTERS),
    "financien": Role("Financiën"),
    "coordinator_verenigingen": Role(
        "Coördinator verenigingen",
        permissions=HANDLE_DOSSIERS
        | RECEIVE_CONTACTS
        | KEEP_REGISTER
        | MERGE_PARTIES
        | IMPORT_PARTIES
        | RECOGNISE
        | SEE_OWN_SATISFACTION,
    ),
    # Of the dossiers within reach, the confidential ones too.
    "vertrouwelijk": Role(
        "Vertrouwelijke dossiers", permissions=frozenset({"dossiers.view_confidential"}), on_top=True
    ),
    "directie": Role("Directie", permissions=SEE_SATISFACTION),  # figures, never the people behind them
    # Watches over who looks, so sees nothing else; and who administers does not watch over the own looking. Of what is
    # destroyed he or she approves lists of numbers that an administrator prepared.
    "gegevensbescherming": Role(
        "Functionaris gegevensbescherming",
        permissions=rights("core.accesslog", "view") | rights("dossiers.destructionlist", "view", "approve"),
    ),
    "beheerder": Role(
        "Beheerder",
        permissions=EDIT_WEBSITE
        | SEE_ALL_DOSSIERS
        | HANDLE_DOSSIERS
        | RECEIVE_CONTACTS
        | KEEP_REGISTER
        | MERGE_PARTIES
        | IMPORT_PARTIES
        | GIVE_ACCESS
        | RECOGNISE
        | EXPORT_DOSSIERS
        | FILL_IN_AT_DESK
        | PRINT_LETTERS
        | LINK_MAIL
        | MANAGE,
        pages=EDIT_PAGES | rights("wagtailcore.page", "bulk_delete"),
        files=EDIT_FILES | MANAGE_FILES,
    ),
}
ENTER = frozenset({"wagtailadmin.access_admin"})  # every role may enter /beheer/
APPROVAL = "Nazicht door communicatie"  # Wagtail calls it "Moderators approval"; editors read this on a button
WAGTAILS_OWN = ("Moderators", "Editors")  # made by Wagtail's first migrations; our roles take their place


def sync(using: str = "default") -> None:
    """Make the groups of the table, with exactly the rights of the table; safe to repeat.

    Does nothing while Wagtail's tables are not there yet (a migrate of a few apps only).
    """
    if GroupCollectionPermission._meta.db_table not in connections[using].introspection.table_names():
        return
    _create_permissions(using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    page_root, file_root = Page.get_first_root_node(), Collection.get_first_root_node()
    with transaction.atomic(using=using):
        for role in ROLES.values():
            group, _created = Group.objects.using(using).get_or_create(name=role.name)
            group.permissions.set(_find(role.permissions | ENTER, known))
            if page_root:
                _grant_pages(group, page_root, _find(role.pages, known))
            if file_root:
                _grant_files(group, file_root, _find(role.files, known))
        _replace_wagtails_groups(using)


def unknown_permissions() -> set[str]:
    """Rights that the table names and that do not exist: a typing error, or a model that lost a permission."""
    known = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    return set().union(ENTER, *(role.permissions | role.pages | role.files for role in ROLES.values())) - known


def _create_permissions(using: str) -> None:
    """Django makes the permissions app by app, after each app's own signal; ours comes first, so do not wait for it."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    create_extra_permissions(apps.get_app_config("wagtailsnippets"), using=using)


def _find(names: Iterable[str], known: dict[str, Permission]) -> list[Permission]:
    return [known[name] for name in sorted(names) if name in known]


def _grant_pages(group: Group, root: Page, permissions: list[Permission]) -> None:
    GroupPagePermission.objects.filter(group=group).exclude(page=root, permission__in=permissions).delete()
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _grant_files(group: Group, root: Collection, permissions: list[Permission]) -> None:
    GroupCollectionPermission.objects.filter(group=group).exclude(collection=root, permission__in=permissions).delete()
    for permission in permissions:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _replace_wagtails_groups(using: str) -> None:
    """Communicatie approves in place of Wagtail's Moderators; a group that has members stays."""
    communication = Group.objects.using(using).get(name=ROLES["communicatie"].name)
    for group in Group.objects.using(using).filter(name__in=WAGTAILS_OWN, user__isnull=True):
        for task in GroupApprovalTask.objects.using(using).filter(groups=group):
            task.groups.add(communication)
            Workflow.objects.using(using).filter(workflow_tasks__task=task).update(name=APPROVAL)
            GroupApprovalTask.objects.using(using).filter(pk=task.pk).update(name=APPROVAL)
        group.delete()
