"""Words typed in the other keyboard layout: `ghbdtn` is привет, `сщтекщд` is control.

In: what was typed. Out: what the same keys give in the other layout (US and Russian). Looks up no
words: whether the result means anything is for the caller to see.
"""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю" + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def in_other_layout(typed: str) -> str:
    """The same keys in the other layout; empty where the text holds letters of both or of none."""
    has_latin = any("a" <= c <= "z" for c in typed.lower())
    has_cyrillic = any("а" <= c <= "я" or c == "ё" for c in typed.lower())
    if has_latin == has_cyrillic:
        return ""
    return typed.translate(_TO_CYRILLIC if has_latin else _TO_LATIN)
