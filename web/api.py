"""The API: URL parameters in, the same JSON out as the command line prints with `--json`."""

from flask import Blueprint, Response, request

from dragoman.indexer.errors import Message
from dragoman.search import Query, RequestError
from dragoman.search.chosen import sought
from dragoman.search.citations import accessed_on, citation
from dragoman.search.concordance import LinesWanted
from dragoman.search.outline import outline
from dragoman.search.request import whole
from dragoman.search.similar import SIMILAR
from dragoman.web.answers import data
from dragoman.web.exporting import chosen_ids, citations, download
from dragoman.web.openapi import description
from dragoman.web.searcher import shared_searcher

COMPLETIONS = 10
"""Completions answered where no `limit` is given."""
MOST_COMPLETIONS = 50

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/search")
def search() -> Response:
    """A page of results."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        return data(searcher.search(query).to_dict())


@blueprint.get("/api/kwic")
def kwic() -> Response:
    """A page of a concordance."""
    query, wanted = LinesWanted.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        return data(searcher.concordance(query, wanted).to_dict())


@blueprint.get("/api/trends")
def trends() -> Response:
    """Several queries, each a `q`, over time."""
    params = request.args.to_dict(flat=False)
    texts = [text for text in params.get("q", []) if text.strip()]
    last = {name: values[-1] for name, values in params.items()}
    query = Query.from_params({name: values for name, values in params.items() if name != "q"})
    with shared_searcher().lease() as searcher:
        found = searcher.trends(
            texts,
            query,
            by=last.get("by") or "year",
            per=last.get("per") or "words",
            split=last.get("split", ""),
        )
    return data(found.to_dict())


@blueprint.get("/api/collocations")
def collocations() -> Response:
    """What stands near a query's matches."""
    params = request.args.to_dict()
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        found = searcher.collocations(
            query,
            window=whole(params, "window", 5),
            span=params.get("span") or "window",
            measure=params.get("measure") or "log-dice",
            top=whole(params, "top", 50),
        )
    return data(found.to_dict())


@blueprint.get("/api/keyness")
def keyness() -> Response:
    """What is typical of a query's documents."""
    params = request.args.to_dict()
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        found = searcher.keyness(query, params.get("against", ""), top=whole(params, "top", 50))
    return data(found.to_dict())


@blueprint.get("/api/similar/<doc_id:doc_id>")
def similar(doc_id: str) -> Response:
    """The documents most like one."""
    query = Query.from_params(request.args.to_dict(flat=False))
    top = whole(request.args.to_dict(), "top", SIMILAR)
    with shared_searcher().lease() as searcher:
        return data(searcher.similar(doc_id, query, top=top).to_dict())


@blueprint.get("/api/export")
def export_hits() -> Response:
    """All hits, lines or chosen documents, as a file that is made as it goes."""
    return download(request.args.to_dict(flat=False))


@blueprint.get("/api/cite")
def cite_chosen() -> Response:
    """The citations of chosen documents, each an `id`, in a style."""
    return data({"citations": citations(request.args.to_dict(flat=False))})


@blueprint.get("/api/cite/<doc_id:doc_id>")
def cite(doc_id: str) -> Response:
    """One document's citation in a style."""
    style = request.args.get("style") or "gost"
    day = accessed_on(request.args.get("accessed", ""))
    with shared_searcher().lease() as searcher:
        return data(citation(searcher.about(doc_id), style, day))


@blueprint.get("/api/documents")
def documents() -> Response:
    """What is known of chosen documents, each an `id`, and which ones the index does not have."""
    doc_ids = chosen_ids(request.args.to_dict(flat=False))
    if not doc_ids:
        raise RequestError(Message("no document is chosen: name each by its id"))
    with shared_searcher().lease() as searcher:
        found, missing = sought(searcher, doc_ids)
        return data(
            {
                "index": searcher.index.to_dict(),
                "documents": [about.to_dict() for about in found],
                "missing": missing,
            }
        )


@blueprint.get("/api/document/<doc_id:doc_id>")
def document(doc_id: str) -> Response:
    """One document; with `q`, what matched in it, and with `with` another one beside it."""
    query = Query.from_params(request.args.to_dict(flat=False))
    asked = query if query.text else None
    with shared_searcher().lease() as searcher:
        if other_id := request.args.get("with"):
            return data(searcher.compare(doc_id, other_id, asked).to_dict())
        return data(searcher.document(doc_id, asked).to_dict())


@blueprint.get("/api/outline/<doc_id:doc_id>")
def outline_of(doc_id: str) -> Response:
    """The outline of one document; with `q`, how many places are in each of its parts."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        view = searcher.document(doc_id, query if query.text else None, sentences=False)
    return data(outline(view).to_dict())


@blueprint.get("/api/complete")
def complete() -> Response:
    """Words and speakers that begin as `q` does, at most `limit` of them."""
    params = request.args.to_dict(flat=False)
    prefix = params.get("q", [""])[-1]
    limit = _limit(params.get("limit", [""])[-1].strip())
    with shared_searcher().lease() as searcher:
        found = searcher.complete(prefix, limit) if prefix.strip() else ()
    return data({"completions": [completion.to_dict() for completion in found]})


def _limit(given: str) -> int:
    if not given:
        return COMPLETIONS
    if given.isascii() and given.isdigit() and len(given) <= len(str(MOST_COMPLETIONS)):
        limit = int(given)
        if 1 <= limit <= MOST_COMPLETIONS:
            return limit
    raise RequestError(
        Message(
            "limit is ‘{given}’: use a whole number from 1 to {most}",
            given=given,
            most=MOST_COMPLETIONS,
        )
    )


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """The description of the API."""
    return data(description())


@blueprint.get("/healthz")
def health() -> Response:
    """Whether there is an index that can be searched."""
    facts = shared_searcher().facts()
    return data({"status": "ok", "documents": facts["documents"], "state": facts["state"]})
