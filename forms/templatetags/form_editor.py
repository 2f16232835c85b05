"""Tags for the screens of editors."""

from django import template

from core.compiled_viewset import linked

register = template.Library()
register.simple_tag(linked, name="problem_link")
