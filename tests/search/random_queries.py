"""Random queries of every construct, and random collections to ask them of."""

import random
from collections.abc import Callable

from reference import ReferenceDocument

from dragoman.indexer.documents import Document
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    DateRange,
    Exact,
    FieldFilter,
    Fuzzy,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Said,
    Wildcard,
    Window,
    Word,
)

WORDS = [
    "peace", "wars", "war", "мира", "миру", "мир", "нефть", "нефти", "стали", "US", "us", "the",
    "Лавров", "Лаврова", "high-level", "1,325", "x",
]  # fmt: skip
BREAKS = ["x.", "x.\n\n", "y", "Y. Z", "—", "Война!"]
SPEAKERS = ["Sergey Lavrov", "Мария Захарова", "Lavrov", "Сергей Рябков"]
VOICES = [
    "\n\nSergey Lavrov:", "\n\nС.Лавров:", "\n\nQuestion:", "\n\nVladimir Putin:",
    "\n\nForeign Minister of Russia Sergey Lavrov:",
]  # fmt: skip
DATES = ["", "2019", "2020-05", "2020-05-31", "2021-01-01T10:32", "2021"]
BOUNDS = ["", "2019", "2020", "2020-05", "2020-05-31", "2020-06-01", "2021-01-01T10:32"]


class Trees:
    """Random trees of every construct."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def leaf(self) -> Node:
        word = self.chance.choice([word for word in WORDS if word.isalpha()])
        return self.chance.choice(
            [
                lambda: Word(word),
                lambda: Word(word),
                lambda: Exact(word),
                lambda: Wildcard(self.chance.choice(["w*", "*а", "м?р", "пе*", "*e*", "*", "л*в"])),
                lambda: Fuzzy(
                    self.chance.choice(["мира", "wars", "pace", "Лавров"]),
                    self.chance.randint(1, 2),
                ),
            ]
        )()

    def phrase(self) -> Node:
        return Phrase(tuple(self.leaf() for _ in range(self.chance.choice([1, 2, 2, 3]))))

    def window(self) -> Node:
        parts = tuple(self.leaf() for _ in range(self.chance.choice([1, 2, 2, 3])))
        return Window(parts, self.chance.randint(0, 4))

    def alternatives(self) -> Node:
        return AnyOf(tuple(self.span() for _ in range(self.chance.randint(2, 3))))

    def span(self) -> Node:
        return self.one_of(self.leaf, self.leaf, self.phrase, self.window)

    def operand(self) -> Node:
        node = self.one_of(self.leaf, self.leaf, self.phrase, self.window, self.alternatives)
        return Boost(node, 2.0) if self.chance.random() < 0.1 else node

    def near(self) -> Node:
        left = self.near() if self.chance.random() < 0.3 else self.operand()
        right = self.near() if self.chance.random() < 0.1 else self.operand()
        unit = self.chance.choice(["w", "pre", "s", "p"])
        return Near(left, right, unit, self.chance.randint(1, 4) if unit in ("w", "pre") else 0)

    def positional(self) -> Node:
        return self.one_of(self.leaf, self.leaf, self.phrase, self.window, self.near)

    def filtered(self) -> Node:
        name = self.chance.choice(["title", "body", "speaker", "topic", "place", "id", "lang"])
        if name == "id":
            value = self.chance.choice([Word("d1"), Word("D1"), Wildcard("d?"), Wildcard("*2")])
            return FieldFilter("id", self.one_of(lambda: value, lambda: Not(value)))
        if name == "lang":
            return FieldFilter("lang", self.one_of(lambda: Word("ru"), lambda: Wildcard("e*")))
        if name in ("speaker", "topic", "place"):
            word = Word(self.chance.choice(["Лавров", "lavrov", "Захаровой", "мир", "war"]))
            phrase = Phrase((Word("Sergey"), Word("Lavrov")))
            return FieldFilter(name, self.one_of(lambda: word, lambda: phrase, self.alternatives))
        inner = self.one_of(self.positional, self.alternatives, self.both)
        return FieldFilter(name, inner)

    def said(self) -> Node:
        names: list[Node] = [Word("Лаврова"), Word("lavrov"), Word("Putin"), Word("question")]
        name = self.one_of(
            lambda: self.chance.choice(names),
            lambda: AnyOf(tuple(self.chance.sample(names, 2))),
            lambda: Phrase((Word("Sergey"), Word("Lavrov"))),
        )
        counts = AtLeast(2, self.leaf())
        return Said(
            name, self.one_of(self.positional, self.alternatives, self.both, lambda: counts)
        )

    def both(self) -> Node:
        return AllOf((self.positional(), self.one_of(self.positional, lambda: Not(self.leaf()))))

    def dates(self) -> Node:
        first, last = sorted(self.chance.choices(BOUNDS, k=2))
        if self.chance.random() < 0.3:
            last = ""
        return DateRange(first, last) if first or last else DateRange("2020", "")

    def tree(self, depth: int = 3) -> Node:
        if depth == 0 or self.chance.random() < 0.25:
            return self.one_of(
                self.positional, self.positional, self.filtered, self.dates, self.said
            )
        inner = [self.tree(depth - 1) for _ in range(self.chance.randint(2, 3))]
        with_optional = [*inner, *(Optional(self.leaf()) for _ in range(self.chance.randint(0, 1)))]
        self.chance.shuffle(with_optional)
        return self.one_of(
            lambda: AllOf(tuple(with_optional)),
            lambda: AnyOf(tuple(with_optional)),
            lambda: AllOf((inner[0], Not(inner[1]))),
            lambda: Not(inner[0]),
            lambda: Boost(inner[0], self.chance.choice([0.5, 2.0])),
            lambda: AtLeast(
                self.chance.randint(1, 4),
                self.one_of(
                    self.positional,
                    self.alternatives,
                    lambda: AllOf((self.positional(), self.alternatives())),
                ),
            ),
        )

    def one_of(self, *makers: Callable[[], Node]) -> Node:
        return self.chance.choice(makers)()


def text(chance: random.Random) -> str:
    words = [*WORDS, *BREAKS, *(VOICES if chance.random() < 0.5 else ())]
    return " ".join(chance.choices(words, k=chance.choice([0, 2, 6, 14, 25]))).strip()


def collection(chance: random.Random) -> list[ReferenceDocument]:
    return [
        ReferenceDocument(
            Document(
                doc_id=f"d{number}",
                title=text(chance),
                text=text(chance),
                date=chance.choice(DATES),
                lang=chance.choice(["ru", "en", ""]),
                speakers=tuple(chance.sample(SPEAKERS, chance.randint(0, 2))),
                topics=tuple(chance.sample(["мир", "war", "Sergey"], chance.randint(0, 2))),
                place=chance.choice(["", "Moscow", "мир"]),
            )
        )
        for number in range(chance.randint(1, 6))
    ]
