"""Staff addresses, under /beheer/onthaal/."""

from django.urls import path

from dossiers.views import desk

app_name = "desk"

urlpatterns = [
    path("", desk.Start.as_view(), name="start"),
    path("nieuw/", desk.Begin.as_view(), name="begin"),
    path("mail/<int:pk>/", desk.BeginWithMail.as_view(), name="begin_with_mail"),
    path("wachtkamer/", desk.ReceiveVisitor.as_view(), name="receive_visitor"),
    path("wachtkamer/<int:pk>/", desk.CallVisitor.as_view(), name="call_visitor"),
    path("vraag/<int:pk>/", desk.AskedEveryDay.as_view(), name="standard_question"),
    path("gesprek/<int:pk>/overnemen/", desk.TakeOver.as_view(), name="take_over"),
    path("gesprek/<int:pk>/", desk.ConversationPage.as_view(), name="conversation"),
]
