"""Every address of Loket. Paths are Dutch."""

from django.conf import settings
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms import health, second_step_views, staff_sign_in_views
from cms.api import api
from dossiers.views import signing_in, survey
from dossiers.views.advice import advice
from dossiers.views.follow import follow_short
from dossiers.views.letter import followed_letter
from parties.views.confirm_email import ConfirmEmail

urlpatterns = [
    path("beheer/tweede-stap/", second_step_views.AskCode.as_view(), name="second_step"),
    path("beheer/tweede-stap/instellen/", second_step_views.SetUp.as_view(), name="second_step_set_up"),
    path("beheer/tweede-stap/passkey/", second_step_views.AddPasskey.as_view(), name="second_step_passkey"),
    path("beheer/tweede-stap/stoppen/", second_step_views.Leave.as_view(), name="second_step_leave"),
    path("beheer/tweede-stap/herstelcodes/", second_step_views.Codes.as_view(), name="second_step_codes"),
    path("beheer/aanmelden/", staff_sign_in_views.Begin.as_view(), name="staff_sign_in"),
    path("beheer/aanmelden/terug/", staff_sign_in_views.Back.as_view(), name="staff_signed_in_back"),
    path("beheer/", include(wagtailadmin_urls)),
    path("formulieren/", include("forms.urls")),
    path("volg/", include("dossiers.follow_urls")),
    path("aanmelden/", signing_in.Begin.as_view(), name="sign_in"),
    path("aanmelden/terug/", signing_in.Back.as_view(), name="signed_in_back"),
    path("aanmelden/afgemeld/", signing_in.SignedOut.as_view(), name="signed_out"),
    path("advies/<str:token>/", advice, name="advice"),
    path("v/<slug:code>", follow_short, name="follow_short"),
    path("volg/<str:token>/brief/<int:pk>.pdf", followed_letter, name="followed_letter"),
    path("contactgegevens/<str:token>/", ConfirmEmail.as_view(), name="confirm_email"),
    path("tevredenheid/", survey.EnterCode.as_view(), name="survey_code"),
    path("tevredenheid/bedankt/", survey.Thanks.as_view(), name="survey_thanks"),
    path("tevredenheid/<str:token>/", survey.Survey.as_view(), name="survey"),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("documenten/", include(wagtaildocs_urls)),
]
if settings.SERVE_MEDIA:
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))
urlpatterns.append(path("", include(wagtail_urls)))  # last: every other address is a page

handler500 = "cms.views.server_error"
