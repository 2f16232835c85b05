"""Staff addresses, under /beheer/opvolging/."""

from django.urls import path

from dossiers.views import follow_through

app_name = "follow_through"

urlpatterns = [
    path("", follow_through.Today.as_view(), name="today"),
    path("terugbellen/", follow_through.Calls.as_view(), name="calls"),
    path("terugbellen/<int:pk>/gesproken/", follow_through.Spoke.as_view(), name="spoke"),
    path("terugbellen/<int:pk>/niemand/", follow_through.NobodyAnswered.as_view(), name="nobody_answered"),
    path("terugbellen/<int:pk>/niet-nodig/", follow_through.NotNeeded.as_view(), name="not_needed"),
    path("mijn-contacten/", follow_through.MyContacts.as_view(), name="mine"),
]
