"""Staff addresses, under /beheer/contacten/."""

from django.urls import path

from parties.views import party, search

app_name = "parties"

urlpatterns = [
    path("", search.PartySearch.as_view(), name="list"),
    path("<int:pk>/", party.PartyPage.as_view(), name="party"),
]
