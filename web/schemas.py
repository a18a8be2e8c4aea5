"""The shapes of the API's JSON, as JSON Schema (2020-12) for the OpenAPI description.

Each is what a type's `to_dict` gives: all properties are there, what is not known is null or an
empty list. Describes no routes.
"""

from typing import Any

from dragoman.search.associations import MEASURES, SPANS
from dragoman.search.citation_styles import STYLES
from dragoman.search.concordance import ORDERS
from dragoman.search.request import FACETS, SORTS
from dragoman.search.trends import RATES, SPLITS, UNITS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_SPAN: Schema = {
    "type": "array",
    "items": _COUNT,
    "minItems": 2,
    "maxItems": 2,
    "description": "A half-open range of code points.",
}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def _shape(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object that has these properties and no others, all but the optional ones always."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def ref(name: str) -> Schema:
    """A reference to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


_TEXTS = _list(_TEXT)
_SPANS = _list(_SPAN)
_METADATA: dict[str, Schema] = {
    "id": _TEXT,
    "title": _TEXT,
    "date": {**_TEXT_OR_NULL, "description": "2021, 2021-06, 2021-06-22 or 2021-06-22T10:32"},
    "date_precision": _one_of("year", "month", "day", "minute", None),
    "lang": _TEXT_OR_NULL,
    "speaker": _TEXTS,
    "place": _TEXT_OR_NULL,
    "source": _TEXT_OR_NULL,
    "kind": _TEXT_OR_NULL,
    "topics": _TEXTS,
    "country": _TEXT_OR_NULL,
    "url": _TEXT_OR_NULL,
    "versions": _list(ref("Version")),
    "near_identical": _TEXTS,
}
_READ: dict[str, Schema] = {
    "query": _TEXT,
    "searched_for": _TEXT,
    "notes": _list(ref("Note")),
    "index": ref("Index"),
}
"""What tells how a query was read, and by which index it was answered."""
_DOCUMENT: dict[str, Schema] = {
    **_METADATA,
    "text": _TEXT,
    "paragraphs": _SPANS,
    "sentences": _SPANS,
    "pages": _SPANS,
    "marks": _SPANS,
    "title_marks": _SPANS,
    "matches": _SPANS,
    "turns": _list(_shape(start=_COUNT, end=_COUNT, voice=_TEXT, speaker=_TEXT, text_start=_COUNT)),
    "query": _TEXT_OR_NULL,
    "searched_for": _TEXT_OR_NULL,
    "notes": _list(ref("Note")),
    "office": _TEXT_OR_NULL,
    "time_zone": _TEXT_OR_NULL,
    "languages": _TEXTS,
    "extra": {"type": "object", "description": "Fields of the record that have no own meaning."},
    "origins": {"type": "object", "additionalProperties": _TEXT},
    "path": _TEXT_OR_NULL,
}
_SECTION: dict[str, Schema] = {
    "start": _COUNT,
    "end": _COUNT,
    "paragraph": {**_COUNT, "description": "From 0, as in a snippet."},
    "last_paragraph": _COUNT,
    "voice": _TEXT_OR_NULL,
    "speaker": _TEXT_OR_NULL,
    "opening": {**_TEXT, "description": "Its first words."},
    "words": _COUNT,
    "places": {**_COUNT, "description": "Matches that begin in it."},
    "parts": _list(ref("Section")),
}
_COMPARISON = _shape(
    kind=_one_of("versions", "difference"),
    by=_one_of("pair", "link", "url", "text", "near-identical", None),
    unit=_one_of("paragraph", "sentence"),
    rows=_list(
        _shape(
            **{
                "text": {"anyOf": [_SPAN, {"type": "null"}]},
                "with": {"anyOf": [_SPAN, {"type": "null"}]},
                "pieces": _list(
                    _shape(op=_one_of("equal", "delete", "insert"), start=_COUNT, end=_COUNT)
                ),
            }
        )
    ),
)

SCHEMAS: dict[str, Schema] = {
    "Error": _shape(
        error=_shape(
            message={**_TEXT, "description": "What is wrong, and the remedy."},
            start={**_COUNT_OR_NULL, "description": "Of the place in the query, code points."},
            end=_COUNT_OR_NULL,
        )
    ),
    "Index": _shape(
        state={**_TEXT, "description": "A hash of what the index holds."},
        documents=_COUNT,
        analyzer=_COUNT,
        version=_TEXT,
    ),
    "Note": _shape(code=_TEXT, message=_TEXT, start=_COUNT, end=_COUNT),
    "Section": _shape(**_SECTION),
    "Outline": _shape(
        id=_TEXT,
        title=_TEXT,
        query=_TEXT_OR_NULL,
        searched_for=_TEXT_OR_NULL,
        notes=_list(ref("Note")),
        by=_one_of("turns", "paragraphs"),
        sections=_list(ref("Section")),
        speakers=_list(
            _shape(voice=_TEXT, speaker=_TEXT, turns=_COUNT, words=_COUNT, places=_COUNT)
        ),
    ),
    "Version": _shape(lang=_TEXT, id=_TEXT, by=_one_of("pair", "link", "url", "text")),
    "Metadata": _shape(**_METADATA),
    "Snippet": _shape(
        start=_COUNT,
        end=_COUNT,
        paragraph=_COUNT,
        page=_COUNT_OR_NULL,
        text=_TEXT,
        marks=_SPANS,
        voice=_TEXT_OR_NULL,
    ),
    "Hit": _shape(
        ("explain",),
        rank={"type": "integer", "minimum": 1},
        score=_NUMBER,
        **_METADATA,
        title_marks=_SPANS,
        date_overlap=_FLAG,
        occurrences=_COUNT,
        shown_under=_TEXT_OR_NULL,
        snippets=_list(ref("Snippet")),
        explain={"type": "object"},
    ),
    "ResultPage": _shape(
        **_READ,
        terms=_list(_shape(text=_TEXT, keys=_TEXTS, documents=_COUNT, occurrences=_COUNT)),
        total=_COUNT,
        occurrences=_COUNT,
        page=_COUNT,
        page_size=_COUNT,
        pages=_COUNT,
        sort=_one_of(*SORTS),
        took_ms=_NUMBER,
        hits=_list(ref("Hit")),
        facets=_shape(
            **{name: _list(_shape(value=_TEXT, count=_COUNT, selected=_FLAG)) for name in FACETS}
        ),
        suggestions=_list(_shape(query=_TEXT, reason=_TEXT, total=_COUNT)),
    ),
    "Document": _shape(**_DOCUMENT),
    "Documents": _shape(index=ref("Index"), documents=_list(ref("Metadata")), missing=_TEXTS),
    "Comparison": _shape(**_DOCUMENT, **{"with": ref("Document"), "comparison": _COMPARISON}),
    "Completions": _shape(completions=_list(_shape(text=_TEXT, documents=_COUNT))),
    "Concordance": _shape(
        **_READ,
        total=_COUNT,
        in_titles=_COUNT,
        documents=_COUNT,
        sort=_one_of(*ORDERS),
        depth=_COUNT,
        window=_COUNT,
        sample=_COUNT_OR_NULL,
        seed=_COUNT_OR_NULL,
        lines=_list(
            _shape(
                id=_TEXT,
                left=_TEXT,
                match=_TEXT,
                right=_TEXT,
                start=_COUNT,
                end=_COUNT,
                paragraph=_COUNT,
                title=_TEXT,
                date=_TEXT_OR_NULL,
                lang=_TEXT_OR_NULL,
                speaker=_TEXTS,
                voice=_TEXT_OR_NULL,
            )
        ),
    ),
    "Trends": _shape(
        by=_one_of(*UNITS),
        per=_one_of(*RATES),
        split=_one_of(*SPLITS, None),
        index=ref("Index"),
        series=_list(
            _shape(
                query=_TEXT,
                searched_for=_TEXT,
                value=_TEXT_OR_NULL,
                documents=_COUNT,
                unplaced=_COUNT,
                notes=_list(ref("Note")),
                points=_list(
                    _shape(
                        period=_TEXT,
                        documents=_COUNT,
                        occurrences=_COUNT,
                        rate={"type": ["number", "null"]},
                        documents_in_period=_COUNT,
                        words_in_period=_COUNT,
                    )
                ),
            )
        ),
    ),
    "Collocations": _shape(
        **_READ,
        span=_one_of(*SPANS),
        window=_COUNT_OR_NULL,
        measure=_one_of(*MEASURES),
        occurrences=_COUNT,
        tokens_near=_COUNT,
        tokens=_COUNT,
        collocations=_list(
            _shape(
                word=_TEXT,
                together=_COUNT,
                overall=_COUNT,
                log_dice=_NUMBER,
                log_likelihood=_NUMBER,
                npmi=_NUMBER,
            )
        ),
    ),
    "Keyword": _shape(
        word=_TEXT, here=_COUNT, there=_COUNT, log_likelihood=_NUMBER, log_ratio=_NUMBER
    ),
    "Keyness": _shape(
        **_READ,
        against=_TEXT_OR_NULL,
        against_searched_for=_TEXT_OR_NULL,
        against_notes=_list(ref("Note")),
        documents=_COUNT,
        other_documents=_COUNT,
        tokens=_COUNT,
        other_tokens=_COUNT,
        keywords=_list(ref("Keyword")),
        speakers=_list(ref("Keyword")),
        places=_list(ref("Keyword")),
    ),
    "Similar": _shape(
        document=ref("Metadata"),
        index=ref("Index"),
        words=_list(_shape(word=_TEXT, occurrences=_COUNT, documents=_COUNT, weight=_NUMBER)),
        similar=_list(
            _shape(
                rank={"type": "integer", "minimum": 1},
                score=_NUMBER,
                relation=_one_of("near_identical", "version", None),
                shared=_TEXTS,
                **_METADATA,
            )
        ),
    ),
    "Citation": _shape(
        id=_TEXT,
        style=_one_of(*STYLES),
        accessed={**_TEXT, "format": "date"},
        citation=_TEXT,
        csl={"type": "object", "description": "The document as a CSL-JSON item."},
    ),
    "Citations": _shape(citations=_list(ref("Citation"))),
    "Health": _shape(status=_one_of("ok"), documents=_COUNT, state=_TEXT),
}
