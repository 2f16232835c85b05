"""Addresses of the pages of a form that stay in the frame, if there is one."""

from typing import Any

from django import template
from django.template import Context

from forms.embedding import address

register = template.Library()


@register.simple_tag(takes_context=True)
def form_url(context: Context, page: str, *args: Any) -> str:
    return address(context.get("request"), page, *args)
