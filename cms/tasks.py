"""What the worker runs."""

from django.core.management import call_command


def publish_scheduled() -> None:
    """Publish and unpublish what editors planned for now: pages, forms and process types."""
    call_command("publish_scheduled")
