from django.urls import path

from forms import answers_views, cosign_views, resume_views, views

app_name = "forms"

urlpatterns = [
    path("foto/<uuid:uuid>/", views.DraftPicture.as_view(), name="picture"),
    path("verder/<str:token>/", resume_views.Resume.as_view(), name="resume"),
    path("medeondertekenen/<str:token>/", cosign_views.Cosign.as_view(), name="cosign"),
    path("<slug:slug>/", views.Start.as_view(), name="start"),
    path("<slug:slug>/<uuid:uuid>/stap/<int:number>/", views.Step.as_view(), name="step"),
    path("<slug:slug>/<uuid:uuid>/controle/", views.Check.as_view(), name="check"),
    path("<slug:slug>/<uuid:uuid>/medeondertekenaars/", cosign_views.Cosigners.as_view(), name="cosigners"),
    path("<slug:slug>/<uuid:uuid>/klaar/", views.Done.as_view(), name="done"),
    path("<slug:slug>/<uuid:uuid>/klaar/antwoorden/", answers_views.Answers.as_view(), name="answers"),
    path("<slug:slug>/<uuid:uuid>/klaar/antwoorden.pdf", answers_views.AnswersPdf.as_view(), name="answers_pdf"),
    path("volg/<str:token>/<uuid:uuid>.pdf", answers_views.FollowedAnswersPdf.as_view(), name="followed_answers_pdf"),
    path("volg/<str:token>/medeondertekenaars/", cosign_views.AskAgain.as_view(), name="cosign_again"),
    path("<slug:slug>/<uuid:uuid>/bewaren/", resume_views.Save.as_view(), name="save"),
    path("<slug:slug>/<uuid:uuid>/bewaard/", resume_views.Saved.as_view(), name="saved"),
    path("<slug:slug>/<uuid:uuid>/tijd/", resume_views.Keep.as_view(), name="keep"),
    path("<slug:slug>/<uuid:uuid>/gesloten/", resume_views.Closed.as_view(), name="closed"),
]
