"""The document of a decision: for staff who see the dossier, and for the citizen through the follow link."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.models import AccessLog
from core.views import ScopedView
from dossiers.models import Notification
from dossiers.models.notification import Altered
from dossiers.signed_in import link_of, referrer_policy

logger = logging.getLogger(__name__)


def pdf_response(pdf: bytes, filename: str) -> HttpResponse:
    """To read in the browser; ``filename`` is ours."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def as_sent(notification: Notification) -> HttpResponse:
    """Raises Altered, which the operator reads too: somebody or something touched the private storage."""
    if not notification.pdf:
        raise Http404
    try:
        pdf = notification.read_pdf()
    except Altered:
        logger.exception("The document of message %s is not what was sent", notification.pk)
        raise
    return pdf_response(pdf, notification.pdf_name)


@method_decorator(never_cache, name="dispatch")
class LetterPdf(ScopedView):
    """For who may see the dossier. Opening it is written down."""

    model = Notification
    permission = "dossiers.view_dossier"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        notification: Notification = self.get_object()
        try:
            response = as_sent(notification)
        except Altered:
            dossier = notification.dossier
            context = {
                "header_title": _("This letter was changed"),
                "breadcrumbs_items": [
                    {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                    {"url": dossier.get_absolute_url(), "label": dossier.number},
                    {"url": "", "label": _("Letter")},
                ],
                "notification": notification,
            }
            return render(request, "dossiers/letter_altered.html", context, status=409)
        AccessLog.objects.record(user=self.user, action="view", obj=notification, at=timezone.now())
        return response


@never_cache
@require_safe
def followed_letter(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The same document for the citizen: whoever may read the message may open what was sent with it."""
    link = link_of(request, token, timezone.now())
    if link is None:
        response = render(request, "dossiers/follow_unknown.html", status=404)
    else:
        notification = get_object_or_404(Notification, dossier=link.dossier_id, pk=pk)
        try:
            response = as_sent(notification)
        except Altered:
            context = {"link": link, "notification": notification}
            response = render(request, "dossiers/followed_letter_altered.html", context, status=409)
    response["Referrer-Policy"] = referrer_policy(request)
    response["X-Robots-Tag"] = "noindex"
    return response
