"""Keeping and destroying, under /beheer/bewaren/."""

from django.urls import path

from core.spreadsheets import CSV
from dossiers.views import retention

app_name = "retention"

urlpatterns = [
    path("", retention.Overview.as_view(), name="overview"),
    path("termijn/<slug:what>/", retention.ChangeTerm.as_view(), name="term"),
    path("<int:pk>/", retention.ListPage.as_view(), name="list"),
    path("<int:pk>/voorleggen/", retention.Prepare.as_view(), name="prepare"),
    path("<int:pk>/goedkeuren/", retention.Approve.as_view(), name="approve"),
    path("<int:pk>/terugsturen/", retention.SendBack.as_view(), name="send_back"),
    path("<int:pk>/opnieuw/", retention.TryAgain.as_view(), name="try_again"),
    path("<int:made_for>/bewaren/<int:pk>/", retention.HoldLine.as_view(), name="hold_line"),
    path("<int:pk>/verklaring.pdf", retention.Declaration.as_view(), {"extension": "pdf"}, name="declaration"),
    path("<int:pk>/verklaring.csv", retention.Declaration.as_view(), {"extension": CSV}, name="declaration_csv"),
]
