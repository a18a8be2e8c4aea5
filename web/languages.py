"""The languages of the interface: a request in, its language out, and words and figures in it.

The address chooses by `ui`, then the cookie that remembers this choice, then the browser. Queries,
their filters (`lang` is one of them) and the API know nothing of it.
"""

from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from flask import Flask, Response, request
from flask_babel import Babel, get_locale
from markupsafe import Markup

LANGUAGES = {"en": "English", "ru": "Русский"}
"""Code of each language of the interface, and its own name; the first where nothing is known."""
PARAMETER = "ui"
"""Name of the parameter and of the cookie."""
_A_YEAR = 365 * 24 * 60 * 60
_DATES = {
    "en": ("y", "LLLL y", "d MMMM y"),
    "ru": ("y 'г'.", "LLLL y 'г'.", "d MMMM y 'г'."),
}
"""Of a year, a month and a day."""
_RUSSIAN_FIGURES = str.maketrans({",": "\u202f", ".": ","})


def register(app: Flask) -> None:
    """Makes the application answer in the language that is asked for."""
    Babel(app, locale_selector=_chosen)
    app.jinja_env.globals.update(
        day_name=day_name,
        figure=figure,
        language_name=language_name,
        month_name=month_name,
        country_name=country_name,
        link_to=Markup('<a href="{}">{}</a>').format,
        code_of=Markup("<code>{}</code>").format,
    )
    app.context_processor(_words)
    app.after_request(_remember)


def language() -> str:
    """The language of the answer to this request: one of `LANGUAGES`."""
    return str(get_locale())


def _chosen() -> str:
    for asked in (request.args.get(PARAMETER), request.cookies.get(PARAMETER)):
        if asked in LANGUAGES:
            return asked
    for wanted, quality in request.accept_languages:  # best first
        code = wanted.lower().split("-")[0]
        if quality and code in LANGUAGES:
            return code
    return next(iter(LANGUAGES))


def _words() -> dict[str, object]:
    """What templates may name."""
    return {"interface": language(), "interfaces": LANGUAGES, "url_in": url_in}


def url_in(code: str) -> str:
    """This very page in a language of the interface, as a reference relative to it."""
    params = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return f"?{urlencode([*params, (PARAMETER, code)], errors='replace')}"


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        asked = request.args.get(PARAMETER)
        if asked in LANGUAGES:
            response.set_cookie(PARAMETER, asked, max_age=_A_YEAR, httponly=True, samesite="Lax")
    return response


def figure(value: float, form: str = ",.0f") -> str:
    """A number by a format of Python's, with the marks of the language: 1,234.5 or 1 234,5."""
    written = format(value, form)
    return written.translate(_RUSSIAN_FIGURES) if language() == "ru" else written


def day_name(iso: str) -> str:
    """An ISO date as far as it is known: 2019, June 2021, 22 June 2021."""
    return _day_name(iso[:10], language())


@lru_cache(4096)
def _day_name(iso: str, code: str) -> str:
    year, month, day = [*map(int, iso.split("-")), 1, 1][:3]
    return format_date(date(year, month, day), _DATES[code][iso.count("-")], locale=code)


def month_name(iso: str) -> str:
    """A month of a table or a chart: June 2021, июнь 2021."""
    return format_date(date(int(iso[:4]), int(iso[5:7]), 1), "LLLL y", locale=language())


def language_name(code: str, *, alone: bool = True) -> str:
    """A language by its code; `alone` with a capital letter, else as within a sentence."""
    name = str(Locale.parse(language()).languages.get(code, code))
    return name[:1].upper() + name[1:] if alone and name != code else name


def country_name(value: str) -> str:
    """A country by its code of two or three letters, or its name in either language.

    Other values stand as they are.
    """
    code = _countries().get(value.casefold())
    return str(Locale.parse(language()).territories[code]) if code else value


@lru_cache(1)
def _countries() -> dict[str, str]:
    """Names and codes of countries, casefolded, to their codes of two letters."""
    known: dict[str, str] = {}
    for lang in LANGUAGES:
        for code, name in Locale.parse(lang).territories.items():
            if len(code) == 2:
                known |= {code.casefold(): code, name.casefold(): code}
    # A code of more than one successor is of a country that is no more.
    successors = get_global("territory_aliases").items()
    return {old.casefold(): new[0] for old, new in successors if len(new) == 1} | known
