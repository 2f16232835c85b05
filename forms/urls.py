from django.urls import path

from forms import views

app_name = "forms"

urlpatterns = [
    path("foto/<uuid:uuid>/", views.DraftPicture.as_view(), name="picture"),
    path("<slug:slug>/", views.Start.as_view(), name="start"),
    path("<slug:slug>/<uuid:uuid>/stap/<int:number>/", views.Step.as_view(), name="step"),
    path("<slug:slug>/<uuid:uuid>/controle/", views.Check.as_view(), name="check"),
    path("<slug:slug>/<uuid:uuid>/klaar/", views.Done.as_view(), name="done"),
]
