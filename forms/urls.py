from django.urls import path

from core.uploads import bounded_uploads
from forms import answers_views, resume_views, views
from forms.documents import MEGABYTE
from forms.fields.files import MOST_MEGABYTES
from forms.received import MOST_IN_ALL

app_name = "forms"

takes_files = bounded_uploads(per_file=MOST_MEGABYTES * MEGABYTE, in_all=MOST_IN_ALL)

urlpatterns = [
    path("gemeenten/<str:postcode>/", views.Towns.as_view(), name="towns"),
    path("foto/<uuid:uuid>/", views.DraftPicture.as_view(), name="picture"),
    path("verder/<str:token>/", resume_views.Resume.as_view(), name="resume"),
    path("bestand/<uuid:uuid>/", views.DraftFile.as_view(), name="file"),
    path("<slug:slug>/", views.Start.as_view(), name="start"),
    path("<slug:slug>/<uuid:uuid>/wie/", views.OnBehalfOf.as_view(), name="on_behalf"),
    path("<slug:slug>/<uuid:uuid>/stap/<int:number>/", takes_files(views.Step.as_view()), name="step"),
    path("<slug:slug>/<uuid:uuid>/bestanden/", takes_files(views.Files.as_view()), name="files"),
    path("<slug:slug>/<uuid:uuid>/controle/", views.Check.as_view(), name="check"),
    path("<slug:slug>/<uuid:uuid>/klaar/", views.Done.as_view(), name="done"),
    path("<slug:slug>/<uuid:uuid>/klaar/antwoorden/", answers_views.Answers.as_view(), name="answers"),
    path("<slug:slug>/<uuid:uuid>/klaar/antwoorden.pdf", answers_views.AnswersPdf.as_view(), name="answers_pdf"),
    path("volg/<str:token>/<uuid:uuid>.pdf", answers_views.FollowedAnswersPdf.as_view(), name="followed_answers_pdf"),
    path("<slug:slug>/<uuid:uuid>/bewaren/", resume_views.Save.as_view(), name="save"),
    path("<slug:slug>/<uuid:uuid>/bewaard/", resume_views.Saved.as_view(), name="saved"),
    path("<slug:slug>/<uuid:uuid>/tijd/", resume_views.Keep.as_view(), name="keep"),
    path("<slug:slug>/<uuid:uuid>/gesloten/", resume_views.Closed.as_view(), name="closed"),
]
