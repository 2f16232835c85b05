"""The forms that come with Loket, one for each process, published as an editor would."""

from dataclasses import dataclass
from datetime import datetime

from cms.demo.process import NAME
from core.models import User
from dossiers.models import ProcessType
from forms import editing
from forms.editor_views import templates
from forms.models import FormDefinition


@dataclass(frozen=True)
class Titled:
    """What this town calls the form, and its address."""

    title: str
    slug: str


FORMS = {
    "melding": Titled(NAME, "melding-openbaar-domein"),
    "bouwen": Titled("Bouwen en verbouwen", "bouwen-en-verbouwen"),
    "attest": Titled("Een attest aanvragen", "attest-aanvragen"),
    "klacht": Titled("Een klacht indienen", "klacht-indienen"),
    "inlichtingen": Titled("Een vraag stellen", "vraag-stellen"),
}
"""By name of the template."""


def make_form(key: str, process_type: ProcessType, editor: User, now: datetime) -> FormDefinition:
    """The published form; made once, and then it is the editors'."""
    named = FORMS[key]
    existing = FormDefinition.objects.filter(slug=named.slug).first()
    if existing:
        return existing
    data = templates()[key] | {"title": named.title, "slug": named.slug, "process_type": process_type.name}
    form = editing.import_form(data=data, by=editor, at=now).definition
    form.save_revision(user=editor).publish(user=editor)
    form.refresh_from_db()
    return form
