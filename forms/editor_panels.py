"""What stands above the questions in the form builder."""

from typing import Any

from wagtail.admin.panels import Panel

from forms.models import FormStanding


class StandingPanel(Panel):
    """How the draft stands: what keeps it from being published, what could be easier to read, and what can be done.

    About the draft as it was saved last; each line leads to its block.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "forms/editor/standing.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            standing = FormStanding.objects.filter(definition_id=self.instance.pk).first()
            return super().get_context_data(parent_context) | {
                "form_definition": self.instance,
                "problems": self.instance.problems(),
                "warnings": self.instance.warnings(),
                "open_remarks": self.instance.remarks.filter(resolved_at=None).count(),
                "live_problems": standing.live_problems if standing else [],
            }
