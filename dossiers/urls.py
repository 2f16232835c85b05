"""Staff addresses, under /beheer/dossiers/."""

from django.urls import path

from dossiers.export import CSV, XLSX
from dossiers.views import (
    assigning,
    colleagues,
    competences,
    confidential,
    conversation,
    correcting,
    deputies,
    dossier,
    export,
    letter,
    processes,
    promising,
    retention,
    saved_views,
    step,
    survey_desk,
    tasks,
    today,
    together,
    worklist,
)
from dossiers.views.follow_actions import takes_files
from dossiers.views.living import only_living

app_name = "dossiers"

urlpatterns = [
    path("", worklist.DossierList.as_view(), name="list"),
    path("stand/", worklist.ListState.as_view(), name="list_state"),
    path("uitvoer.csv", export.Export.as_view(), {"extension": CSV}, name="export_csv"),
    path("uitvoer.xlsx", export.Export.as_view(), {"extension": XLSX}, name="export_xlsx"),
    path("samen/", together.Together.as_view(), name="together"),
    path("weergaven/", saved_views.SavedViews.as_view(), name="saved_views"),
    path("weergaven/<int:pk>/hernoemen/", saved_views.Rename.as_view(), name="rename_saved_view"),
    path("weergaven/<int:pk>/verwijderen/", saved_views.Delete.as_view(), name="delete_saved_view"),
    path("weergaven/<int:pk>/naar-voren/", saved_views.MoveForward.as_view(), name="move_saved_view"),
    path("procestypes/nieuw/", processes.NewProcess.as_view(), name="new_process"),
    path("procestypes/<int:pk>.json", processes.ExportProcess.as_view(), name="export_process"),
    path("procestypes/<int:pk>/lopend/", processes.MoveDossiers.as_view(), name="move"),
    path("bevoegdheden/", competences.Overview.as_view(), name="competences"),
    path("bevoegdheden/<int:pk>/", competences.Change.as_view(), name="competence"),
    path("vervanging/", deputies.Deputies.as_view(), name="deputies"),
    path("vervanging/<int:pk>/beeindigen/", deputies.EndDeputy.as_view(), name="end_deputy"),
    path("taken/", today.MyTasks.as_view(), name="my_tasks"),
    path("<int:pk>/", dossier.DossierPage.as_view(), name="dossier"),
    path("<int:pk>/toewijzen/", assigning.Assign.as_view(), name="assign"),
    path("<int:pk>/vertrouwelijk/", confidential.MakeConfidential.as_view(), name="make_confidential"),
    path("<int:pk>/niet-meer-vertrouwelijk/", confidential.LiftConfidentiality.as_view(), name="lift_confidentiality"),
    path("<int:pk>/stap/<slug:step>/", step.TakeStep.as_view(), name="step"),
    path("<int:pk>/rechtzetten/", correcting.CorrectStep.as_view(), name="correct_step"),
    path("<int:pk>/eerste-contact/", correcting.CorrectFirstContact.as_view(), name="correct_first_contact"),
    path("<int:pk>/meer-tijd/", promising.MoreTime.as_view(), name="more_time"),
    path("advies/", colleagues.AdviceList.as_view(), name="advice_list"),
    path("<int:pk>/notities/", colleagues.WriteNote.as_view(), name="write_note"),
    path("<int:pk>/advies/", colleagues.AskAdvice.as_view(), name="ask_advice"),
    path("<int:pk>/advies/<int:advice>/", colleagues.GiveAdvice.as_view(), name="give_advice"),
    path("<int:pk>/advies/<int:advice>/intrekken/", colleagues.WithdrawAdvice.as_view(), name="withdraw_advice"),
    path("<int:pk>/samen/", colleagues.Relate.as_view(), name="relate"),
    path("<int:pk>/samen/<int:relation>/los/", colleagues.Unrelate.as_view(), name="unrelate"),
    path("<int:pk>/taken/", tasks.AddTask.as_view(), name="add_task"),
    path("<int:pk>/taken/<int:task>/klaar/", tasks.FinishTask.as_view(), name="finish_task"),
    path("<int:pk>/taken/<int:task>/heropenen/", tasks.ReopenTask.as_view(), name="reopen_task"),
    path("brief/<int:pk>.pdf", letter.LetterPdf.as_view(), name="letter_pdf"),
    path(
        "<int:pk>/berichten/",
        takes_files(conversation.AnswerMessage.as_view()),
        name="answer_message",
    ),
    path("<int:pk>/mail/<int:contact>/", conversation.WholeMail.as_view(), name="mail"),
    path("<int:pk>/berichten/gelezen/", conversation.ReadMessages.as_view(), name="read_messages"),
    path(
        "<int:pk>/documenten/",
        takes_files(conversation.AddDocument.as_view()),
        name="add_document",
    ),
    path("<int:pk>/documenten/<uuid:document>/", conversation.DownloadDocument.as_view(), name="document"),
    path(
        "<int:pk>/documenten/<uuid:document>/nieuwe-versie/",
        takes_files(conversation.AddDocument.as_view()),
        name="new_version",
    ),
    path(
        "<int:pk>/documenten/<uuid:document>/vertrouwelijk/",
        conversation.SetConfidential.as_view(),
        name="set_confidential",
    ),
    path("<int:pk>/persoon-bevestigen/", dossier.ConfirmParty.as_view(), name="confirm_party"),
    path("<int:pk>/persoon-losmaken/", dossier.DetachParty.as_view(), name="detach_party"),
    path("<int:pk>/volglink-vernieuwen/", dossier.RevokeFollowLinks.as_view(), name="revoke_follow_links"),
    path("<int:pk>/bewaren/", retention.HoldDossier.as_view(), name="hold"),
    path("<int:pk>/niet-langer-bewaren/", retention.LiftHold.as_view(), name="lift_hold"),
    path("<int:pk>/tevredenheid/", survey_desk.AskAtDesk.as_view(), name="survey_desk"),
]

# In a dossier of which the data were destroyed nothing can be done any more; its page says so.
only_living(
    pattern for pattern in urlpatterns if str(pattern.pattern).startswith("<int:pk>/") and pattern.name != "dossier"
)
