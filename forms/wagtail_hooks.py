"""Registration only."""

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from forms import limits_tab
from forms.admin import FormDefinitionViewSet, QuestionGroupViewSet, refuse_to_delete_published, usage_button
from forms.answers_views import StaffAnswersPdf
from forms.desk import PERMISSION, DeskForms, DeskStart
from forms.usage_views import FormUsage, FormUsageCsv
from forms.views import StaffPicture

register_snippet(FormDefinitionViewSet)
register_snippet(QuestionGroupViewSet)
limits_tab.KioskAddresses.register()
hooks.register("before_delete_snippet", refuse_to_delete_published)
hooks.register("register_snippet_listing_buttons", usage_button)


@hooks.register("register_admin_urls")
def register_form_urls() -> list:
    return [
        path("formulieren/foto/<uuid:pk>/", StaffPicture.as_view(), name="form_picture"),
        path("formulieren/antwoorden/<int:pk>.pdf", StaffAnswersPdf.as_view(), name="form_answers_pdf"),
    ]


@hooks.register("register_admin_urls")
def register_usage_urls() -> list:
    return [
        path("formulieren/<int:pk>/gebruik/", FormUsage.as_view(), name="form_usage"),
        path("formulieren/<int:pk>/gebruik.csv", FormUsageCsv.as_view(), name="form_usage_csv"),
    ]


@hooks.register("register_admin_urls")
def register_desk_urls() -> list:
    return [
        path("formulieren/invullen/", DeskForms.as_view(), name="form_desk"),
        path("formulieren/invullen/<slug:slug>/", DeskStart.as_view(), name="form_desk_start"),
    ]


class DeskMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_werk_menu_item")
def register_desk() -> MenuItem:
    return DeskMenuItem(
        _("Fill in a form"), reverse_lazy("form_desk"), name="fill-in-form", icon_name="form", order=200
    )
