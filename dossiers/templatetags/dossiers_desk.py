from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(values: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for this key: ``{{ reach|of:party.pk }}``."""
    return values.get(key)
