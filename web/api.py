"""The API: URL parameters in, the same JSON out as the command line prints with `--json`."""

from flask import Blueprint, Response, request

from dragoman.search import Query
from dragoman.web.answers import data
from dragoman.web.searcher import shared_searcher

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/search")
def search() -> Response:
    """A page of results."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        return data(searcher.search(query).to_dict())


@blueprint.get("/api/document/<doc_id:doc_id>")
def document(doc_id: str) -> Response:
    """One document; with `q`, what matched in it."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        return data(searcher.document(doc_id, query if query.text else None).to_dict())


@blueprint.get("/healthz")
def health() -> Response:
    """Whether there is an index that can be searched."""
    facts = shared_searcher().facts()
    return data({"status": "ok", "documents": facts["documents"], "state": facts["state"]})
