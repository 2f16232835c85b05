"""Public addresses under /volg/."""

from django.urls import path

from dossiers.views import follow_actions, my_dossiers
from dossiers.views.follow import follow

# A token of a follow link holds a full stop, so none of the words below can be one.
urlpatterns = [
    path("", my_dossiers.MyDossiers.as_view(), name="my_dossiers"),
    path("verstuurd/", my_dossiers.Sent.as_view(), name="my_dossiers_sent"),
    path("verstuurd/sms/", my_dossiers.Sent.as_view(by_text=True), name="my_dossiers_texted"),
    path("afmelden/", my_dossiers.LogOut.as_view(), name="my_dossiers_log_out"),
    path("mijn/<str:token>/", my_dossiers.UseLink.as_view(), name="my_dossiers_link"),
    path("adres/<str:token>/", follow_actions.ConfirmAddress.as_view(), name="follow_confirm_address"),
    path("<str:token>/", follow, name="follow"),
    path(
        "<str:token>/bericht/",
        follow_actions.takes_files(follow_actions.WriteMessage.as_view()),
        name="follow_message",
    ),
    path("<str:token>/sms/", follow_actions.AskByText.as_view(), name="follow_by_text"),
    path("<str:token>/intrekken/", follow_actions.Withdraw.as_view(), name="follow_withdraw"),
    path("<str:token>/gegevens/", follow_actions.ContactData.as_view(), name="follow_contact_data"),
    path("<str:token>/berichten/", follow_actions.Muting.as_view(), name="follow_muting"),
    path("<str:token>/document/<uuid:document>/", follow_actions.CitizenDocument.as_view(), name="follow_document"),
]
