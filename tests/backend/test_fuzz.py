"""Whatever the API's own description allows, and much that it does not, gets the answer described.

Schemathesis makes the calls up; the business under them changes all the while, as its calls decide.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.backend.conftest import NOW
from tests.databases import kept
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.clock import FixedClock
from widget_server.database import open_database

# More, and others, in a long look: FUZZ_CALLS=1000 pytest --hypothesis-profile=default
CALLS = int(os.environ.get("FUZZ_CALLS", "10"))
# Rules beyond the shape (an id that exists, dates in order) may refuse what the shape allows.
NOT_CHECKED = [positive_data_acceptance]
PATH = "/api/v2/openapi.json"


def described(app, token=""):
    headers = {"Authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_wsgi(PATH, app, headers=headers)
    operations = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operations[result.ok().label] = result.ok()
    return operations


def _operations():
    """Read the description alone: no call is made."""
    database = open_database("sqlite://")
    app = create_backend_app(BackendConfig(), database, FixedClock(NOW))
    return sorted(described(app))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", _operations())
def test_every_call_gets_an_answer_as_described(studio, databases, name, mode):
    # The application and the token are the same each time.
    operations = kept(databases, described, lambda: described(studio.app, studio.token))
    operation = operations[name]
    # All is text in a query: what is of a wrong type may well read as one of the right type.
    left_out = NOT_CHECKED + [negative_data_rejection] * (operation.method.upper() == "GET")
    headers = {"Authorization": f"Bearer {studio.token}"}

    @settings(max_examples=CALLS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case):
        case.call_and_validate(excluded_checks=left_out, headers=headers)

    call()
