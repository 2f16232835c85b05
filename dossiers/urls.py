"""Staff addresses, under /beheer/dossiers/."""

from django.urls import path

from dossiers import views

app_name = "dossiers"

urlpatterns = [
    path("", views.DossierList.as_view(), name="list"),
    path("<int:pk>/", views.DossierPage.as_view(), name="dossier"),
    path("<int:pk>/stap/<slug:step>/", views.TakeStep.as_view(), name="step"),
    path("<int:pk>/persoon-bevestigen/", views.ConfirmParty.as_view(), name="confirm_party"),
    path("<int:pk>/persoon-losmaken/", views.DetachParty.as_view(), name="detach_party"),
    path("<int:pk>/volglink-vernieuwen/", views.RevokeFollowLinks.as_view(), name="revoke_follow_links"),
]
