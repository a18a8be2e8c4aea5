"""The API: the same JSON as the types', and errors with their place."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dragoman.search import Query, open_searcher
from dragoman.web import create_app


def test_a_search_answers_what_the_query_module_answers(
    client: FlaskClient, index_dir: Path
) -> None:
    response = client.get("/api/search?q=sanctions+oil&lang=en&page_size=5&explain=1")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    query = Query("sanctions oil", filters={"lang": ("en",)}, page_size=5, explain=True)
    with open_searcher(index_dir) as searcher:
        expected = searcher.search(query).to_dict()
    answered = json.loads(response.text)
    answered.pop("took_ms")
    expected.pop("took_ms")
    assert answered == json.loads(json.dumps(expected))
    assert [hit["id"] for hit in answered["hits"]] == ["oil.md"]


def test_letters_are_not_escaped(client: FlaskClient) -> None:
    assert "Нефть и санкции" in client.get(f"/api/search?q={quote('санкции')}").text


def test_a_document_comes_with_its_marks(client: FlaskClient) -> None:
    document = client.get(f"/api/document/{quote('ru/нефть и санкции.md')}?q={quote('санкция')}")
    answered = json.loads(document.text)
    text = answered["text"]
    assert [text[a:b] for a, b in answered["marks"]] == ["санкции", "санкции"]
    assert answered["title"][answered["title_marks"][0][0] :] == "санкции"
    plain = json.loads(client.get(f"/api/document/{quote('letter/7#a?b')}").text)
    assert (plain["id"], plain["marks"], plain["query"]) == ("letter/7#a?b", [], None)


def test_a_query_error_names_its_place(client: FlaskClient) -> None:
    text = "oil date:someday"
    response = client.get(f"/api/search?q={quote(text)}")
    assert response.status_code == 400
    error = json.loads(response.text)["error"]
    assert set(error) == {"message", "start", "end"}
    assert "someday" in text[error["start"] : error["end"]]
    assert "2021-06-22" in error["message"]


def test_other_errors_have_no_place(client: FlaskClient, tmp_path: Path) -> None:
    nowhere = create_app({"INDEX_DIR": tmp_path / "none"}).test_client()
    for asked, url, status in (
        (client, "/api/search?q=oil&page=0", 400),
        (client, "/api/search?q=oil&date=someday", 400),
        (client, "/api/document/none", 404),
        (client, "/api/nothing", 404),
        (nowhere, "/api/search?q=oil", 503),
        (nowhere, "/healthz", 503),
    ):
        response = asked.get(url)
        assert response.status_code == status
        error = json.loads(response.text)["error"]
        assert error["message"]
        assert (error["start"], error["end"]) == (None, None)
    wrong = client.post("/api/search")
    assert (wrong.status_code, "error" in json.loads(wrong.text)) == (405, True)


def test_words_begun_are_completed_from_the_collection(client: FlaskClient) -> None:
    response = client.get("/api/complete?q=sanc")
    assert (response.status_code, response.content_type) == (200, "application/json")
    # oil.md alone holds it, as "Sanctions" and "sanctions"
    assert json.loads(response.text) == {"completions": [{"text": "sanctions", "documents": 1}]}
    names = json.loads(client.get(f"/api/complete?q={quote('Петр')}").text)
    assert names == {"completions": [{"text": "Анна Петрова", "documents": 1}]}


def test_completions_are_the_query_modules_own_and_no_more_than_asked_for(
    client: FlaskClient, index_dir: Path
) -> None:
    with open_searcher(index_dir) as searcher:
        expected = [completion.to_dict() for completion in searcher.complete("a", 3)]
    assert len(expected) == 3
    assert json.loads(client.get("/api/complete?q=a&limit=3").text) == {"completions": expected}


def test_nothing_begun_is_completed_to_nothing(client: FlaskClient) -> None:
    for params in ("", "?q=", "?q=%20", "?q=&limit=50", "?limit="):
        response = client.get(f"/api/complete{params}")
        assert (response.status_code, json.loads(response.text)) == (200, {"completions": []})


@pytest.mark.parametrize("limit", ["0", "51", "-1", "many", "1e1", "٣", "9" * 5000])
def test_a_limit_out_of_range_is_an_error_in_words(client: FlaskClient, limit: str) -> None:
    response = client.get(f"/api/complete?q=sa&limit={quote(limit)}")
    assert response.status_code == 400
    assert json.loads(response.text)["error"] == {
        "message": f"limit is ‘{limit}’: use a whole number from 1 to 50",
        "start": None,
        "end": None,
    }


def test_health_tells_the_number_of_documents(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert json.loads(response.text)["documents"] == 30


def test_the_page_and_the_api_give_the_same_hits(client: FlaskClient) -> None:
    page = client.get("/search?q=grain&sort=title&page=2").text
    answered = json.loads(client.get("/api/search?q=grain&sort=title&page=2").text)
    places = [page.index(f'data-id="{hit["id"]}"') for hit in answered["hits"]]
    assert len(places) == 10
    assert places == sorted(places)


def test_a_concordance_is_paged_and_sorted(client: FlaskClient) -> None:
    whole = client.get("/api/kwic?q=oil OR санкции&sort=right&window=3").get_json()
    assert whole["total"] == len(whole["lines"]) > 2
    second = client.get(
        "/api/kwic?q=oil OR санкции&sort=right&window=3&page=2&page_size=1"
    ).get_json()
    assert second["lines"] == whole["lines"][1:2]
    line = whole["lines"][0]
    text = client.get(f"/api/document/{line['id']}").get_json()["text"]
    assert text[line["start"] : line["end"]] == line["match"]


@pytest.mark.parametrize("wrong", ["sort=relevance", "window=99", "sample=x", "depth=0"])
def test_a_concordance_that_cannot_be_is_a_bad_request(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/api/kwic?q=peace&{wrong}")
    assert answer.status_code == 400
    assert wrong.partition("=")[0] in answer.get_json()["error"]["message"]


def test_similar_documents_are_those_of_the_query_module(
    client: FlaskClient, index_dir: Path
) -> None:
    answered = client.get("/api/similar/letter/7%23a%3Fb?top=3&year=2009&year=2008").get_json()
    with open_searcher(index_dir) as searcher:
        query = Query(filters={"year": ("2009", "2008")})
        expected = searcher.similar("letter/7#a?b", query, top=3).to_dict()
    assert answered == json.loads(json.dumps(expected))
    assert [row["id"] for row in answered["similar"]] == ["letter/9#a?b", "letter/8#a?b"]
    assert answered["similar"][0]["shared"] == ["letter", "grain"]


@pytest.mark.parametrize(
    ("url", "status"),
    [("oil.md?top=0", 400), ("oil.md?top=x", 400), ("oil.md?date=x", 400), ("none", 404)],
)
def test_what_cannot_be_similar_is_an_error(client: FlaskClient, url: str, status: int) -> None:
    assert client.get(f"/api/similar/{url}").status_code == status
