"""Filters as what they let through: masks of documents, and ranges of dates.

In: a request's filters. Out: for each segment the documents of each filter by a facet; date ranges.
"""

from collections.abc import Mapping, Sequence

from dragoman.search.fields import date_range
from dragoman.search.people import People
from dragoman.search.segments import Mask, Segment
from dragoman.search.tree import DateRange, Node, Not, children


def filtered(
    segments: Sequence[Segment], filters: Mapping[str, Sequence[str]], people: People
) -> list[dict[str, Mask]]:
    """For each segment, the documents of each filter by a facet; of a person all spellings."""
    return [
        {
            name: segment.with_facet_value(
                name, people.spellings(segment, values) if name == "speaker" else values
            )
            for name, values in filters.items()
            if name != "date"
        }
        for segment in segments
    ]


def ranges_of(filters: Mapping[str, Sequence[str]]) -> list[DateRange]:
    """The dates that are filtered by."""
    return [date_range("date", text) for text in filters.get("date", ())]


def positive_ranges(node: Node) -> list[DateRange]:
    """The date ranges of a tree that are not excluded."""
    if isinstance(node, Not):
        return []
    if isinstance(node, DateRange):
        return [node]
    return [found for child in children(node) for found in positive_ranges(child)]
