"""Trends as a chart: a line a series, named at its end, over a base of all documents.

In: `Trends`. Out: an SVG or PNG file. Zero is drawn as zero, a period without documents as a
hatched gap. Counts nothing. matplotlib is imported when the first chart is drawn.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.indexer.errors import Message
from dragoman.search.errors import RequestError
from dragoman.search.trends import Trends

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".svg", ".png")
LANGUAGES = ("en", "ru")
_COLOURS = (
    "#1f4e8c", "#b3541e", "#3c7a3c", "#7d4a9e", "#8c6d1f", "#1f7f8c", "#a83258", "#55534e",
)  # fmt: skip
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
_INK, _QUIET, _LINE, _PAPER = "#1c1b19", "#5c5953", "#dedad0", "#fdfcf9"
_WORDS = {
    "en": {
        "words": "occurrences per million words",
        "documents": "documents per thousand",
        "none": "occurrences",
        "base": "all documents (at most {})",
        "gap": "no documents in this period",
        "state": "state of the index",
    },
    "ru": {
        "words": "вхождений на миллион слов",
        "documents": "документов на тысячу",
        "none": "вхождений",
        "base": "все документы (не более {})",
        "gap": "нет документов за этот период",
        "state": "состояние индекса",
    },
}
_WIDTH, _HEIGHT = 9.0, 4.5
"""Inches."""
_LETTERS_OF_LABELS = 90
"""Letters of all labels of the axis together, with their gaps."""
_NEAR = 0.05
"""Share of the height below which two names at line ends would overlap."""


def draw(trends: Trends, path: Path, *, lang: str = "en") -> None:
    """Writes a chart to a file, whose suffix chooses the format.

    Args:
        trends: What to draw.
        path: Ends in `.svg` or `.png`.
        lang: Of the legend and axes: `en` or `ru`.

    Raises:
        RequestError: Another suffix or language, or there is nothing to draw.
        OSError: The file can't be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise RequestError(Message("a chart is an .svg or a .png file, not {name}", name=path.name))
    if lang not in LANGUAGES:
        raise RequestError(
            Message(
                "a chart is drawn in {languages}, not in ‘{lang}’",
                languages=" or ".join(LANGUAGES),
                lang=lang,
            )
        )
    if not trends.periods:
        raise RequestError(Message("no dated documents: there is nothing to draw"))
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    settings: Any = {"svg.hashsalt": "dragoman", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context(settings):
        figure, axes = pyplot.subplots(figsize=(_WIDTH, _HEIGHT), facecolor=_PAPER)
        _draw(axes, trends, _WORDS[lang], lang)
        figure.text(
            0.01, 0.01, f"{_WORDS[lang]['state']}: {trends.index.state}", color=_QUIET, fontsize=7
        )
        figure.savefig(path, bbox_inches="tight", dpi=160, metadata=_metadata(path))
        pyplot.close(figure)


def _metadata(path: Path) -> dict[str, Any]:
    """Nothing that changes from one run to the next."""
    return {"Date": None} if path.suffix.lower() == ".svg" else {"Software": "Dragoman"}


def _draw(axes: "Axes", trends: Trends, words: dict[str, str], lang: str) -> None:
    periods = trends.periods
    places = range(len(periods))
    axes.set_facecolor(_PAPER)
    base = axes.twinx()
    in_period = [
        max(series.points[at].count.documents_in_period for series in trends.series)
        for at in places
    ]
    base.bar(places, in_period, width=1.0, color=_LINE, alpha=0.6, zorder=0)
    base.set_ylim(0, max(in_period) * 3 or 1)
    base.set_yticks([])
    base.set_facecolor(_PAPER)
    most = f"{max(in_period):,}".replace(",", "\u00a0" if lang == "ru" else ",")
    axes.bar([0], [0], color=_LINE, alpha=0.6, label=words["base"].format(most))
    gaps = [at for at in places if not in_period[at]]
    for number, at in enumerate(gaps):
        axes.axvspan(
            at - 0.5, at + 0.5, facecolor="none", edgecolor=_LINE, hatch="////", linewidth=0,
            label=words["gap"] if not number else None,
        )  # fmt: skip
    for number, series in enumerate(trends.series):
        rates = [float("nan") if p.rate is None else p.rate for p in series.points]
        axes.plot(
            places, rates, color=_COLOURS[number % len(_COLOURS)], linewidth=1.8,
            linestyle=_DASHES[number % len(_DASHES)], marker="o", markersize=2.5,
            label=_name(series.query, series.value),
        )  # fmt: skip
    axes.set_zorder(base.get_zorder() + 1)
    axes.patch.set_visible(False)
    axes.set_ylim(bottom=0)
    axes.set_xlim(-0.5, len(periods) - 0.5)
    axes.set_ylabel(words[trends.per], color=_INK)
    names = [_period(period, lang) for period in periods]
    step = -(-len(periods) // (_LETTERS_OF_LABELS // (len(names[0]) + 3)))
    axes.set_xticks(list(places)[::step], names[::step])
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
        base.spines[side].set_visible(False)
    _name_ends(axes, trends)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, frameon=False, labelcolor=_INK
    )


def _name_ends(axes: "Axes", trends: Trends) -> None:
    """Each series' name at its last point, where another name is not in the way."""
    top = axes.get_ylim()[1] or 1
    taken: list[float] = []
    for number, series in enumerate(trends.series):
        ends = [(at, p.rate) for at, p in enumerate(series.points) if p.rate is not None]
        if not ends or any(abs(ends[-1][1] - other) < _NEAR * top for other in taken):
            continue
        taken.append(ends[-1][1])
        axes.annotate(
            _name(series.query, series.value), ends[-1], xytext=(6, 0), va="center",
            textcoords="offset points", color=_COLOURS[number % len(_COLOURS)], fontsize=9,
            annotation_clip=False,
        )  # fmt: skip


def _name(query: str, value: str) -> str:
    """A series' name as matplotlib takes it: no formula, no hidden label."""
    name = value or query
    name = name if len(name) <= 40 else name[:39] + "…"
    return re.sub(r"^_", "\u200b_", name.replace("$", r"\$"))


def _period(period: str, lang: str) -> str:
    """`2021`, `Q2 2021` or `II кв. 2021`, `06.2021`."""
    year, _, part = period.partition("-")
    if not part:
        return year
    if part.startswith("Q"):
        quarter = {"1": "I", "2": "II", "3": "III", "4": "IV"}[part[1:]]
        return f"{quarter} кв. {year}" if lang == "ru" else f"{part} {year}"
    return f"{part}.{year}" if lang == "ru" else f"{year}-{part}"
