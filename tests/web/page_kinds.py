"""What tests of the pages share: a small collection, and an address of each kind of page."""

from urllib.parse import quote

from playwright.sync_api import Page

DOCUMENTS = {
    "oil.md": """---
title: Oil and sanctions
date: 2021-06-22
place: Moscow
source: Ministry
kind: statement
speaker: Anna Petrova
lang: en
pair: oil
url: https://example.org/oil?a=1&b=2
---

The first paragraph speaks of harbours `<b>& ships</b>` only.

Sanctions were announced. The sanctions touch oil.

A third paragraph ends the text.
""",
    "ru/нефть и санкции.md": """---
title: Нефть и санкции
date: 2021-06-22
place: Москва
source: Ministry
kind: statement
speaker: Анна Петрова
lang: ru
pair: oil
---

Первый абзац говорит только о портах.

Объявлены санкции. Эти санкции касаются нефти.
""",
    "truce.md": """---
title: The truce
date: 2019
source: Chronicle
kind: background
lang: en
url: javascript:alert(1)
---

A ceasefire was signed, and the ceasefire held.
""",
    "many.jsonl": "".join(
        f'{{"id": "letter/{n}#a?b", "title": "Letter {n}", "text": "Letter about grain.", '
        f'"date": "20{n:02}-05-01", "lang": "en", "source": "Archive {n}"}}\n'
        for n in range(1, 26)
    )
    + '{"id": "http://example.org//x/1", "title": "", "text": "An address as an id: barley.", '
    '"lang": "en"}\n'
    + '{"id": "<script>alert(1)</script>", "title": "<img src=x onerror=alert(1)>", '
    '"text": "</p><script>alert(1)</script> rye", "lang": "en", "place": "<i>", '
    '"source": "\\"><b>"}\n',
}

PAGES = {
    "start": "/",
    "results": "/search?q=sanctions+OR+grain&date=2001..2021&lang=en",
    "results in two languages": "/search?q=" + quote("sanctions OR санкции"),
    "everything": "/search?q=&more=source&page_size=5",
    "no such page": "/search?q=grain&page=9",
    "nothing": "/search?q=xylophone&lang=ru",
    "suggestions": "/search?q=ceasefire+harbuors",
    "suggestion beside results": "/search?q=ceasefire+OR+harbuors",
    "notes": "/search?q=" + quote("the oil or «grain"),
    "document": "/document/oil.md?q=sanctions#m2",
    "document without a match": "/document/truce.md?q=sanctions",
    "document with similar ones": "/document/letter/7%23a%3Fb",
    "side by side": "/document/oil.md?q=sanctions&with=" + quote("ru/нефть и санкции.md"),
    "difference": "/document/letter/7%23a%3Fb?with=" + quote("letter/8#a?b"),
    "similar": "/similar/letter/7%23a%3Fb",
    "similar under a filter": "/similar/letter/1%23a%3Fb?lang=en",
    "export": "/export?q=grain&lang=en",
    "citations": "/cite?id=oil.md&id=" + quote("ru/нефть и санкции.md"),
    "reading list": "/list?id=oil.md&note=x&id=gone",
    "empty reading list": "/list",
    "help": "/help",
    "query error": "/search?q=" + quote("oil date:someday"),
    "date error": "/search?q=oil&date=someday",
    "no document": "/document/none",
    "no address": "/nowhere",
    "concordance": "/kwic?q=sanctions+OR+grain&sort=left&lang=en&sample=20",
    "running concordance": "/kwic?q=" + quote("sanctions OR санкции") + "&window=30",
    "empty concordance": "/kwic",
    "concordance of nothing": "/kwic?q=xylophone&lang=en",
    "trends": "/trends?q=grain&q=sanctions&q=oil+OR+ceasefire&per=documents&lang=en",
    "trends by quarter": "/trends?q=grain&by=quarter&date=2001..2006",
    "trends by month": "/trends?q=grain&by=month&date=2001..2003",
    "empty trends": "/trends",
    "trends of nothing dated": "/trends?q=barley",
    "trends error": "/trends?q=grain&q=" + quote("(a AND b) w/5 c"),
    "collocations": "/collocations?q=grain",
    "collocations in sentences": "/collocations?q=grain&span=sentence",
    "empty collocations": "/collocations",
    "keywords": "/keyness?q=grain&sort=ratio",
    "empty keywords": "/keyness",
    "order error": "/kwic?q=grain&sort=middle",
}


def in_language(url: str, code: str) -> str:
    """An address with the language of the interface chosen in it."""
    path, hash_, fragment = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}ui={code}{hash_}{fragment}"


def visible_step(page: Page) -> str:
    """The bar that says which place of a document is shown, and leads to its neighbours."""
    return " ".join(page.locator(".step:visible").inner_text().split())
