"""Messages of the query module and the index in the language of the interface."""

from flask_babel import gettext

from dragoman.indexer.errors import Message
from dragoman.web.languages import figure, language


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
