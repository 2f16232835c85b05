"""The base of every register and configuration table (wagtail-modeladmin), made to behave like the rest of Loket.

modeladmin scopes only the listing: an edit, inspect, delete or history address of a hidden row still answers, and the
history asks no permission at all. Here every address goes through ``get_queryset``. It also exports with Dutch
headings and local times, and has the slim header of today's Wagtail.
"""

from collections import OrderedDict
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail_modeladmin import views
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin

from core.models import User


class SlimHeaderMixin:
    """Breadcrumbs in place of modeladmin's large header; the templates of this base use them."""

    def crumb(self) -> str:
        """What stands last in the breadcrumbs; '' on the list itself."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view: Any = self
        plural = capfirst(view.verbose_name_plural)
        items = [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": view.index_url if self.crumb() else "", "label": plural},
        ]
        if self.crumb():
            items.append({"url": "", "label": self.crumb()})
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # mixed into untyped views
        return context | {
            "breadcrumbs_items": items,
            "header_title": f"{plural}: {self.crumb()}" if self.crumb() else plural,
            "header_icon": view.header_icon,
        }


class RegisterIndexView(SlimHeaderMixin, views.IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        buttons = []
        if self.permission_helper.user_can_create(self.request.user):
            label = capfirst(_("Add %(object)s") % {"object": self.verbose_name})
            buttons.append(HeaderButton(label, url=self.create_url, icon_name="plus"))
        context["header_buttons"] = buttons
        return context

    def get_heading(self, queryset: models.QuerySet[Any], field: str) -> str:
        return capfirst(str(label_for_field(field, model=self.model, model_admin=self.model_admin)))

    def to_row_dict(self, item: models.Model) -> OrderedDict[str, Any]:
        """Choices as people read them and times as the clock on the wall shows them."""
        row: OrderedDict[str, Any] = super().to_row_dict(item)
        for name, value in row.items():
            display = getattr(item, f"get_{name}_display", None)
            if display is not None:
                row[name] = display()
            elif isinstance(value, datetime) and timezone.is_aware(value):
                row[name] = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
            elif isinstance(value, bool) or self._is_boolean(name):
                row[name] = _("yes") if value is True else _("no")
        return row

    def _is_boolean(self, name: str) -> bool:
        """modeladmin has already made an empty-value dash of a plain False."""
        try:
            return isinstance(self.model._meta.get_field(name), models.BooleanField)
        except FieldDoesNotExist:
            return False


class RegisterCreateView(SlimHeaderMixin, views.CreateView):
    def crumb(self) -> str:
        return _("New")

    def get_meta_title(self) -> str:
        return capfirst(_("Add %(object)s") % {"object": self.verbose_name})


class RegisterEditView(SlimHeaderMixin, views.EditView):
    def crumb(self) -> str:
        return str(self.instance)


class RegisterInspectView(SlimHeaderMixin, views.InspectView):
    def crumb(self) -> str:
        return str(self.instance)


class RegisterDeleteView(SlimHeaderMixin, views.DeleteView):
    def crumb(self) -> str:
        return str(self.instance)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Says so when the row is in use; modeladmin would list everything that uses it, however much that is."""
        try:
            with transaction.atomic():
                log(instance=self.instance, action="wagtail.delete")
                self.delete_instance()
        except models.ProtectedError:
            messages.error(request, _("'%(name)s' is in use and cannot be deleted.") % {"name": self.instance})
        else:
            messages.success(request, _("'%(name)s' was deleted.") % {"name": self.instance})
        return redirect(self.index_url)


class RegisterHistoryView(SlimHeaderMixin, views.HistoryView):
    def check_action_permitted(self, user: User) -> bool:
        """Whoever may see the list may see the history; modeladmin itself asks nothing."""
        return bool(self.permission_helper.user_can_list(user))

    def crumb(self) -> str:
        return str(self.instance)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"no_results_message": _("No changes were recorded yet.")}


class RegisterButtons(ButtonHelper):
    delete_button_classnames = ["button-secondary", "no"]


class Register(ModelAdmin):
    """A register. Subclasses set ``model``, ``list_display``, ``menu_item_name`` and perhaps ``menu_hook``.

    When the model's manager has ``visible_to(user)``, a person sees, edits, inspects, deletes and exports only that.
    ``intro`` is shown above the list.
    """

    menu_hook = "register_beheer_menu_item"
    intro: str | Promise = ""
    add_to_admin_menu = False  # registered under menu_hook by register()

    index_view_class = RegisterIndexView
    create_view_class = RegisterCreateView
    edit_view_class = RegisterEditView
    inspect_view_class = RegisterInspectView
    delete_view_class = RegisterDeleteView
    history_view_class = RegisterHistoryView
    button_helper_class = RegisterButtons
    index_template_name = "core/registers/index.html"
    create_template_name = "core/registers/create.html"
    edit_template_name = "core/registers/edit.html"
    inspect_template_name = "core/registers/inspect.html"
    delete_template_name = "core/registers/delete.html"

    @classmethod
    def register(cls) -> None:
        """Adds the screens and the menu item to the admin; call it from ``wagtail_hooks``."""
        from wagtail import hooks

        register = cls()
        register.register_with_wagtail()
        hooks.register(cls.menu_hook, register.get_menu_item)

    def get_menu_label(self) -> str:
        return str(self.menu_label or capfirst(self.opts.verbose_name_plural))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)
        visible_to = getattr(rows, "visible_to", None)
        return visible_to(request.user) if visible_to else rows

    def _refuse_hidden(self, request: HttpRequest, instance_pk: str) -> None:
        """Raises Http404 for a row that this person may not see, PermissionDenied without any right to the register."""
        if not self.permission_helper.user_can_list(request.user):
            raise PermissionDenied
        try:
            get_object_or_404(self.get_queryset(request), pk=unquote(instance_pk))
        except ValueError:  # a key that is no number
            raise Http404

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self._refuse_hidden(request, instance_pk)
        return super().inspect_view(request, instance_pk)

    def edit_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self._refuse_hidden(request, instance_pk)
        return super().edit_view(request, instance_pk)

    def delete_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self._refuse_hidden(request, instance_pk)
        return super().delete_view(request, instance_pk)

    def history_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self._refuse_hidden(request, instance_pk)
        return super().history_view(request, instance_pk)
