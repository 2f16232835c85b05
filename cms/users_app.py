"""wagtail.users, with our own screens for staff accounts."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    """Takes the place of wagtail.users in INSTALLED_APPS."""

    user_viewset = "cms.staff.StaffViewSet"
