"""Registration only."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from forms import editor_views, limits_tab
from forms.admin import FormDefinitionViewSet, QuestionGroupViewSet, refuse_to_delete_published, usage_button
from forms.answers_views import StaffAnswersPdf
from forms.cosign_views import StaffAskAgain
from forms.desk import PERMISSION, DeskForms, DeskStart
from forms.elsewhere import EmbedHosts
from forms.file_views import StaffFile, StaffPicture
from forms.processing_views import ProcessingRegister, ProcessingRegisterCsv
from forms.usage_views import FormUsage, FormUsageCsv

register_snippet(FormDefinitionViewSet)
register_snippet(QuestionGroupViewSet)
limits_tab.KioskAddresses.register()
EmbedHosts.register()
hooks.register("before_delete_snippet", refuse_to_delete_published)
hooks.register("register_snippet_listing_buttons", usage_button)


class ProcessingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.view_processtype")


@hooks.register("register_beheer_menu_item")
def register_processing() -> MenuItem:
    return ProcessingMenuItem(
        _("Processing register"),
        reverse_lazy("processing_register"),
        name="processing-register",
        icon_name="lock",
        order=60,
    )


@hooks.register("register_admin_urls")
def register_processing_urls() -> list:
    return [
        path("verwerkingsregister/", ProcessingRegister.as_view(), name="processing_register"),
        path("verwerkingsregister.csv", ProcessingRegisterCsv.as_view(), name="processing_register_csv"),
    ]


@hooks.register("register_admin_urls")
def register_filled_in_urls() -> list:
    return [
        path("formulieren/foto/<uuid:pk>/", StaffPicture.as_view(), name="form_picture"),
        path("formulieren/bestand/<uuid:pk>/", StaffFile.as_view(), name="form_file"),
        path("formulieren/antwoorden/<int:pk>.pdf", StaffAnswersPdf.as_view(), name="form_answers_pdf"),
        path("formulieren/medeondertekening/<int:pk>/", StaffAskAgain.as_view(), name="form_cosignature"),
    ]


@hooks.register("register_admin_urls")
def register_urls() -> list:
    return [
        path("formulieren/bouwer.json", editor_views.BuilderFacts.as_view(), name="form_builder_facts"),
        path("formulieren/<int:pk>/overzicht/", editor_views.Overview.as_view(), name="form_overview"),
        path("formulieren/<int:pk>/vergelijk/", editor_views.Compare.as_view(), name="form_compare"),
        path("formulieren/<int:pk>/herstel/<int:number>/", editor_views.Restore.as_view(), name="form_restore"),
        path("formulieren/<int:pk>/export/", editor_views.Export.as_view(), name="form_export"),
        path("formulieren/nieuw/", editor_views.New.as_view(), name="form_new"),
        path("formulieren/<int:pk>/overgenomen/", editor_views.ImportReport.as_view(), name="form_import_report"),
        path("formulieren/<int:pk>/opmerkingen/", editor_views.Remarks.as_view(), name="form_remarks"),
        path("formulieren/<int:pk>/opmerkingen/nieuw/", editor_views.AddRemark.as_view(), name="form_remark"),
        path(
            "formulieren/<int:pk>/opmerkingen/<int:remark>/opgelost/",
            editor_views.ResolveRemark.as_view(),
            name="form_remark_resolve",
        ),
        path("formulieren/<int:pk>/proef/", editor_views.StartTrial.as_view(), name="form_trial"),
        path(
            "formulieren/<int:pk>/proef/<uuid:uuid>/stap/<int:number>/",
            editor_views.TrialStep.as_view(),
            name="form_trial_step",
        ),
        path(
            "formulieren/<int:pk>/proef/<uuid:uuid>/controle/",
            editor_views.TrialCheck.as_view(),
            name="form_trial_check",
        ),
        path("formulieren/<int:pk>/gebruik/", FormUsage.as_view(), name="form_usage"),
        path("formulieren/<int:pk>/gebruik.csv", FormUsageCsv.as_view(), name="form_usage_csv"),
    ]


@hooks.register("insert_editor_js")
def builder_script() -> str:
    return format_html(
        '<script src="{}" data-facts="{}"></script>', static("forms/builder.js"), reverse("form_builder_facts")
    )


@hooks.register("insert_global_admin_css")
def builder_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("forms/builder.css"))


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
