"""Notes of the query module in the language of the interface: a note and its query in, words out.

In English a note speaks for itself. In other languages its code says what it means, and the words
that it is about are cut out of the query by its place.
"""

from flask_babel import gettext
from markupsafe import Markup

from dragoman.search.results import Note
from dragoman.web.languages import language


def remark(note: Note, query: str) -> str:
    """What a note says; of a code that has no words here, its English, marked as English."""
    if language() == "en":
        return note.message
    said = _sentence(note.code, query[note.start : note.end])
    return said or Markup('<span lang="en">{}</span>').format(note.message)


def _(text: str, **filled: str) -> str:
    return str(gettext(text, **filled))


def _sentence(code: str, typed: str) -> str:
    match code:
        case "optional_words":
            return _(
                "Common words in “%(typed)s” are not required; to require one, put + before it.",
                typed=typed,
            )
        case "lowercase_operator":
            return _(
                "In “%(typed)s” an operator in small letters is searched as a word; "
                "operators count in capitals only: AND, OR, NOT.",
                typed=typed,
            )
        case "look_alikes":
            return _(
                "“%(typed)s” mixes Latin and Cyrillic letters that look alike: read as one script.",
                typed=typed,
            )
        case "only_negative":
            return _("Only exclusions: every document without these words is found.")
        case "unknown_word":
            return _("“%(typed)s” is in no document of this collection.", typed=typed)
        case "empty_query":
            return _("No words to search for: all documents, newest first.")
        case "precedence":
            return _(
                "In “%(typed)s” AND binds more tightly than OR; "
                "parentheses say what belongs together.",
                typed=typed,
            )
        case "unbalanced_quote":
            return _("A quotation mark has no pair: “%(typed)s”.", typed=typed)
        case "unbalanced_parenthesis":
            return _("A parenthesis has no pair: “%(typed)s”.", typed=typed)
        case "unknown_field":
            return _("There is no field “%(typed)s”: searched as words.", typed=typed)
        case "dangling_operator":
            return _("“%(typed)s” joins nothing here: left out.", typed=typed)
        case "punctuation":
            return _("“%(typed)s” is punctuation here.", typed=typed)
        case _:
            return ""
