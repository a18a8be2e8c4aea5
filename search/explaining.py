"""A score taken apart: what each part of a query adds to a document's.

In: an evaluated tree and a document. Out: the arithmetic, as the interface's JSON has it.
"""

import numpy as np

from dragoman.search.evaluation import Evaluations
from dragoman.search.finding import Finder
from dragoman.search.ordering import Handle
from dragoman.search.ranking import scored_parts
from dragoman.search.tree import Node, read_back


def explained(
    finder: Finder, evaluations: Evaluations, node: Node, handle: Handle
) -> dict[str, object]:
    """How the score of a document came about."""
    evaluation = evaluations[handle.segment]
    scorer, statistics = finder.scorers[handle.segment], finder.statistics
    lengths = {name: int(of[handle.doc]) for name, of in evaluation.segment.lengths.items()}
    doc = np.array([handle.doc], np.uint32)
    shares = []
    for part in scored_parts(node):
        weight = finder.weight(evaluations, part)
        counts = {
            name: int(evaluation.occurring(part.node, (name,)).counts_at(doc)[0])
            for name in part.fields
        }
        score = scorer.scores(evaluation, [part], [weight], doc)
        shares.append(
            {
                "part": read_back(part.node),
                "weight": weight,
                "occurrences": counts,
                "lengths": {name: lengths[name] for name in part.fields},
                "mean_lengths": dict(statistics.mean_lengths),
                "score": float(score[0]),
            }
        )
    return {"formula": "BM25F", "parts": shares}
