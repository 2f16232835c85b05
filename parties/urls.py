"""Staff addresses, under /beheer/contacten/."""

from django.urls import path

from parties.views import access, party, search

app_name = "parties"

urlpatterns = [
    path("", search.PartySearch.as_view(), name="list"),
    path("<int:pk>/", party.PartyPage.as_view(), name="party"),
    path("<int:pk>/inzage/", access.AskAccess.as_view(), name="ask_access"),
    path("inzage/<uuid:pk>.zip", access.TakeArchive.as_view(), name="take_archive"),
]
