"""What every engine must answer, by the slow definition of the query language."""

from reference import ReferenceDocument, date_relation, finds, marks, occurrences

from dragoman.search.engine import Engine, Ranking
from dragoman.search.tree import DateRange, Node


def check(engine: Engine, live: list[ReferenceDocument], node: Node) -> None:
    expected = {d.doc_id: occurrences(node, d) for d in live if finds(node, d)}
    answer = engine.search(node, Ranking(size=100))
    found = {engine.stored(each.handle)["id"]: each for each in answer.found}
    assert {doc_id: each.occurrences for doc_id, each in found.items()} == expected, node
    assert answer.total == len(expected)
    assert answer.occurrences == sum(expected.values()), node
    for document in live:
        if document.doc_id not in found:
            continue
        handle = found[document.doc_id].handle
        for title, body in (engine.matches(node, handle), answer.matches(handle)):
            assert list(title.marks) == marks(node, document, "title"), node
            assert list(body.marks) == marks(node, document, "body"), node
        if isinstance(node, DateRange):
            is_partly = date_relation(node, document.document.date) == "partly"
            assert found[document.doc_id].date_overlap == is_partly
