"""Registration only."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from forms.admin import FormDefinitionViewSet, QuestionGroupViewSet, refuse_to_delete_published
from forms.editor_views import BuilderFacts
from forms.views import StaffPicture

register_snippet(FormDefinitionViewSet)
register_snippet(QuestionGroupViewSet)
hooks.register("before_delete_snippet", refuse_to_delete_published)


@hooks.register("register_admin_urls")
def register_urls() -> list:
    return [
        path("formulieren/foto/<uuid:pk>/", StaffPicture.as_view(), name="form_picture"),
        path("formulieren/bouwer.json", BuilderFacts.as_view(), name="form_builder_facts"),
    ]


@hooks.register("insert_editor_js")
def builder_script() -> str:
    return format_html(
        '<script src="{}" data-facts="{}"></script>', static("forms/builder.js"), reverse("form_builder_facts")
    )


@hooks.register("insert_global_admin_css")
def builder_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("forms/builder.css"))
