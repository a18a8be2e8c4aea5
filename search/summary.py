"""What an index holds, in numbers.

In: its segments, and what its manifest says. Out: the object of `info --json`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from dragoman.indexer.manifest import FileEntry, Header, doubts_in, failures_in
from dragoman.search.segments import Segment


def summary_of(
    segments: Sequence[Segment], header: Header, files: Mapping[str, FileEntry]
) -> dict[str, object]:
    """Documents, words, languages, sources, dates, sizes and failed files of an index.

    Args:
        segments: All of the index.
        header: What it was built with.
        files: Each file of the collection as it was when it was read.
    """
    languages: dict[str, int] = {}
    sources: dict[str, int] = {}
    first_dates, last_dates, text_bytes, words = [], [], 0, 0
    for segment in segments:
        live = segment.live
        words += int(segment.words[live].sum())
        text_bytes += int(segment.columns.file.array("text_bytes")[live].sum())
        for name, totals in (("lang", languages), ("source", sources)):
            for value, count in segment.facet_counts(name, live).items():
                totals[value] = totals.get(value, 0) + count
        dated = np.flatnonzero(live & (segment.dates[:, 0] >= 0))
        if len(dated):
            by_date = dated[np.argsort(segment.dates[dated, 0], kind="stable")]
            first_dates.append(segment.columns.record(int(by_date[0]))["date"])
            last_dates.append(segment.columns.record(int(by_date[-1]))["date"])
    failed = [{"path": path, "reason": reason} for path, reason in failures_in(files)]
    return {
        "documents": header.documents,
        "words": words,
        "languages": dict(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
        "sources": dict(sorted(sources.items(), key=lambda item: (-item[1], item[0]))),
        "first_date": min(first_dates, default=None),
        "last_date": max(last_dates, default=None),
        "index_bytes": sum(s.columns.file.nbytes for s in segments),
        "text_bytes": text_bytes,
        "files": sum(key[-1:] != "/" for key in files),
        "failed": failed,
        "doubtful": [asdict(doubt) for doubt in doubts_in(files)],
        "roots": [root.path for root in header.roots],
        "segments": len(segments),
        "state": header.state,
        "analyzer": header.analyzer,
        "version": header.version,
    }
