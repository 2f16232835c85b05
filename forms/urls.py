from django.urls import include, path, register_converter

from core.documents import MEGABYTE
from core.uploads import bounded_uploads
from forms import answers_views, cosign_views, embedded_views, file_views, resume_views, sign_out_views, views
from forms.embedded_views import embedded
from forms.embedding import HeldDraft
from forms.fields.files import MOST_MEGABYTES
from integrations.received import MOST_IN_ALL

app_name = "forms"

register_converter(HeldDraft, "held")

takes_files = bounded_uploads(per_file=MOST_MEGABYTES * MEGABYTE, in_all=MOST_IN_ALL)
takes_files_in_frame = bounded_uploads(
    per_file=MOST_MEGABYTES * MEGABYTE, in_all=MOST_IN_ALL, protect=lambda view: view
)

# The same pages in a frame on another website; see forms/embedding.py.
framed = [
    path("wie/", embedded(embedded_views.OnBehalfOf), name="embedded_on_behalf"),
    path("stap/<int:number>/", takes_files_in_frame(embedded(embedded_views.Step)), name="embedded_step"),
    path("bestanden/", takes_files_in_frame(embedded(embedded_views.Files)), name="embedded_files"),
    path("controle/", embedded(embedded_views.Check), name="embedded_check"),
    path("medeondertekenaars/", embedded(embedded_views.Cosigners), name="embedded_cosigners"),
    path("klaar/", embedded(embedded_views.Done), name="embedded_done"),
    path("antwoorden/", embedded(embedded_views.Answers), name="embedded_answers"),
    path("antwoorden.pdf", embedded(embedded_views.AnswersPdf), name="embedded_answers_pdf"),
    path("bewaren/", embedded(embedded_views.Save), name="embedded_save"),
    path("bewaard/", embedded(embedded_views.Saved), name="embedded_saved"),
    path("foto/<uuid:upload>/", embedded(embedded_views.Picture), name="embedded_picture"),
    path("bestand/<uuid:upload>/", embedded(embedded_views.File), name="embedded_file"),
]

urlpatterns = [
    path("gemeenten/<str:postcode>/", views.Towns.as_view(), name="towns"),
    path("foto/<uuid:uuid>/", file_views.DraftPicture.as_view(), name="picture"),
    path("verder/<str:token>/", resume_views.Resume.as_view(), name="resume"),
    path("bestand/<uuid:uuid>/", file_views.DraftFile.as_view(), name="file"),
    path("medeondertekenen/<str:token>/", cosign_views.Cosign.as_view(), name="cosign"),
    path("aangemeld/einde/", sign_out_views.SignOut.as_view(), name="sign_out"),
    path("<slug:slug>/", views.Start.as_view(), name="start"),
    path("<slug:slug>/<uuid:uuid>/wie/", views.OnBehalfOf.as_view(), name="on_behalf"),
    path("<slug:slug>/<uuid:uuid>/stap/<int:number>/", takes_files(views.Step.as_view()), name="step"),
    path("<slug:slug>/<uuid:uuid>/bestanden/", takes_files(file_views.Files.as_view()), name="files"),
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
    path("<slug:slug>/ingebed/", embedded(embedded_views.Start), name="embedded_start"),
    path("<slug:slug>/ingebed/<held:uuid>/", include(framed)),
]
