"""The ratio table as a drawing: a panel for each percentile, a dot for each class and engine.

In: `Times`. Out: an SVG document as text. The axis is logarithmic; left of the line at 1 Dragoman
is faster.
"""

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from engines_compared.reporting import OURS, WHOLE, ratio
from engines_compared.timing import Times

WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 760, 130, 24, 24, 66, 44
"""Pixels: of the drawing, its margins, a class's row."""
COLOURS = {
    "whoosh": "#0072b2",
    "fts5": "#e69f00",
    "xapian": "#009e73",
    "tantivy": "#cc79a7",
    "opensearch": "#d55e00",
}
"""Okabe and Ito's palette, which people who see colours differently can tell apart."""
_INK, _PALE = "#222222", "#dddddd"


def ratio_chart(times: Times, engines: Sequence[str], title: str) -> str:
    """Dragoman's p50 (filled) and p95 (ring) over each other engine's."""
    others = [engine for engine in engines if engine not in (OURS, WHOLE)]
    ratios = {
        (kind, engine, share): ratio(of_kind, engine, share)
        for kind, of_kind in times.items()
        for engine in others
        for share in (50, 95)
    }
    low = math.floor(math.log10(min(min(ratios.values()), 0.5)))
    high = math.ceil(math.log10(max(max(ratios.values()), 2.0)))
    height = TOP + ROW * len(times) + BOTTOM

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="12" y="20" font-size="14">{escape(title)}</text>',
        *_legend(others),
        *(
            f'<line x1="{x(10.0**n):.1f}" x2="{x(10.0**n):.1f}" y1="{TOP - 6}" '
            f'y2="{height - BOTTOM + 6}" stroke="{_INK if n == 0 else _PALE}"/>'
            f'<text x="{x(10.0**n):.1f}" y="{height - BOTTOM + 20}" text-anchor="middle">'
            f"{10.0**n:g}</text>"
            for n in range(low, high + 1)
        ),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{height - 8}" text-anchor="middle">'
        "Dragoman’s time as a multiple of the engine’s (left of 1: Dragoman is faster)</text>",
    ]
    for row, kind in enumerate(times):
        y = TOP + ROW * row + ROW / 2
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(kind)}</text>')
        for engine in others:
            parts += _dots(engine, x(ratios[kind, engine, 50]), x(ratios[kind, engine, 95]), y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(engines: Sequence[str]) -> Iterator[str]:
    for number, engine in enumerate(engines):
        at = 18 + number * 90
        yield f'<circle cx="{at}" cy="40" r="5" fill="{COLOURS.get(engine, _INK)}"/>'
        yield f'<text x="{at + 10}" y="44">{escape(engine)}</text>'
    at = 18 + len(engines) * 90
    yield f'<text x="{at}" y="44">filled: p50, ring: p95</text>'


def _dots(engine: str, p50: float, p95: float, y: float) -> Iterator[str]:
    colour = COLOURS.get(engine, _INK)
    yield (
        f'<line x1="{p50:.1f}" x2="{p95:.1f}" y1="{y}" y2="{y}" stroke="{colour}" '
        'stroke-opacity="0.4"/>'
    )
    yield f'<circle cx="{p50:.1f}" cy="{y}" r="5" fill="{colour}"/>'
    yield f'<circle cx="{p95:.1f}" cy="{y}" r="4" fill="white" stroke="{colour}"/>'
