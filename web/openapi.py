"""The OpenAPI 3.1 description of the API: `description()`, one JSON document.

In: nothing but the version. Out: every route with its parameters, answers and errors. Limits and
choices are those of the code; the shapes of answers are in `schemas`.
"""

from importlib.metadata import version
from typing import Any

from dragoman.search.associations import MAX_ROWS, MEASURES, SPANS
from dragoman.search.associations import MAX_WINDOW as MAX_NEAR
from dragoman.search.citation_styles import STYLES
from dragoman.search.completion import MAX_COMPLETIONS
from dragoman.search.concordance import MAX_DEPTH, MAX_WINDOW, ORDERS
from dragoman.search.export import FORMATS
from dragoman.search.request import FACETS, GROUPS, MATCHES, MAX_PAGE_SIZE, SORTS
from dragoman.search.similar import MAX_SIMILAR
from dragoman.search.trends import MAX_QUERIES, RATES, SPLITS, UNITS
from dragoman.web.exporting import MAX_IDS
from dragoman.web.schemas import SCHEMAS, Schema, ref

_LARGEST = 999_999_999
"""Numbers of more digits are refused."""

_Parameter = dict[str, Any]


def _given(name: str, schema: Schema, told: str, *, required: bool = False) -> _Parameter:
    parameter: _Parameter = {"name": name, "in": "query", "required": required}
    if not required and schema["type"] != "array":
        parameter["allowEmptyValue"] = True  # as a form sends what is not filled in
    return parameter | {"description": told, "schema": schema}


def _whole(name: str, told: str, default: int, least: int, most: int = _LARGEST) -> _Parameter:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return _given(name, schema, told)


def _choice(name: str, told: str, values: tuple[str, ...], default: str = "") -> _Parameter:
    schema: Schema = {"type": "string", "enum": list(values)}
    return _given(name, schema | {"default": default} if default else schema, told)


def _flag(name: str, told: str, default: str = "0") -> _Parameter:
    return _choice(name, told, ("0", "1", "false", "true", "no", "yes", "off", "on"), default)


_TEXT: Schema = {"type": "string"}
_Q = _given("q", _TEXT, "The query, in the query language; empty finds all documents.")
_WORDS = _given("q", _TEXT, "The query; it must look for words.", required=True)
_DATES = (
    "Documents whose date overlaps: 2021, 2021-06, 2021-06-22, 2014..2022, >2020. Repeated, any."
)
_FILTERS = [
    *(
        _given(
            name, {"type": "array", "items": _TEXT}, f"Documents with this {name}; repeated, any."
        )
        for name in FACETS
    ),
    _given("date", {"type": "array", "items": _TEXT}, _DATES),
]
_MATCH = _choice("match", "Whether all words must stand in a document.", MATCHES, "all")
_STRICT = _flag("strict", "Whether doubtful readings of the query are errors.")
_READING = [_MATCH, _STRICT]
_PAGE = _whole("page", "From 1.", 1, 1)
_LINES = [
    _whole("window", "Words of context on each side.", 8, 1, MAX_WINDOW),
    _whole("depth", "Words that left and right go by.", MAX_DEPTH, 1, MAX_DEPTH),
    _whole("sample", "So many lines drawn at random; 0 for all.", 0, 0),
    _whole("seed", "Of the draw.", 0, 0),
]
_IDS: Schema = {"type": "array", "items": _TEXT, "maxItems": MAX_IDS}
_CHOSEN = _given("id", {**_IDS, "minItems": 1}, "A document; repeated for a list.", required=True)
_STYLE = _choice("style", "The style.", tuple(STYLES), "gost")
_ACCESSED = "The day on which addresses were looked at; today without it."
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "A document's id, percent-encoded; a slash may stand as it is.",
    "schema": {"type": "string", "minLength": 1},
}


def _page_size(default: int) -> _Parameter:
    return _whole("page_size", "How many stand on a page.", default, 1, MAX_PAGE_SIZE)


def _error(told: str) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": ref("Error")}}}


_BAD = {"400": _error("The query can't be read, or a parameter can't be used.")}
_MISSING = {"404": _error("No document has this id.")}
_UNKNOWN = {"404": _error("No document has one of these ids: the message names them.")}
_NO_INDEX = {"503": _error("There is no index, or one that must be rebuilt: the message says how.")}


def _get(
    name: str, told: str, parameters: list[_Parameter], shape: Schema, **errors: dict[str, Any]
) -> dict[str, Any]:
    answers = {"200": {"description": told, "content": {"application/json": {"schema": shape}}}}
    for each in (*errors.values(), _NO_INDEX):
        answers |= each
    operation = {"operationId": name, "summary": told, "responses": answers}
    return {"get": operation | ({"parameters": parameters} if parameters else {})}


_PATHS: dict[str, Any] = {
    "/api/search": _get(
        "search",
        "A page of results.",
        [
            _Q,
            *_FILTERS,
            _choice(
                "sort", "The order; relevance is newest for an empty query.", SORTS, "relevance"
            ),
            _MATCH,
            _choice("group", "Hits that are shown under an earlier one.", GROUPS, "near"),
            _PAGE,
            _page_size(10),
            _STRICT,
            _flag("across", "Whether words are searched in the other language too."),
            _flag("explain", "Whether each hit carries the arithmetic of its score."),
        ],
        ref("ResultPage"),
        bad=_BAD,
    ),
    "/api/document/{id}": _get(
        "document",
        "One document; with q, what matched in it, and with `with` another one beside it.",
        [_ID, _Q, *_READING, _given("with", _TEXT, "Id of a document to put beside it.")],
        {"anyOf": [ref("Document"), ref("Comparison")]},
        bad=_BAD,
        missing=_MISSING,
    ),
    "/api/documents": _get(
        "documents",
        "What is known of chosen documents, in the order given, and which of them are unknown.",
        [_CHOSEN],
        ref("Documents"),
        bad=_BAD,
    ),
    "/api/outline/{id}": _get(
        "outline",
        "The turns or paragraphs of one document and who speaks how much; with q, its places.",
        [_ID, _Q, *_READING],
        ref("Outline"),
        bad=_BAD,
        missing=_MISSING,
    ),
    "/api/similar/{id}": _get(
        "similar",
        "The documents most like one, each with the words that it shares.",
        [_ID, *_FILTERS, _whole("top", "Documents at most.", 10, 1, MAX_SIMILAR)],
        ref("Similar"),
        bad=_BAD,
        missing=_MISSING,
    ),
    "/api/kwic": _get(
        "kwic",
        "A page of a concordance.",
        [
            _WORDS,
            *_FILTERS,
            *_READING,
            *_LINES,
            _choice("sort", "The order of the lines.", ORDERS, "date"),
            _PAGE,
            _page_size(200),
        ],
        ref("Concordance"),
        bad=_BAD,
    ),
    "/api/trends": _get(
        "trends",
        "Queries over time, side by side.",
        [
            _given(
                "q",
                {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MAX_QUERIES},
                "The queries; each must look for words.",
                required=True,
            ),
            *_FILTERS,
            *_READING,
            _choice("by", "The unit of time.", UNITS, "year"),
            _choice("per", "What the rate is per.", RATES, "words"),
            _choice("split", "A series for each frequent value; with one query.", SPLITS),
        ],
        ref("Trends"),
        bad=_BAD,
    ),
    "/api/collocations": _get(
        "collocations",
        "What stands near a query's matches more often than by chance.",
        [
            _WORDS,
            *_FILTERS,
            *_READING,
            _whole("window", "Words on each side that count as near.", 5, 1, MAX_NEAR),
            _choice("span", "Near is a window, or the sentence.", SPANS, "window"),
            _choice("measure", "The order of the rows.", MEASURES, "log-dice"),
            _whole("top", "Rows at most.", 50, 1, MAX_ROWS),
        ],
        ref("Collocations"),
        bad=_BAD,
    ),
    "/api/keyness": _get(
        "keyness",
        "Words, speakers and places typical of a query's documents.",
        [
            _Q,
            _given("against", _TEXT, "Query to compare with; else all others under the filters."),
            *_FILTERS,
            *_READING,
            _whole("top", "Rows at most, of each kind.", 50, 1, MAX_ROWS),
        ],
        ref("Keyness"),
        bad=_BAD,
    ),
    "/api/export": {
        "get": {
            "operationId": "export",
            "summary": "All hits of a search, all lines of its concordance, or chosen documents, "
            "as a file.",
            "parameters": [
                _Q,
                _given("id", _IDS, "A document instead of a query; repeated for a list."),
                _given(
                    "note",
                    {"type": "array", "items": _TEXT},
                    "A note on the document whose id stands before it.",
                ),
                *_FILTERS,
                *_READING,
                _choice("format", "Lines come as csv and jsonl only.", tuple(FORMATS), "csv"),
                _given(
                    "sort",
                    {"type": "string", "enum": list(dict.fromkeys((*SORTS, *ORDERS)))},
                    f"Of hits {', '.join(SORTS)}; of lines {', '.join(ORDERS)}.",
                ),
                _flag("bom", "Whether CSV begins with a byte order mark.", "1"),
                _given("accessed", _TEXT, _ACCESSED),
                _flag("lines", "Whether the file holds the lines of the concordance."),
                *_LINES,
            ],
            "responses": {
                "200": {
                    "description": "The file.",
                    "headers": {
                        "Dragoman-Index": {"description": "State of the index.", "schema": _TEXT},
                        "Dragoman-Total": {
                            "description": "Hits or lines that it holds.",
                            "schema": {"type": "integer", "minimum": 0},
                        },
                    },
                    "content": {
                        kind.partition(";")[0]: {"schema": _TEXT} for kind, _ in FORMATS.values()
                    },
                },
                **_BAD,
                **_UNKNOWN,
                **_NO_INDEX,
            },
        }
    },
    "/api/cite": _get(
        "cite_chosen",
        "The citations of chosen documents.",
        [
            _CHOSEN,
            _STYLE,
            _given("accessed", _TEXT, _ACCESSED),
        ],
        ref("Citations"),
        bad=_BAD,
        unknown=_UNKNOWN,
    ),
    "/api/cite/{id}": _get(
        "cite",
        "One document's citation.",
        [
            _ID,
            _STYLE,
            _given("accessed", _TEXT, _ACCESSED),
        ],
        ref("Citation"),
        bad=_BAD,
        missing=_MISSING,
    ),
    "/api/complete": _get(
        "complete",
        "Words and speakers that begin so, most frequent first.",
        [
            _given("q", _TEXT, "What was typed of a word."),
            _whole("limit", "How many at most.", 10, 1, MAX_COMPLETIONS),
        ],
        ref("Completions"),
        bad=_BAD,
    ),
    "/api/openapi.json": {
        "get": {
            "operationId": "openapi",
            "summary": "This description.",
            "responses": {
                "200": {
                    "description": "This description.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
        }
    },
    "/healthz": _get(
        "health", "Whether there is an index that can be searched.", [], ref("Health")
    ),
}


def description() -> dict[str, Any]:
    """The description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dragoman",
            "version": version("dragoman"),
            "description": "Full-text search in foreign-policy texts, English and Russian. Offsets "
            "are half-open and count code points. Parameters that a route does not know are "
            "ignored.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": _PATHS,
        "components": {"schemas": SCHEMAS},
    }
