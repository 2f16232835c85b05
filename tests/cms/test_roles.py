import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Page

from cms import roles
from core.models import User

pytestmark = pytest.mark.django_db


def member(role: str) -> User:
    user = User.objects.create_user(role, password="a-password-of-its-own")
    user.groups.add(Group.objects.get(name=roles.ROLES[role].name))
    return user


def test_migrate_makes_every_role() -> None:
    names = set(Group.objects.values_list("name", flat=True))

    assert names == {role.name for role in roles.ROLES.values()}


def test_every_right_of_the_table_exists() -> None:
    assert roles.unknown_permissions() == set()


def test_sync_takes_away_what_is_not_in_the_table_and_gives_back_what_is() -> None:
    group = Group.objects.get(name="Onthaal")
    group.permissions.set([Permission.objects.get(codename="add_user", content_type__app_label="core")])
    page_right = Permission.objects.get(codename="publish_page")
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=page_right)

    roles.sync()

    codes = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}
    assert codes == roles.ROLES["onthaal"].permissions | roles.ENTER
    assert not group.page_permissions.exists()


def test_sync_repeated_changes_nothing() -> None:
    def rows() -> tuple[list[object], list[object]]:
        pages = GroupPagePermission.objects.order_by("pk").values_list("pk", "group", "page", "permission")
        files = GroupCollectionPermission.objects.order_by("pk").values_list("pk", "group", "collection", "permission")
        return list(pages), list(files)

    before = rows()
    roles.sync()

    assert before == rows()
    assert all(before)


def test_members_keep_their_role_when_roles_are_synced() -> None:
    user = member("directie")

    roles.sync()

    assert user.groups.get().name == "Directie"


def test_communication_approves_in_place_of_wagtails_moderators() -> None:
    task = GroupApprovalTask.objects.get()

    assert [group.name for group in task.groups.all()] == ["Communicatie"]


def test_sync_leaves_a_group_of_wagtail_that_has_members() -> None:
    editors = Group.objects.create(name="Editors")
    User.objects.create_user("someone").groups.add(editors)
    Group.objects.create(name="Moderators")

    roles.sync()

    assert set(Group.objects.filter(name__in=roles.WAGTAILS_OWN).values_list("name", flat=True)) == {"Editors"}


@pytest.mark.parametrize("role", roles.ROLES)
def test_every_role_may_enter_and_nobody_is_a_superuser(role: str) -> None:
    user = member(role)

    assert user.has_perm("wagtailadmin.access_admin")
    assert not user.is_superuser


@pytest.mark.parametrize(
    ("role", "can", "cannot"),
    [
        ("communicatie", "forms.publish_formdefinition", "dossiers.view_dossier"),
        ("onthaal", "dossiers.view_all_dossiers", "dossiers.handle_dossier"),
        ("dossierbehandelaar", "dossiers.handle_dossier", "dossiers.view_all_dossiers"),
        ("directie", "dossiers.view_all_survey_results", "dossiers.view_dossier"),
        ("directie", "dossiers.view_survey_results", "dossiers.view_survey_remarks"),
        ("dossierbehandelaar", "dossiers.view_survey_results", "dossiers.view_all_survey_results"),
        ("onthaal", "dossiers.view_survey_results", "dossiers.view_all_survey_results"),
        ("postregistratie", "wagtailadmin.access_admin", "dossiers.view_dossier"),
        ("beheerder", "core.change_user", "core.delete_user"),
        ("beheerder", "core.change_user", "core.view_accesslog"),
        ("beheerder", "dossiers.prepare_destructionlist", "dossiers.approve_destructionlist"),
        ("gegevensbescherming", "dossiers.approve_destructionlist", "dossiers.prepare_destructionlist"),
        ("gegevensbescherming", "core.view_accesslog", "dossiers.view_dossier"),
        ("beheerder", "dossiers.publish_processtype", "auth.change_group"),
    ],
)
def test_a_role_may_do_its_own_and_no_more(role: str, can: str, cannot: str) -> None:
    user = member(role)

    assert user.has_perm(can)
    assert not user.has_perm(cannot)


def test_administrator_has_every_right_of_the_editors_and_clerks() -> None:
    """But does not watch over the own looking nor approve the list that he or she prepared, and reads no confidential
    dossiers for managing accounts."""
    administrator = roles.ROLES["beheerder"]
    watcher, reader = roles.ROLES["gegevensbescherming"], roles.ROLES["vertrouwelijk"]
    assert watcher.permissions & administrator.permissions == {"dossiers.view_destructionlist"}
    assert not reader.permissions & administrator.permissions

    for role in roles.ROLES.values():
        if role in {watcher, reader}:
            continue
        assert role.permissions <= administrator.permissions
        assert role.pages <= administrator.pages
        assert role.files <= administrator.files
