"""What the pages of a form need: addresses that stay in the frame, if there is one, and how answers are shown."""

from typing import Any

from django import template
from django.template import Context

from forms.embedding import address
from forms.fields import registry

register = template.Library()


@register.simple_tag(takes_context=True)
def form_url(context: Context, page: str, *args: Any) -> str:
    return address(context.get("request"), page, *args)


@register.filter
def heading(step: dict[str, Any]) -> str:
    """The title above the answers of a step; none where it only repeats its one question."""
    answers = step["answers"]
    repeats = len(answers) == 1 and answers[0]["label"] == step["title"]
    return "" if repeats else str(step["title"])


@register.filter
def is_derived(answer: dict[str, Any]) -> bool:
    """Whether Loket worked the answer out, so that nobody can change it."""
    return registry[answer["type"]].is_derived
