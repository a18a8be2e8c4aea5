"""What follows `said:` → a name, and what is to be found in that speaker's turns.

In: the node of the group after the field. Out: a `Said`. Knows no voices.
"""

from dragoman.indexer.errors import Message
from dragoman.search.errors import QueryError
from dragoman.search.joining import all_of, has_positive
from dragoman.search.suffixes import unboosted
from dragoman.search.tree import (
    LEAVES,
    AllOf,
    AnyOf,
    Boost,
    Node,
    Phrase,
    Said,
    Window,
)

_USE = Message(
    'write a name, then what to find: said:(Лавров санкции), said:("Sergey Lavrov" sanctions), '
    "said:((Putin OR Lavrov) sanctions)"
)


def said(node: Node, start: int, end: int) -> Said:
    """What `said:` asks for.

    Args:
        node: What followed it: a name AND what is sought.
        start: Where it was typed.
        end: One past its last character.

    Raises:
        QueryError: There is no name first, or nothing after it.
    """
    factor = node.factor if isinstance(node, Boost) else 1
    node = unboosted(node)
    if not isinstance(node, AllOf):
        raise QueryError(Message("said: takes two things; {use}", use=_USE), start, end)
    name, *rest = node.operands
    sought = all_of(rest)
    if not _is_name(name):
        raise QueryError(Message("said: does not begin with a name; {use}", use=_USE), start, end)
    if not has_positive(sought):
        raise QueryError(
            Message("said: needs something to find, not only what to leave out; {use}", use=_USE),
            start,
            end,
        )
    return Said(name, sought if factor == 1 else Boost(sought, factor))


def _is_name(node: Node) -> bool:
    """Whether a node can be looked for among the voices: a word, a quotation, or some of these."""
    if isinstance(node, AnyOf):
        return all(map(_is_name, node.operands))
    return isinstance(node, (*LEAVES, Phrase, Window))
