"""Staff addresses, under /beheer/contacten/."""

from django.urls import path

from parties.views import (
    access,
    addresses,
    contact_points,
    core_data,
    imports,
    merging,
    new,
    numbers,
    party,
    recognition,
    representation,
    search,
)

app_name = "parties"

urlpatterns = [
    path("", search.PartySearch.as_view(), name="list"),
    path("nieuw/", new.NewParty.as_view(), name="new"),
    path("dubbels/", merging.LookAlikes.as_view(), name="look_alikes"),
    path("dubbels/<int:pk>/geen-dubbel/", merging.Dismiss.as_view(), name="dismiss"),
    path("samenvoegingen/", merging.Merges.as_view(), name="merges"),
    path("samenvoegingen/<int:pk>/", merging.UndoMerge.as_view(), name="undo_merge"),
    path("lijsten/", imports.Imports.as_view(), name="imports"),
    path("lijsten/<int:pk>/", imports.ImportPage.as_view(), name="import"),
    path("lijsten/<int:pk>/overnemen/", imports.StartImport.as_view(), name="start_import"),
    path("lijsten/<int:pk>/niet-overnemen/", imports.DiscardImport.as_view(), name="discard_import"),
    path("lijsten/<int:pk>/fouten.csv", imports.ImportErrors.as_view(), name="import_errors"),
    path("<int:pk>/samenvoegen/", merging.ChooseOther.as_view(), name="choose_same"),
    path("<int:pk>/samenvoegen/<int:other>/", merging.SideBySide.as_view(), name="side_by_side"),
    path("<int:pk>/", party.PartyPage.as_view(), name="party"),
    path("<int:pk>/inzage/", access.AskAccess.as_view(), name="ask_access"),
    path("inzage/<uuid:pk>.zip", access.TakeArchive.as_view(), name="take_archive"),
    path("<int:pk>/gegevens/", core_data.ChangeCoreData.as_view(), name="core_data"),
    path("<int:pk>/identiteit/", core_data.VerifyIdentity.as_view(), name="verify_identity"),
    path("<int:pk>/notitie/", core_data.WriteNote.as_view(), name="write_note"),
    path("<int:pk>/notitie/<int:item>/weg/", core_data.RemoveNote.as_view(), name="remove_note"),
    path("<int:pk>/bereikbaar/nieuw/<slug:kind>/", contact_points.AddContactPoint.as_view(), name="add_contact_point"),
    path("<int:pk>/bereikbaar/<int:item>/", contact_points.ChangeContactPoint.as_view(), name="contact_point"),
    path("<int:pk>/bereikbaar/<int:item>/einde/", contact_points.EndContactPoint.as_view(), name="end_contact_point"),
    path(
        "<int:pk>/bereikbaar/<int:item>/nagekeken/",
        contact_points.VerifyContactPoint.as_view(),
        name="verify_contact_point",
    ),
    path(
        "<int:pk>/bereikbaar/<int:item>/bevestiging/",
        contact_points.AskConfirmation.as_view(),
        name="ask_confirmation",
    ),
    path(
        "<int:pk>/bevestiging/<int:item>/weg/",
        contact_points.WithdrawEmailChange.as_view(),
        name="withdraw_email_change",
    ),
    path("<int:pk>/adres/nieuw/", addresses.AddAddress.as_view(), name="add_address"),
    path("<int:pk>/adres/<int:item>/", addresses.CorrectAddress.as_view(), name="address"),
    path("<int:pk>/adres/<int:item>/weg/", addresses.RemoveAddress.as_view(), name="remove_address"),
    path("<int:pk>/nummer/nieuw/", numbers.AddNumber.as_view(), name="add_number"),
    path("<int:pk>/nummer/<int:item>/", numbers.CorrectNumber.as_view(), name="number"),
    path("<int:pk>/nummer/<int:item>/weg/", numbers.RemoveNumber.as_view(), name="remove_number"),
    path("<int:pk>/nummer/<int:item>/nagekeken/", numbers.VerifyNumber.as_view(), name="verify_number"),
    path("<int:pk>/nummer/<int:item>/tonen/", numbers.RevealNumber.as_view(), name="reveal_number"),
    path("<int:pk>/vertegenwoordiging/", representation.ChooseOther.as_view(), name="choose_other"),
    path(
        "<int:pk>/vertegenwoordiging/met/<int:whom>/",
        representation.AddRepresentation.as_view(),
        name="add_representation",
    ),
    path(
        "<int:pk>/vertegenwoordiging/<int:item>/",
        representation.CorrectRepresentation.as_view(),
        name="representation",
    ),
    path(
        "<int:pk>/vertegenwoordiging/<int:item>/einde/",
        representation.EndRepresentation.as_view(),
        name="end_representation",
    ),
    path("<int:pk>/erkenning/nieuw/", recognition.Recognise.as_view(), name="recognise"),
    path("<int:pk>/erkenning/<int:item>/", recognition.CorrectRecognition.as_view(), name="recognition"),
]
