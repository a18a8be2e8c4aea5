"""Which parts of a tree the cluster counts, and how.

In: a tree. Out: for each of its parts that occur, the query of the documents in which it counts,
and what counts it there (`scripts`); None where a part can't be counted by the cluster.
"""

from typing import TYPE_CHECKING

from dragoman.search.evaluation import POSITIONAL, Fields
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.scripts import PhrasePart, WordPart
from dragoman.search.opensearch.spans import Query, phrase
from dragoman.search.opensearch.vocabulary import ClusterVocabulary
from dragoman.search.segments import TEXT_FIELDS
from dragoman.search.tree import (
    LEAVES,
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    FieldFilter,
    Node,
    Not,
    Optional,
    Phrase,
    walk,
)

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

_Held = list[tuple[Node, Fields, tuple[Query, ...]]]


def is_counted(node: Node, fields: Fields, vocabulary: ClusterVocabulary) -> bool:
    """Whether the cluster can count the occurrences of a part: words, and most phrases.

    Args:
        node: The part.
        fields: Where it is looked for.
        vocabulary: What tells the terms of words.
    """
    if isinstance(node, LEAVES):
        return True
    return (
        isinstance(node, Phrase)
        and all(phrase(node, f"words_{field}", vocabulary.apart) is not None for field in fields)
        and not vocabulary.may_overlap(node)
    )


def counted(
    node: Node, fields: Fields, vocabulary: ClusterVocabulary, weight: float = 1.0
) -> WordPart | PhrasePart:
    """How the cluster counts the occurrences of a part, where it can."""
    apart = vocabulary.apart
    if not isinstance(node, Phrase):
        return WordPart(apart(node), fields, weight)
    found = {field: phrase(node, f"words_{field}", apart) for field in fields}
    sets = [apart(part) for part in node.parts]
    single = sum(len(terms) == 1 for terms in sets)
    several = [term for terms in sets if len(terms) > 1 for term in terms]
    queries = {f: query for f, query in found.items() if query is not None}
    return PhrasePart(queries, single, several, weight)


def occurring(
    engine: "OpenSearchEngine", node: Node, found: Query
) -> list[tuple[Query, WordPart | PhrasePart]] | None:
    """For each part that counts in a tree its documents among those found, and what counts it.

    Args:
        engine: The index.
        node: The tree, brought down by `in_turns`.
        found: What finds the tree's documents, and no others.

    Returns:
        None where something else than words and phrases is counted.
    """
    held = _holding(engine, node, TEXT_FIELDS, ())
    if held is None:
        return None
    vocabulary = engine.vocabulary
    return [
        (
            both([engine.compiled(part, fields).query, found, *within]),
            counted(part, fields, vocabulary),
        )
        for part, fields, within in held
    ]


def _holding(
    engine: "OpenSearchEngine", node: Node, fields: Fields, within: tuple[Query, ...]
) -> _Held | None:
    """As `Evaluation.holding`; None where something else than words and phrases is counted."""
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            found: _Held = []
            for part in operands:
                if isinstance(part, Optional | Not):
                    continue
                inside = within
                if isinstance(node, AnyOf) and any(
                    isinstance(inner, AllOf | AtLeast) for inner in walk(part)
                ):
                    compiled = engine.compiled(part, fields)
                    if not compiled.is_exact:
                        return None
                    inside = (*within, compiled.query)
                held = _holding(engine, part, fields, inside)
                if held is None:
                    return None
                found += held
            return found
        case Boost(operand=operand) | AtLeast(operand=operand):
            return _holding(engine, operand, fields, within)
        case FieldFilter(field=field, operand=operand):
            return _holding(engine, operand, (field,), within) if field in TEXT_FIELDS else []
    if not isinstance(node, POSITIONAL):
        return []
    return [(node, fields, within)] if is_counted(node, fields, engine.vocabulary) else None
