"""The API does what its OpenAPI description says: schemathesis makes requests from it, good ones and bad ones."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from cms.wsgi import application
from tests.forms.caller import ANSWERS, open_form

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def description(db: None) -> Iterator[Any]:
    """Through WSGI, within the transaction of the test: as with Django's test client, requests close no connection."""
    open_form()
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


OPERATIONS = {
    ("GET", "/api/v1/formulieren/"),
    ("GET", "/api/v1/formulieren/{slug}/"),
    ("POST", "/api/v1/formulieren/{slug}/controle/"),
    ("POST", "/api/v1/formulieren/{slug}/uploads/"),
    ("POST", "/api/v1/formulieren/{slug}/inzendingen/"),
}
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_the_api_does_what_its_description_says(description: Any, method: str, path: str, mode: GenerationMode) -> None:
    if mode is GenerationMode.NEGATIVE and path == "/api/v1/formulieren/":
        path = "/api/v1/formulieren/{slug}/"  # a list takes nothing that could be wrong

    @settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and case.path_parameters:
            case.path_parameters["slug"] = "melding-openbaar-domein"  # else every request is a 404
        case.call_and_validate(checks=CHECKS)

    run()


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "trace", "options", "head"])
def test_methods_that_are_not_described_are_refused(client: Client, method: str) -> None:
    for operation, path in OPERATIONS:
        if (method.upper(), path) in OPERATIONS or method.upper() == operation:
            continue
        response = getattr(client, method)(path.replace("{slug}", "melding-openbaar-domein"))
        assert response.status_code == 405
        assert operation in response["Allow"]


def test_the_description_names_every_address_and_error(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    paths = description["paths"]
    assert {(method.upper(), path) for path in paths for method in paths[path]} == OPERATIONS
    send = paths["/api/v1/formulieren/{slug}/inzendingen/"]
    assert set(send["post"]["responses"]) >= {"201", "404", "405", "409", "413", "415", "422", "429"}
    key = next(one for one in send["post"]["parameters"] if one["name"] == "Idempotency-Key")
    assert (key["required"], key["schema"]["format"]) == (True, "uuid")
    assert "Wat er fout is" in str(description["components"]["schemas"]["Problem"])


def test_the_good_road_is_described_well_enough_to_be_taken(description: Any) -> None:
    """schemathesis seldom guesses a whole form; its answers are checked against the description here."""
    schema = description
    headers = {"Idempotency-Key": str(UUID(int=7))}
    slug = {"slug": "melding-openbaar-domein"}
    for path, status in (("controle", 200), ("inzendingen", 201)):
        operation = schema[f"/api/v1/formulieren/{{slug}}/{path}/"]["POST"]
        case = operation.Case(
            path_parameters=slug, headers=headers, body={"antwoorden": ANSWERS}, media_type="application/json"
        )
        response = case.call()
        assert response.status_code == status
        case.validate_response(response)
    case = schema["/api/v1/formulieren/{slug}/"]["GET"].Case(path_parameters=slug)
    case.validate_response(case.call())
