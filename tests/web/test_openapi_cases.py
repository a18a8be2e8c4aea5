"""What schemathesis makes of the description, asked in this process: the application keeps it.

Positive cases fit the description, negative ones break it in one place. Each route answers each of
them with a documented status and shape, and what does not fit with an error.
"""

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from dragoman.web.openapi import description

load_all_checks()
EXAMPLES = 25
"""Cases of each route and mode."""
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
"""Left out: that what fits is accepted. A text that fits may be no query, an id no document."""


def with_single_texts(described: dict[str, Any]) -> dict[str, Any]:
    """The description with one text where a list of texts may be given.

    A URL can't hold what is no such list: `country=false` is a list of one. Schemathesis takes
    that for a value that must be refused.
    """
    changed = deepcopy(described)
    for methods in changed["paths"].values():
        for parameter in methods["get"].get("parameters", []):
            if parameter["schema"]["type"] == "array":
                parameter["schema"] = parameter["schema"]["items"]
    return changed


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        (path, mode)
        for path, methods in description()["paths"].items()
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or "parameters" in methods["get"]
    ],
)
def test_every_case_is_answered_as_described(app: Flask, path: str, mode: GenerationMode) -> None:
    described = description()
    if mode is GenerationMode.NEGATIVE:
        described = with_single_texts(described)
    schema = schemathesis.openapi.from_dict(described)
    schema.app = app
    operation = schema[path]["GET"]
    checks = [CHECKS.get_one(name) for name in CHECKED]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=checks)

    asked()
