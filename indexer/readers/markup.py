"""Markdown source into blocks of plain text.

In: Markdown (CommonMark and tables). Out: its paragraphs, headings and list entries without their
marks: links leave their text, pictures and raw HTML tags nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of plain text; `heading` is its level from 1 to 6, or 0."""

    text: str
    heading: int = 0


def blocks_of(source: str) -> list[Block]:
    """The blocks of a Markdown text in their order; empty ones are left out."""
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    blocks: list[Block] = []
    heading = 0
    numbers: list[int | None] = []  # of the lists around: the next entry's number, or a bullet
    mark = ""
    row: list[str] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_close" | "bullet_list_close":
                numbers.pop()
            case "list_item_open":
                number = numbers[-1]
                mark = "" if number is None else f"{number}. "
                if number is not None:
                    numbers[-1] = number + 1
            case "tr_open":
                row = []
            case "tr_close":
                blocks.append(Block(" | ".join(row or [])))
                row = None
            case "inline" if row is not None:
                row.append(_inline_text(token.children or ()))
            case "inline":
                text = _inline_text(token.children or ())
                blocks.append(Block(mark + text if text else "", heading))
                heading, mark = 0, ""
            case "fence" | "code_block":
                blocks.append(Block(token.content.strip("\n")))
            case "html_block":
                blocks.append(Block(_TAG.sub(" ", token.content).strip()))
    return [block for block in blocks if block.text.strip()]


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline" if token.content.lower().startswith("<br"):
                parts.append("\n")
    return "".join(parts).strip()
