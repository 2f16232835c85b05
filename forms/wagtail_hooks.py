"""Registration only."""

from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from forms.admin import FormDefinitionViewSet, QuestionGroupViewSet, refuse_to_delete_published
from forms.views import StaffPicture

register_snippet(FormDefinitionViewSet)
register_snippet(QuestionGroupViewSet)
hooks.register("before_delete_snippet", refuse_to_delete_published)


@hooks.register("register_admin_urls")
def register_picture_url() -> list:
    return [path("formulieren/foto/<uuid:pk>/", StaffPicture.as_view(), name="form_picture")]
