"""A citizen who signed in signs out. Here, because only addresses of forms see which forms this browser holds."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from dossiers.views.signing_in import sign_out
from forms import hold
from forms.hold import Hold


@method_decorator(never_cache, name="dispatch")
class SignOut(View):
    """The next person at this device sees nothing: every form that is open here closes. Nothing in them is lost."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        response = sign_out(request)
        for uuid in hold.held(request, now, Hold.OPEN):
            hold.close(response, uuid, now)
        return response
