"""What a run has changed in an index in the cluster since persons and relations were last found.

In: each document that was sent or removed. Out: what was added and what is gone, by content hash,
whatever the steps in between. Asks the cluster nothing.
"""

from collections.abc import Iterable

Known = tuple[int, str]
"""Content hash of a document, and its pair as the cluster keeps it (`schema.kept`)."""


class Changes:
    """Documents added and removed, each with its pair.

    Attributes:
        added: Content hash to pair of the documents that are there now and were not before.
        removed: The same of those that were there before and are not now.
    """

    def __init__(self, added: Iterable[Known] = ()) -> None:
        self.added: dict[int, str] = dict(added)
        self.removed: dict[int, str] = {}

    def add(self, content: int, pair: str) -> None:
        """A document was sent."""
        if self.removed.pop(content, None) is None:
            self.added[content] = pair

    def remove(self, content: int, pair: str) -> None:
        """A document was removed, or another took its place."""
        if self.added.pop(content, None) is None:
            self.removed[content] = pair

    def clear(self) -> None:
        """All this is known now."""
        self.added, self.removed = {}, {}

    def pairs(self) -> set[str]:
        """The pairs whose documents are others now."""
        return {*self.added.values(), *self.removed.values()} - {""}

    def total(self) -> int:
        """What the sum of all content hashes has grown by, modulo 2 ** 64."""
        return (sum(self.added) - sum(self.removed)) % 2**64
