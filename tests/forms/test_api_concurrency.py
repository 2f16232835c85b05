"""One key, many requests at the same moment."""

import pytest

from dossiers.models import Dossier
from forms.models import FormDraft, Submission, Upload
from parties.models import Party
from tests.forms import builder
from tests.forms.caller import ANSWERS, Caller, open_form
from tests.forms.test_submit_concurrency import CLIENTS, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def test_eight_requests_with_one_key_are_one_dossier() -> None:
    open_form()
    caller = Caller()
    answers = at_once(lambda number: Caller().send(ANSWERS, key=caller.key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [model.objects.count() for model in (Dossier, Submission, Party, FormDraft)] == [1, 1, 1, 1]


def test_one_key_for_eight_different_forms_lets_one_through() -> None:
    open_form()
    caller = Caller()
    answers = at_once(lambda number: Caller().send(ANSWERS | {"naam": f"Burger {number}"}, key=caller.key))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * (CLIENTS - 1)]
    assert Dossier.objects.count() == 1


def test_files_sent_at_once_under_one_key_belong_to_one_draft() -> None:
    open_form()
    caller = Caller()
    answers = at_once(lambda number: Caller().upload("foto", builder.picture(), key=caller.key))
    assert {answer.status_code for answer in answers} == {201}
    assert FormDraft.objects.count() == 1
    upload = Upload.objects.get()  # a photo takes the place of the one before it
    assert caller.send(ANSWERS | {"foto": str(upload.pk)}).status_code == 201
