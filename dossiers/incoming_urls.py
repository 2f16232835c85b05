"""Staff addresses, under /beheer/inkomend/."""

from django.urls import path

from dossiers.views import incoming

app_name = "incoming"

urlpatterns = [
    path("", incoming.IncomingList.as_view(), name="list"),
    path("<int:pk>/", incoming.IncomingPage.as_view(), name="mail"),
    path("<int:pk>/opzij/", incoming.SetAside.as_view(), name="set_aside"),
]
