"""The letters on paper: /beheer/afdrukken/."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from integrations import printing
from integrations.models import PrintBatch, PrintBatchQuerySet, PrintJob
from integrations.sheets import NotAsSent, sheets

PERMISSION = "integrations.print_letters"


class ReaddressForm(forms.Form):
    recipient = forms.CharField(
        label=gettext_lazy("Name and address"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Name, street and number, postcode and place, each on a line of its own."),
        error_messages={"required": gettext_lazy("Write the name and the address.")},
    )


class PrintRoom(ScopedView):
    """What waits, the batches that are being printed, and what was printed before."""

    model = PrintJob
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = list(self.get_queryset().waiting()[: printing.MOST + 1])
        AccessLog.objects.record_all(user=self.user, action="list", objects=waiting, at=timezone.now())
        batches = PrintBatch.objects.visible_to(self.user).with_counts()
        page = paginate(
            batches.exclude(printed_at=None), order=["-printed_at", "-pk"], cursor=request.GET.get("vanaf"), size=20
        )
        return render(
            request,
            "integrations/print_room.html",
            {
                "breadcrumbs_items": [{"url": "", "label": _("To print")}],
                "header_title": _("To print"),
                "header_icon": "download",
                "waiting": waiting[: printing.MOST],
                "more": len(waiting) > printing.MOST,
                "most": printing.MOST,
                "open_batches": batches.filter(printed_at=None).order_by("pk"),
                "page": page,
            },
        )


class MakeBatch(ScopedAction):
    model = PrintBatch
    permission = PERMISSION

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            batch = printing.make_batch(by=self.user, at=timezone.now())
        except printing.NothingWaits:
            messages.info(request, _("No letter waits any more: a colleague was first."))
            return redirect("integrations:print_room")
        return redirect("integrations:print_batch", batch.pk)


class BatchView(ScopedView):
    model = PrintBatch
    permission = PERMISSION

    def get_queryset(self) -> PrintBatchQuerySet:
        batches: PrintBatchQuerySet = super().get_queryset()
        return batches.with_counts()


class BatchPage(BatchView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch: PrintBatch = self.get_object()
        AccessLog.objects.record(user=self.user, action="view", obj=batch, at=timezone.now())
        title = _("Batch %(number)s") % {"number": batch.pk}
        return render(
            request,
            "integrations/print_batch.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("integrations:print_room"), "label": _("To print")},
                    {"url": "", "label": title},
                ],
                "header_title": title,
                "header_icon": "download",
                "batch": batch,
                "jobs": batch.jobs.order_by("pk"),
            },
        )


class BatchPdf(BatchView):
    """The letters themselves; of a batch that was printed only after somebody asked to print it again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch: PrintBatch = self.get_object()
        if batch.printed_at:
            messages.warning(request, _("This batch was printed. Press “Print again” if the paper is lost or spoilt."))
            return redirect("integrations:print_batch", batch.pk)
        try:
            content = sheets(batch.jobs.order_by("pk"))
        except (NotAsSent, FileNotFoundError):
            messages.error(request, _("A letter of this batch is not as it was made. Tell whoever runs Loket."))
            return redirect("integrations:print_batch", batch.pk)
        AccessLog.objects.record(user=self.user, action="download", obj=batch, at=timezone.now())
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="brieven-{batch.pk}.pdf"'
        return response


class MarkPrinted(ScopedAction):
    model = PrintBatch
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch: PrintBatch = self.get_object()
        try:
            printing.mark_printed(batch=batch, by=self.user, at=timezone.now())
        except printing.PrintedAlready:
            messages.warning(request, _("This batch was marked as printed before."))
            return redirect("integrations:print_batch", batch.pk)
        messages.success(request, _("Batch %(number)s is printed.") % {"number": batch.pk})
        return redirect("integrations:print_room")


class PrintAgain(ScopedAction):
    model = PrintBatch
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch: PrintBatch = self.get_object()
        printing.print_again(batch=batch, by=Actor.staff(self.user), at=timezone.now())
        messages.success(request, _("The batch is open again. It is noted that you asked for it."))
        return redirect("integrations:print_batch", batch.pk)


class Readdress(ScopedView):
    """The envelope of a letter that waits."""

    model = PrintJob
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job: PrintJob = self.get_object()
        AccessLog.objects.record(user=self.user, action="view", obj=job, at=timezone.now())
        return self.show(job, ReaddressForm(initial={"recipient": job.recipient}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job: PrintJob = self.get_object()
        form = ReaddressForm(request.POST)
        if not form.is_valid():
            return self.show(job, form, status=422)
        try:
            printing.readdress(job=job, recipient=form.cleaned_data["recipient"])
        except printing.Gone:
            messages.warning(request, _("This letter is in a batch already: write the address on the envelope."))
        else:
            messages.success(request, _("The address is changed."))
        return redirect("integrations:print_room")

    def show(self, job: PrintJob, form: ReaddressForm, **more: Any) -> HttpResponse:
        return render(
            self.request,
            "integrations/readdress.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("integrations:print_room"), "label": _("To print")},
                    {"url": "", "label": job.subject},
                ],
                "header_title": job.subject,
                "header_icon": "download",
                "job": job,
                "form": form,
            },
            **more,
        )
