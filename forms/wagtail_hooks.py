"""Registration only."""

from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from forms import limits_tab
from forms.admin import FormDefinitionViewSet, QuestionGroupViewSet, refuse_to_delete_published, usage_button
from forms.answers_views import StaffAnswersPdf
from forms.cosign_views import StaffAskAgain
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
        path("formulieren/medeondertekening/<int:pk>/", StaffAskAgain.as_view(), name="form_cosignature"),
    ]


@hooks.register("register_admin_urls")
def register_usage_urls() -> list:
    return [
        path("formulieren/<int:pk>/gebruik/", FormUsage.as_view(), name="form_usage"),
        path("formulieren/<int:pk>/gebruik.csv", FormUsageCsv.as_view(), name="form_usage_csv"),
    ]
