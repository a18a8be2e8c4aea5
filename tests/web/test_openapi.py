"""The description of the API: whole, true of the answers, and kept by the application."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from dragoman.web.openapi import description
from dragoman.web.schemas import SCHEMAS

ANSWERS = {
    "/api/search": [
        "/api/search?q=treaty&explain=1&group=versions",
        "/api/search?q=",
        "/api/search?q=Лаврову&lang=ru&page_size=3&date=>1960",
        "/api/search?q=xylophone",
        "/api/search?q=ljujdjh",
    ],
    "/api/document/{id}": [
        "/api/document/en/npt.md",
        "/api/document/en/npt.md?q=treaty",
        "/api/document/en/npt.md?with=ru/npt.md&q=договор",
        "/api/document/en/npt.md?with=en/salt.md",
        "/api/document/000_ef255a6ad35d2c17.txt",
    ],
    "/api/documents": ["/api/documents?id=en/npt.md&id=none&id=ru/npt.md"],
    "/api/outline/{id}": [
        "/api/outline/en/npt.md?q=treaty",
        "/api/outline/000_ef255a6ad35d2c17.txt",
    ],
    "/api/similar/{id}": ["/api/similar/en/npt.md", "/api/similar/en/npt.md?lang=ru"],
    "/api/kwic": ["/api/kwic?q=treaty", "/api/kwic?q=договор&sort=left&sample=3&seed=2"],
    "/api/trends": ["/api/trends?q=treaty&q=договор", "/api/trends?q=treaty&split=lang&per=none"],
    "/api/collocations": [
        "/api/collocations?q=nuclear",
        "/api/collocations?q=договор&span=sentence&measure=npmi",
    ],
    "/api/keyness": ["/api/keyness?q=nuclear", "/api/keyness?q=ядерный&against=газ"],
    "/api/export": [
        "/api/export?q=treaty",
        "/api/export?q=treaty&format=csl-json",
        "/api/export?id=en/npt.md&id=ru/npt.md&format=jsonl",
    ],
    "/api/cite": ["/api/cite?id=en/npt.md", "/api/cite?id=en/npt.md&id=ru/npt.md&style=apa"],
    "/api/cite/{id}": ["/api/cite/en/npt.md", "/api/cite/ru/npt.md?style=apa&accessed=2026-01-02"],
    "/api/complete": ["/api/complete?q=san", "/api/complete"],
    "/api/openapi.json": ["/api/openapi.json"],
    "/healthz": ["/healthz"],
}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}})


def test_every_route_is_described_and_no_other(app: Flask) -> None:
    routes = {
        re.sub(r"<.*?>", "{id}", rule.rule): (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.rule == "/healthz"
    }
    described = {
        path: {method.upper() for method in methods}
        for path, methods in description()["paths"].items()
    }
    assert described == routes
    assert described.keys() == ANSWERS.keys()


def test_the_description_is_served_and_its_schemas_are_schemas(client: FlaskClient) -> None:
    response = client.get("/api/openapi.json")
    assert response.content_type == "application/json"
    assert json.loads(response.text) == description()
    named = set(re.findall(r"#/components/schemas/(\w+)", response.text))
    assert named == SCHEMAS.keys()
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    ids = re.findall(r'"operationId": "(\w+)"', response.text)
    assert len(ids) == len(set(ids)) == len(description()["paths"])


@pytest.mark.parametrize(("path", "url"), [(p, u) for p, urls in ANSWERS.items() for u in urls])
def test_answers_have_the_shape_that_is_described(
    seeds_client: FlaskClient, path: str, url: str
) -> None:
    response = seeds_client.get(quote(url, safe="/?&=>"))
    assert response.status_code == 200
    described = description()["paths"][path]["get"]["responses"]["200"]["content"]
    schema = described[response.mimetype]["schema"]
    is_json = response.mimetype == "application/json"
    validator(schema).validate(response.get_json() if is_json else response.text)


@pytest.mark.parametrize(
    "url", ["/api/search?q=%22a%22~999", "/api/kwic?q=oil&window=0", "/api/similar/none", "/api/x"]
)
def test_errors_have_the_shape_that_is_described(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code in (400, 404)
    validator(SCHEMAS["Error"]).validate(response.get_json())


def test_a_schema_refuses_what_an_answer_does_not_hold(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=oil").get_json()
    page = validator(SCHEMAS["ResultPage"])
    assert page.is_valid(answer)
    assert not page.is_valid({**answer, "more": 1})
    answer["hits"][0]["speaker"] = None
    assert not page.is_valid(answer)


@pytest.mark.parametrize(
    "params", ["window=none", "lines=1&accessed=someday", "lines=1&format=ris", "sort=left"]
)
def test_an_export_refuses_what_it_cannot_use(client: FlaskClient, params: str) -> None:
    assert client.get(f"/api/export?q=oil&{params}").status_code == 400
    assert client.get("/api/export?q=oil&sort=title&window=3").status_code == 200
