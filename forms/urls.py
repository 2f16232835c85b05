from django.urls import path

from core.uploads import bounded_uploads
from forms import views
from forms.documents import MEGABYTE
from forms.fields.files import MOST_MEGABYTES
from forms.received import MOST_IN_ALL

app_name = "forms"

takes_files = bounded_uploads(per_file=MOST_MEGABYTES * MEGABYTE, in_all=MOST_IN_ALL)

urlpatterns = [
    path("foto/<uuid:uuid>/", views.DraftPicture.as_view(), name="picture"),
    path("bestand/<uuid:uuid>/", views.DraftFile.as_view(), name="file"),
    path("<slug:slug>/", views.Start.as_view(), name="start"),
    path("<slug:slug>/<uuid:uuid>/stap/<int:number>/", takes_files(views.Step.as_view()), name="step"),
    path("<slug:slug>/<uuid:uuid>/bestanden/", takes_files(views.Files.as_view()), name="files"),
    path("<slug:slug>/<uuid:uuid>/controle/", views.Check.as_view(), name="check"),
    path("<slug:slug>/<uuid:uuid>/klaar/", views.Done.as_view(), name="done"),
]
