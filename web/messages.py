"""Messages of the query module, and names of kinds, in the language of the interface."""

from flask_babel import gettext
from markupsafe import Markup

from dragoman.indexer.errors import Message
from dragoman.web.languages import figure, language

_KINDS = {
    str(name): name
    for name in (
        Message("statement"), Message("remarks"), Message("speech"), Message("address"),
        Message("interview"), Message("briefing"), Message("press conference"), Message("article"),
        Message("comment"), Message("communique"), Message("answer"), Message("declaration"),
        Message("message"), Message("letter"), Message("press release"), Message("lecture"),
        Message("readout"), Message("list"), Message("background"),
    )
}  # fmt: skip
"""Kinds that have a name in each language of the interface: those that `indexer.kinds` knows, and
two more."""


def in_words(message: Message) -> str:
    """What a message says; what stands in it of the query stays as it was typed."""
    if language() == "en":
        return str(message)
    values = {name: _in_words(value) for name, value in message.values.items()}
    return str(gettext(message.template)).format(**values)


def _in_words(value: object) -> object:
    match value:
        case Message():
            return in_words(value)
        case tuple():
            return ", ".join(f"«{word}»" for word in value)
        case int():
            return figure(value)
    return value


def kind_name(value: str) -> str:
    """A kind of text as readers know it; of one that has no other name, as it stands."""
    return in_words(_KINDS[value]) if value in _KINDS else value


def kind_told(value: str, lang: str) -> Markup:
    """The same as an element that says its language, `lang` being the document's."""
    lang = language() if value in _KINDS else lang
    return Markup('<span lang="{}">{}</span>').format(lang, kind_name(value))
