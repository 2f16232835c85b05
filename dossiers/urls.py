"""Staff addresses, under /beheer/dossiers/."""

from django.urls import path

from dossiers.views import dossier, step, worklist

app_name = "dossiers"

urlpatterns = [
    path("", worklist.DossierList.as_view(), name="list"),
    path("<int:pk>/", dossier.DossierPage.as_view(), name="dossier"),
    path("<int:pk>/stap/<slug:step>/", step.TakeStep.as_view(), name="step"),
    path("<int:pk>/persoon-bevestigen/", dossier.ConfirmParty.as_view(), name="confirm_party"),
    path("<int:pk>/persoon-losmaken/", dossier.DetachParty.as_view(), name="detach_party"),
    path("<int:pk>/volglink-vernieuwen/", dossier.RevokeFollowLinks.as_view(), name="revoke_follow_links"),
]
