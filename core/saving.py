"""What the editors of Wagtail need so that nothing typed is lost while saving (static/core/saving.js)."""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def signed_in(request: HttpRequest) -> JsonResponse:
    """The token for the next post. Wagtail leads who is not signed in from every address of the admin to its login."""
    return JsonResponse({"token": get_token(request)})


def script() -> str:
    return render_to_string("core/staff/saving.html")
