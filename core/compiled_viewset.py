"""The admin screens of things that are compiled when they go live (core.publishing).

A draft with problems is refused by ``publish()`` itself. Here that refusal becomes a list on the edit page; what was
typed has been kept as a draft by then, because Wagtail saves the revision before it publishes.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.snippets.views.snippets import CopyView, CreateView, EditView, SnippetViewSet, WorkflowActionView

from core.publishing import NotPublishable, Problem


def say_refused(request: HttpRequest, refusal: NotPublishable) -> None:
    """Tell the editor that nothing was published, and every reason why."""
    messages.error(
        request,
        format_html(
            '<strong>{}</strong> {}<ul class="loket-problems">{}</ul>',
            _("Not published yet."),
            _("Your work is kept as a draft. First solve this:"),
            format_html_join("", "<li>{}</li>", ((linked(problem),) for problem in refusal.problems)),
        ),
    )


def linked(problem: Problem) -> SafeString:
    """The problem as a link to its place, which the editor's script opens and marks (forms/static/forms/builder.js)."""
    if not problem.block:
        return format_html("{}", problem)
    return format_html(
        '<a href="#block-{0}-section" data-loket-block="{0}" data-loket-problem="{1}">{2}</a>',
        problem.block,
        problem.message,
        problem,
    )


class RefusalMixin:
    """An edit or create view that turns a refusal into messages on the edit page."""

    def publish_action(self) -> HttpResponse | None:
        try:
            return super().publish_action()  # type: ignore[misc]  # mixed into Wagtail's untyped views
        except NotPublishable as refusal:
            return self._refused(refusal)

    def workflow_action_action(self) -> HttpResponse | None:
        """Approving the last task of a workflow publishes too."""
        try:
            return super().workflow_action_action()  # type: ignore[misc]  # as above
        except NotPublishable as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: NotPublishable) -> HttpResponse:
        view: Any = self
        say_refused(view.request, refusal)
        return redirect(view.get_edit_url())


class CompiledCreateView(RefusalMixin, CreateView):
    pass


class CompiledCopyView(RefusalMixin, CopyView):
    """Shows the copy; its form goes to the create view. Posted to directly, Wagtail would save over the original."""

    http_method_names = ["get", "head", "options"]


def newest_draft(thing: Any) -> tuple[Any, ...]:
    """Which draft is the newest, as far as this object knows. One that Wagtail writes over gets another date."""
    newest = thing.latest_revision
    return (newest.pk, newest.created_at) if newest else ()


PUBLISHED = ("live", "live_revision_id", "first_published_at", "last_published_at", "expired")


class CompiledEditView(RefusalMixin, EditView):
    """An edit view whose drafts never take something off the website, nor undo what was saved after them.

    Wagtail saves a draft by itself every few moments. One that was on its way when the editor pressed "publish" still
    holds the row as it was before, and would save "not live" over it; one that was on its way when the editor pressed
    "save" would come after it with older text.
    """

    def save_instance(self) -> Any:
        """Raises PermissionDenied, which Wagtail answers as a refused draft, when a draft comes too late."""
        with transaction.atomic():
            now = self.model._base_manager.select_for_update().get(pk=self.form.instance.pk)
            if self.expects_json_response and newest_draft(now) != newest_draft(self.object):
                raise PermissionDenied(_("A newer version was saved while this one was on its way."))
            for name in PUBLISHED:
                setattr(self.form.instance, name, getattr(now, name))
            return super().save_instance()


class CompiledWorkflowActionView(WorkflowActionView):
    """Approving from a list or the dashboard."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except NotPublishable as refusal:
            say_refused(request, refusal)
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                return self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
            return redirect(self.redirect_url)


class CompiledViewSet(SnippetViewSet):
    """A snippet viewset for a CompiledMixin model: a refused publication is explained, and never an error page."""

    add_view_class = CompiledCreateView
    copy_view_class = CompiledCopyView
    edit_view_class = CompiledEditView
    workflow_action_view_class = CompiledWorkflowActionView
