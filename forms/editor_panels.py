"""What stands above the questions in the form builder."""

from typing import Any

from wagtail.admin.panels import Panel


class StandingPanel(Panel):
    """How the draft stands: what keeps it from being published, what could be easier to read, and what can be done.

    About the draft as it was saved last; each line leads to its block.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms/editor/standing.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {
                "form_definition": self.instance,
                "problems": self.instance.problems(),
                "warnings": self.instance.warnings(),
            }
