"""Staff addresses, under /beheer/contacten/."""

from django.urls import path

from parties.views import imports, merging, party, search

app_name = "parties"

urlpatterns = [
    path("", search.PartySearch.as_view(), name="list"),
    path("dubbels/", merging.LookAlikes.as_view(), name="look_alikes"),
    path("dubbels/<int:pk>/geen-dubbel/", merging.Dismiss.as_view(), name="dismiss"),
    path("samenvoegingen/", merging.Merges.as_view(), name="merges"),
    path("samenvoegingen/<int:pk>/", merging.UndoMerge.as_view(), name="undo_merge"),
    path("lijsten/", imports.Imports.as_view(), name="imports"),
    path("lijsten/<int:pk>/", imports.ImportPage.as_view(), name="import"),
    path("lijsten/<int:pk>/overnemen/", imports.StartImport.as_view(), name="start_import"),
    path("lijsten/<int:pk>/niet-overnemen/", imports.DiscardImport.as_view(), name="discard_import"),
    path("lijsten/<int:pk>/fouten.csv", imports.ImportErrors.as_view(), name="import_errors"),
    path("<int:pk>/samenvoegen/", merging.ChooseOther.as_view(), name="choose_other"),
    path("<int:pk>/samenvoegen/<int:other>/", merging.SideBySide.as_view(), name="side_by_side"),
    path("<int:pk>/", party.PartyPage.as_view(), name="party"),
]
