"""The command line: what it prints where, with which exit code, and what it says of errors."""

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from dragoman.indexer import manifest, sync
from dragoman.search.cli import main
from dragoman.search.cli.main import dragoman
from dragoman.search.cli.terminal import _console

ROOT = Path(__file__).resolve().parents[3]
TEXTS = {
    "oil.md": "---\ntitle: Oil and sanctions\ndate: 2021-06-22\nlang: en\nkind: statement\n"
    "source: Ministry\nplace: Moscow\npair: oil\nnumber: 1325\n---\n\nHarbours are first.\n\n"
    "Sanctions touch oil, and sanctions stay.",
    "нефть.md": "---\ntitle: Нефть и санкции\ndate: 2021-06-23\nlang: ru\npair: oil\n---\n\n"
    "Санкции касаются нефти.",
    "truce.md": "---\ntitle: The truce\ndate: 2019\nlang: en\n---\n\nA ceasefire held.",
    "long.md": "# Long\n\nIt begins here " + "and goes on and on " * 60 + "to a harvest.",
}
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.out)
        return found


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (texts / name).write_text(text, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    sync([texts], index_dir=made)
    return made


@pytest.fixture
def run(
    index_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Runs the command line in this process, over the index unless `--index` says otherwise."""
    monkeypatch.setenv("DRAGOMAN_INDEX", str(index_dir))

    def run(*args: str) -> Run:
        with pytest.raises(SystemExit) as left:
            main([*args])
        printed = capsys.readouterr()
        _console.cache_clear()
        return Run(int(left.value.code or 0), printed.out, printed.err)

    return run


def terminal(*args: str, columns: int = 80, **environment: str) -> tuple[int, str]:
    """Exit code of a command on a terminal of its own, and what stood there."""
    wanted = {"COLUMNS": str(columns), "TERM": "xterm-256color", **environment}
    left = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    pid, handle = pty.fork()
    if pid == 0:
        os.execve(  # noqa: S606
            sys.executable, [sys.executable, "-c", STARTED, *args], {**left, **wanted}
        )
    shown = b""
    while True:
        try:
            data = os.read(handle, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode().replace("\r\n", "\n")


STARTED = "from dragoman.search.cli import main; main()"


# Searching


def test_hits_go_to_standard_output_and_all_else_to_standard_error(run: Callable[..., Run]) -> None:
    found = run("search", "sanctions")
    assert found.code == 0
    assert found.out == (
        "  1  Oil and sanctions\n"
        "     2021-06-22 · statement · Moscow · Ministry · English (also in Russian)\n"
        "     oil.md\n"
        "   › Sanctions touch oil, and sanctions stay.\n"
    )
    assert re.fullmatch(
        r"Searched for: sanctions\n1 document, 3 occurrences in \d+ ms\n\n", found.err
    )


def test_a_query_without_hits_leaves_with_0_and_says_what_to_try(run: Callable[..., Run]) -> None:
    nothing = run("search", "barley", "oil")
    assert (nothing.code, nothing.out) == (0, "")
    assert "note: ‘barley’ is in no document of this collection" in nothing.err
    assert "Try --any, or fewer words" in run("search", "harbours", "ceasefire").err
    assert "Nothing found under these filters" in run("search", "oil", "--filter", "year=1999").err


def test_several_words_are_one_query(run: Callable[..., Run]) -> None:
    assert run("search", "oil", "harbours", "--json").json["query"] == "oil harbours"
    assert run("search", '"touch', 'oil"', "--json").json["searched_for"] == '"touch oil"'


def test_a_leading_minus_belongs_to_the_query(run: Callable[..., Run]) -> None:
    for args in (
        ["-санкция"],
        ["-санкция", "--page-size", "3"],
        ["--page-size=3", "--", "-санкция"],
    ):
        page = (
            run("search", *args, "--json") if "--" not in args else run("search", "--json", *args)
        )
        assert (page.json["searched_for"], page.json["total"]) == ("NOT санкция", 3), args
    assert (
        run("search", "oil", "-ceasefire", "--json").json["searched_for"] == "oil AND NOT ceasefire"
    )


def test_a_leading_minus_belongs_to_each_query_of_trends(run: Callable[..., Run]) -> None:
    found = run("trends", "-ceasefire oil", "oil", "--json").json
    assert [each["searched_for"] for each in found["series"]] == ["NOT ceasefire AND oil", "oil"]


def test_a_mistyped_option_is_no_word_to_search_for(run: Callable[..., Run]) -> None:
    wrong = run("search", "oil", "--pagesize", "3")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--pagesize" in wrong.err
    assert "--page-size" in wrong.err
    assert run("search", "--json", "--", "--pagesize").json["query"] == "--pagesize"


def test_any_strict_and_filters_change_the_search(run: Callable[..., Run]) -> None:
    assert run("search", "oil", "ceasefire", "--json").json["total"] == 0
    assert run("search", "oil", "ceasefire", "--any", "--json").json["total"] == 2
    assert run("search", "oil OR", "--json").code == 0
    assert run("search", "oil OR", "--strict").code == 2
    chosen = ["--filter", "lang=ru", "--filter", "year=2019", "--filter", "lang=en"]
    page = run("search", "", *chosen, "--json").json
    assert [hit["id"] for hit in page["hits"]] == ["truce.md"]  # type: ignore[attr-defined]
    assert "Only: lang ru or en; year 2019" in run("search", "", *chosen).err


def test_pages_and_sorts_go_through_all_hits(run: Callable[..., Run]) -> None:
    pages = [run("search", "", "--sort", "oldest", "--page", str(n), "--page-size", "2", "--jsonl")
             for n in (1, 2, 3)]  # fmt: skip
    ids = [json.loads(line)["id"] for page in pages for line in page.out.splitlines()]
    assert ids == ["truce.md", "oil.md", "нефть.md", "long.md"]
    assert (
        "No page 3: the last is page 2" in run("search", "", "--page", "3", "--page-size", "2").err
    )
    titles = run("search", "", "--sort", "title", "--json").json["hits"]
    assert [hit["title"][:3] for hit in titles] == ["Lon", "Oil", "The", "Неф"]  # type: ignore[attr-defined]


def test_json_is_the_whole_answer_and_jsonl_its_hits(run: Callable[..., Run]) -> None:
    page = run("search", "sanctions", "--json")
    assert page.err == ""
    lines = run("search", "sanctions", "--jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == page.json["hits"]
    assert {"query", "searched_for", "notes", "terms", "index", "total", "occurrences", "page",
            "page_size", "pages", "sort", "took_ms", "hits", "facets", "suggestions",
            } == page.json.keys()  # fmt: skip
    assert run("search", "oil", "--json", "--jsonl").code == 2


def test_explain_shows_the_parts_of_each_score(run: Callable[..., Run]) -> None:
    shown = run("search", "oil sanctions", "--explain").out
    assert re.search(r"part of the query", shown)
    assert re.search(r"\d\.\d{4} .* oil\n", shown)
    assert re.search(r"\d\.\d{4} +in all", shown)


# Errors


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("oil date:someday", "         ^^^^^^^"),
        ("война date:нет мир", "           ^^^"),
        ("(oil AND gas) w/5 price", "^^^^^^^^^^^"),
        ("oil\tdate:someday", "         ^^^^^^^"),
    ],
)
def test_a_query_error_leaves_with_2_and_a_caret_under_its_place(
    run: Callable[..., Run], query: str, place: str
) -> None:
    wrong = run("search", query)
    assert (wrong.code, wrong.out) == (2, "")
    message, shown, carets = wrong.err.splitlines()
    assert message.startswith("error: ")
    assert shown == "  " + query.replace("\t", " ")
    assert carets.startswith("  " + place)
    assert set(carets) == {" ", "^"}


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["search", "oil", "--page", "0"], 2, "pages are numbered from 1"),
        (["search", "oil", "--page-size", "9999"], 2, "use 1 to 1000"),
        (["search", "oil", "--page", "two"], 2, "Invalid value for '--page'"),
        (["search", "oil", "--sort", "size"], 2, "Invalid value for '--sort'"),
        (["search", "oil", "--filter", "lang"], 2, "write FIELD=VALUE, as in --filter lang=ru"),
        (["search", "oil", "--filter", "colour=red"], 2, "no filter ‘colour’: use one of lang"),
        (["search", "oil", "--filter", "date=someday"], 2, "‘someday’ is no date; write one of"),
        (["search", "a" * 5000], 2, "4096"),
        (["show", "none"], 1, "no document ‘none’ in the index; ids stand in the results"),
        (["show"], 2, "Missing argument"),
        (["serch", "oil"], 2, "no command ‘serch’; did you mean dragoman search"),
        (["нефть"], 2, "to search for it: dragoman search нефть"),
        (["index", "/nowhere"], 1, "/nowhere does not exist; give a file or a folder"),
        (["--index", "/dev/null", "index", "."], 1, "choose another directory with --index"),
        (["serve", "--port", "0"], 2, "Invalid value for '--port'"),
    ],
)
def test_an_error_is_a_plain_sentence_with_the_next_step(
    run: Callable[..., Run], args: list[str], code: int, message: str
) -> None:
    wrong = run(*args)
    assert (wrong.code, wrong.out) == (code, "")
    assert message in wrong.err
    assert "Traceback" not in wrong.err


@pytest.mark.parametrize("command", [["search", "oil"], ["info"], ["show", "x"], ["serve"]])
def test_no_index_is_told_with_the_command_that_makes_one(
    run: Callable[..., Run], tmp_path: Path, command: list[str]
) -> None:
    missing = run("--index", str(tmp_path / "none"), *command)
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == (
        f"error: no index at {tmp_path}/none; build one: "
        f"dragoman --index {tmp_path}/none index PATH\n"
    )


@pytest.mark.parametrize("command", [["search", "oil"], ["index"], ["info"], ["serve"]])
def test_a_stale_index_is_told_with_the_command_that_rebuilds_it(
    run: Callable[..., Run],
    index_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    stale = shutil.copytree(index_dir, tmp_path / "stale")
    monkeypatch.setattr(manifest, "ANALYZER_VERSION", 99)
    told = run("--index", str(stale), *command)
    assert told.code == 1
    assert f"analyzer 1, now 99); rebuild it: dragoman --index {stale} index --full\n" in told.err


def test_a_port_in_use_is_told(index_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [
            sys.executable,
            "-c",
            STARTED,
            "--index",
            str(index_dir),
            "serve",
            "--port",
            port,
        ]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(f"error: can't listen on 127.0.0.1:{port} (")
    assert told.stderr.endswith("; choose another --port\n")


def test_an_interrupted_server_leaves_with_130(index_dir: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", STARTED, "--index", str(index_dir), "serve", "--port", port]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert f"Dragoman is at http://127.0.0.1:{port} " in process.stderr.readline()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)
    assert (process.returncode, rest) == (130, "")


@pytest.mark.parametrize("form", [[], ["--json"], ["--jsonl"]])
def test_a_closed_pipe_is_quiet(index_dir: Path, form: list[str]) -> None:
    command = [sys.executable, "-c", STARTED, "--index", str(index_dir), "search", "", *form]
    ends = os.pipe()
    os.close(ends[0])
    done = subprocess.run(command, stdout=ends[1], stderr=subprocess.PIPE, text=True, check=False)
    os.close(ends[1])
    assert done.returncode == 0
    assert not re.search("Error|error|Traceback", done.stderr)


# The terminal


def test_a_pipe_gets_no_colours_and_no_bold(index_dir: Path) -> None:
    command = [sys.executable, "-c", STARTED, "--index", str(index_dir), "search", "oil"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout + done.stderr


def test_a_terminal_shows_marks_in_bold_underlined_and_coloured(index_dir: Path) -> None:
    code, shown = terminal("--index", str(index_dir), "search", "oil")
    assert code == 0
    assert "Sanctions touch \x1b[1;4;33moil\x1b[0m" in shown
    _, plain = terminal("--index", str(index_dir), "search", "oil", NO_COLOR="1")
    assert "Sanctions touch \x1b[1;4moil\x1b[0m" in plain
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)


def test_every_line_fits_the_terminal_and_stands_behind_its_margin(index_dir: Path) -> None:
    _, shown = terminal("--index", str(index_dir), "search", "harvest OR sanctions", columns=60)
    lines = [ESCAPE.sub("", line) for line in shown.splitlines()]
    assert max(map(len, lines)) <= 60
    hits = lines[3:]
    assert all(re.match(r" {5}\S| {2}\d  \S|   › \S|$", line) for line in hits), hits


def test_indexing_on_a_terminal_shows_a_bar_and_leaves_only_the_summary(
    tmp_path: Path, index_dir: Path
) -> None:
    (tmp_path / "a.md").write_text("text", "utf-8")
    index = str(tmp_path / "index")
    code, shown = terminal("--index", index, "index", str(tmp_path / "a.md"))
    assert code == 0
    assert "━" in shown
    assert "1 added, 0 changed, 0 deleted, 0 unchanged, 0 failed" in shown


# Other commands


def test_index_reports_what_it_did(run: Callable[..., Run], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.md").write_text("# A\n\nsome words", "utf-8")
    (texts / "b.json").write_text("{", "utf-8")
    index = ["--index", str(tmp_path / "index"), "index"]
    first = run(*index, str(texts))
    assert (first.code, first.out) == (0, "")
    assert f"failed: {texts / 'b.json'}: no JSON" in first.err
    assert "1 added, 0 changed, 0 deleted, 0 unchanged, 1 failed\n" in first.err
    assert "1 documents, 3 words in the index" in first.err
    report = run(*index, "--json", "--strict")
    assert report.code == 1
    assert report.json.keys() == {"added", "changed", "deleted", "unchanged", "failed",
                                  "doubtful", "documents", "tokens", "seconds"}  # fmt: skip
    assert [f["path"] for f in report.json["failed"]] == [str(texts / "b.json")]  # type: ignore[attr-defined]
    listed = run("--index", str(tmp_path / "index"), "info", "--failed")
    assert listed.out.startswith(f"{texts / 'b.json'}: no JSON")


def test_index_and_info_tell_what_is_doubtful(run: Callable[..., Run], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(22):
        (texts / f"{number:02}.csv").write_text("date,text\n03/04/2021,A\nsoon,B\n", "utf-8")
    command = ["--index", str(tmp_path / "index")]
    first = run(*command, "index", str(texts), "--strict")
    assert first.code == 0
    assert f"doubtful: {texts / '00.csv'}: 1 document dated by day/month, as no date" in first.err
    assert f"doubtful: {texts / '09.csv'}: 1 document without a date" in first.err
    assert str(texts / "10.csv") not in first.err
    assert "doubtful: 24 more; dragoman info --doubtful lists all\n" in first.err
    assert "44 added, 0 changed, 0 deleted, 0 unchanged, 0 failed, 44 doubtful\n" in first.err
    listed = run(*command, "info", "--doubtful")
    assert len(listed.out.splitlines()) == 44
    assert listed.out.startswith(f"{texts / '00.csv'}: 1 document dated")
    shown = dict(line.split(":", 1) for line in run(*command, "info").out.splitlines())
    assert shown["doubtful"].strip() == "44 (dragoman info --doubtful lists them)"


def test_index_options_reach_the_collection(run: Callable[..., Run], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.md").write_text("words", "utf-8")
    index = ["--index", str(tmp_path / "index"), "index"]
    assert run(*index).err == (
        "error: no collection yet: name the files and folders to index: dragoman index PATH\n"
    )
    assert run(*index, str(texts), "--full", "--jobs", "1").code == 0
    texts.rename(tmp_path / "moved")
    assert run(*index).code == 1
    assert f"{texts} is at {tmp_path / 'moved'} now" in run(*index, str(tmp_path / "moved")).err
    (tmp_path / "moved" / "a.md").unlink()
    assert "suddenly empty" in run(*index).err
    assert run(*index, "--allow-empty", "--retry-failed").code == 0
    assert run(*index, "--forget", str(tmp_path / "moved")).code == 0


def test_show_prints_a_document_with_its_places_counted(run: Callable[..., Run]) -> None:
    shown = run("show", "oil.md", "--query", "sanctions")
    assert shown.out == (
        "Oil and sanctions\n"
        "2021-06-22 · statement · Moscow · Ministry · English (also in Russian)\n"
        "id: oil.md\nversions: нефть.md\nnumber: 1325\n\n"
        "Harbours are first.\n\nSanctions touch oil, and sanctions stay.\n"
    )
    assert shown.err == "2 places for sanctions\n"
    view = run("show", "oil.md", "--query", "sanctions", "--json").json
    text = str(view["text"])
    assert [text[a:b] for a, b in view["marks"]] == ["Sanctions", "sanctions"]  # type: ignore[attr-defined]
    assert [text[a:b].strip() for a, b in view["paragraphs"]] == text.split("\n\n")  # type: ignore[attr-defined]
    assert run("show", "oil.md", "--query", "-oil").code == 0


def test_show_puts_a_version_beside_the_document(run: Callable[..., Run]) -> None:
    shown = run("show", "oil.md", "--with", "нефть.md", "--query", "oil OR нефть")
    assert shown.code == 0
    assert "versions of one text, as both say" in shown.err
    assert "Sanctions touch oil, and sanctions stay.\n   | Санкции касаются нефти.\n" in shown.out
    found = run("show", "oil.md", "--with", "нефть.md", "--json").json
    assert found["comparison"]["kind"] == "versions"  # type: ignore[index]


def test_show_tells_what_differs_between_texts_of_one_language(run: Callable[..., Run]) -> None:
    shown = run("show", "oil.md", "--with", "truce.md")
    assert "not known to belong together" in shown.err
    assert "[-Sanctions touch oil, and sanctions stay.-]" in shown.out
    assert "{+A ceasefire held+}" in shown.out


def test_show_outlines_a_text_by_its_paragraphs(run: Callable[..., Run]) -> None:
    shown = run("show", "oil.md", "--outline", "--query", "sanctions")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == (
        "Oil and sanctions\n\n"
        "     1  Harbours are first. (3 words)\n"
        "     2  Sanctions touch oil, and sanctions stay. (6 words, 2 places)\n"
    )
    found = run("show", "oil.md", "--outline", "--json").json
    assert found["by"] == "paragraphs"
    assert [section["start"] for section in found["sections"]] == [0, 21]  # type: ignore[attr-defined]
    beside = run("show", "oil.md", "--outline", "--with", "truce.md")
    assert beside.code == 2
    assert "leave out --with" in beside.err


def test_show_outlines_a_transcript_by_who_speaks(run: Callable[..., Run], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    text = "# Talks\n\nQuestion: Why?\n\nAnswer: " + "\n\n".join(
        f"It is so, {n}." for n in range(6)
    )
    (texts / "talks.md").write_text(text, "utf-8")
    sync([texts], index_dir=tmp_path / "index", jobs=1)
    shown = run("--index", str(tmp_path / "index"), "show", "talks.md", "--outline")
    assert shown.out.splitlines()[:7] == [
        "Talks",
        "       24 words in 1 turn  Answer",
        "        1 word in 1 turn  Question",
        "",
        "     1  Question: Why? (1 word)",
        "     2  Answer: It is so, 0. It is so, 1. It is so, 2. It is so… (24 words)",
        "       2  It is so, 0. (4 words)",
    ]


def test_show_with_itself_or_nothing_is_an_error(run: Callable[..., Run]) -> None:
    itself = run("show", "oil.md", "--with", "oil.md")
    assert (itself.code, itself.out) == (2, "")
    assert "can't be compared with itself" in itself.err
    missing = run("show", "oil.md", "--with", "none")
    assert (missing.code, missing.out) == (1, "")
    assert "no document ‘none’" in missing.err


def test_a_hit_of_a_version_shown_already_is_one_line(run: Callable[..., Run]) -> None:
    query = ("search", "oil OR нефть", "--sort", "oldest", "--group")
    assert "another version of 1 · нефть.md" in run(*query, "versions").out
    assert "another version" not in run(*query, "near").out
    assert run(*query, "pairs").code == 2


def test_show_marks_on_a_terminal(index_dir: Path) -> None:
    _, shown = terminal("--index", str(index_dir), "show", "нефть.md", "--query", "санкция")
    assert "\x1b[1;4;33mСанкции\x1b[0m касаются нефти." in shown


def test_similar_prints_documents_with_the_words_they_share(run: Callable[..., Run]) -> None:
    found = run("similar", "oil.md", "--top", "1", "--filter", "year=2019")
    assert (found.code, found.out) == (0, "")
    assert "No document shares a telling word with it." in found.err
    answer = run("similar", "нефть.md", "--json").json
    assert answer["document"]["id"] == "нефть.md"  # type: ignore[index]
    assert (answer["words"], answer["similar"]) == ([], [])  # no other Russian text
    like = run("similar", "long.md")
    assert like.err.startswith("Like: Long")


def test_similar_marks_a_copy_and_tells_what_is_wrong(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / "texts" / name).write_text(
            "Barley and oats were sold abroad in the spring, and the price of bread at home rose "
            "twice before the harvest of a dry summer came in.",
            "utf-8",
        )
    sync([tmp_path / "texts"], index_dir=tmp_path / "index")
    found = run("--index", str(tmp_path / "index"), "similar", "one.txt")
    assert "near-identical" in found.out
    assert "two.txt" in found.out
    assert re.search(r"= .*barley", found.out)
    assert "By its words: " in found.err
    assert run("similar", "oil.md", "--top", "0").code == 2
    assert run("similar", "nowhere.md").code == 1


def test_analyze_shows_tokens_and_keys(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = run("analyze", "The", "sanctions", "--json").json["tokens"]
    assert [t["surface"] for t in tokens] == ["The", "sanctions"]  # type: ignore[attr-defined]
    assert tokens[1].keys() == {"surface", "start", "end", "position", "sentence",  # type: ignore[index]
                                "paragraph", "keys", "exact"}  # fmt: skip
    table = run("analyze", "The sanctions").out.splitlines()
    assert table[0].split() == ["position", "offsets", "surface", "keys", "exact"]
    assert table[2].split()[:3] == ["1", "4-13", "sanctions"]
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("санкции"))
    assert "санкция" in run("analyze").out


def test_info_tells_what_the_index_holds(run: Callable[..., Run]) -> None:
    facts = run("info", "--json").json
    assert {"documents", "words", "languages", "first_date", "last_date", "index_bytes",
            "text_bytes", "failed"} <= facts.keys()  # fmt: skip
    assert (facts["documents"], facts["languages"]) == (4, {"en": 3, "ru": 1})
    lines = dict(line.split(":", 1) for line in run("info").out.splitlines())
    assert lines["documents"].strip() == "4"
    assert lines["languages"].strip() == "en 3, ru 1"
    assert run("info", "--failed") == Run(0, "", "everything could be read\n")
    assert run("info", "--doubtful") == Run(0, "", "nothing is in doubt\n")


def test_the_index_directory_comes_from_the_option_else_the_environment_else_index_data(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--index", str(tmp_path), "info").code == 1
    assert run("info").code == 0
    monkeypatch.delenv("DRAGOMAN_INDEX")
    monkeypatch.chdir(tmp_path)
    assert "no index at index_data;" in run("info").err


# Exports, citations, batches, saved searches


def test_an_export_goes_to_standard_output_or_a_file(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    found = run("export", "sanctions", "--format", "csv", "--no-bom")
    assert found.code == 0
    assert [row["id"] for row in csv.DictReader(io.StringIO(found.out))] == ["oil.md"]
    assert found.err.startswith("Searched for: sanctions\n1 document; index ")
    to_file = run("export", "sanctions", "--format", "csv", "--output", str(tmp_path / "x.csv"))
    assert to_file.out == ""
    written = (tmp_path / "x.csv").read_bytes()
    assert written.decode("utf-8-sig").encode() == found.out.encode()
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written and b"\r\r" not in written
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_an_export_that_fails_leaves_the_file_that_was_there(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "x.ris").write_text("mine", "utf-8")
    wrong = run("export", "date:someday", "--format", "ris", "--output", str(tmp_path / "x.ris"))
    assert (wrong.code, wrong.out) == (2, "")
    assert (tmp_path / "x.ris").read_text("utf-8") == "mine"
    (tmp_path / "link").symlink_to(tmp_path / "x.ris")
    run("export", "oil", "--format", "ris", "--output", str(tmp_path / "link"))
    assert (tmp_path / "x.ris").read_text("utf-8").startswith("TY  - ")
    assert (tmp_path / "link").is_symlink()
    run("export", "oil", "--format", "ris", "--output", os.devnull)
    assert not Path(os.devnull).is_file()
    nowhere = run("export", "oil", "--format", "ris", "--output", str(tmp_path / "no" / "x.ris"))
    assert nowhere.code == 1
    assert "x.ris" in nowhere.err


def test_jsonl_of_an_export_is_that_of_a_search_with_its_origin(run: Callable[..., Run]) -> None:
    exported = json.loads(run("export", "sanctions", "--format", "jsonl").out)
    searched = json.loads(run("search", "sanctions", "--jsonl").out)
    assert {name: exported[name] for name in searched} == searched
    assert exported.keys() - searched.keys() == {
        "query", "searched_for", "filters", "index_state", "version",
    }  # fmt: skip


def test_a_list_of_documents_is_exported_without_a_query(run: Callable[..., Run]) -> None:
    found = run("export", "--id", "нефть.md", "--id", "oil.md", "--format", "csv", "--no-bom")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert [(row["rank"], row["id"]) for row in rows] == [("1", "нефть.md"), ("2", "oil.md")]
    assert found.err.startswith("2 documents; index ")
    wrong = run("export", "--id", "a", "--id", "oil.md", "--id", "b", "--format", "ris")
    assert (wrong.code, wrong.out) == (1, "")
    assert "no documents ‘a’, ‘b’ in the index" in wrong.err
    assert run("export", "oil", "--id", "oil.md", "--format", "ris").code == 2
    assert "‘a’, ‘b’" in run("cite", "a", "oil.md", "b").err


def test_notes_go_with_the_documents_of_a_list(run: Callable[..., Run]) -> None:
    listed = ("export", "--id", "нефть.md", "--id", "oil.md", "--no-bom")
    texts = [("oil.md", " = to quote"), ("oil.md", "again"), ("нефть.md", " ")]
    notes = [argument for doc_id, text in texts for argument in ("--note", doc_id, text)]
    found = run(*listed, *notes, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.out, newline="")))
    assert [(row["id"], row["note"]) for row in rows] == [
        ("нефть.md", ""), ("oil.md", "'= to quote\nagain"),
    ]  # fmt: skip
    assert "N1  - = to quote again" in run(*listed, *notes, "--format", "ris").out
    without = run(*listed, "--note", "oil.md", "", "--format", "jsonl").out
    assert "note" not in json.loads(without.splitlines()[0])
    wrong = run(*listed, "--note", "a", "b", "--format", "ris")
    assert (wrong.code, wrong.out) == (2, "")
    assert "a note on ‘a’: name the document by --id too" in wrong.err
    assert run("export", "oil", "--note", "oil.md", "b", "--format", "ris").code == 2


def test_documents_are_cited_in_the_order_of_their_ids(run: Callable[..., Run]) -> None:
    cited = run("cite", "нефть.md", "oil.md", "--style", "chicago")
    assert cited.out == (
        "«Нефть и санкции». 23 июня 2021 г.\n"
        "Ministry. “Oil and Sanctions.” June 22, 2021.\n"
    )  # fmt: skip
    assert run("cite", "oil.md").out == "Oil and sanctions // Ministry. 2021. 22 June.\n"
    (as_json,) = run("cite", "oil.md", "--json", "--accessed", "02.01.2026").json["citations"]  # type: ignore[misc, attr-defined]
    assert (as_json["style"], as_json["accessed"]) == ("gost", "2026-01-02")
    assert as_json["csl"]["issued"] == {"date-parts": [[2021, 6, 22]]}
    assert (run("cite").code, run("cite", "none").code) == (2, 1)
    assert run("cite", "oil.md", "--accessed", "2026").code == 2


def test_a_batch_tells_what_each_line_found_and_which_was_wrong(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_bytes("\ufeffsanctions\n\nсанкции\noil w/9999 a\n".encode())
    found = run("batch", str(queries))
    assert found.code == 2
    assert [line.split() for line in found.out.splitlines()] == [
        ["1", "1", "3", "sanctions"], ["oil.md"], ["3", "1", "2", "санкции"], ["нефть.md"],
        ["4", "–", "–", "oil", "w/9999", "a"],
    ]  # fmt: skip
    assert "error: line 4: w/9999" in found.err
    assert found.err.endswith("Not read: line 4.\n")
    results = run("batch", str(queries), "--json").json["results"]
    assert results == [
        json.loads(line) for line in run("batch", str(queries), "--jsonl").out.splitlines()
    ]
    rows = list(csv.DictReader(io.StringIO(run("batch", str(queries), "--csv", "--no-bom").out)))
    assert [(row["line"], row["total"]) for row in rows] == [("1", "1"), ("3", "1"), ("4", "")]
    queries.write_bytes("санкции".encode("cp1251"))
    wrong = run("batch", str(queries))
    assert (wrong.code, "line 1 is not UTF-8" in wrong.err) == (2, True)
    assert run("batch", str(tmp_path / "none")).code == 1


def test_saved_searches_show_what_is_new_once(run: Callable[..., Run], tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.md").write_text("# A\n\nOil came.", "utf-8")
    index = ("--index", str(tmp_path / "ix"))
    run(*index, "index", str(texts))
    assert "Save one: dragoman alerts add" in run(*index, "alerts").err
    saved = run(*index, "alerts", "add", "oil", "oil", "-gas", "--filter", "lang=en")
    assert (saved.code, saved.out) == (0, "")
    assert "It finds 1 document now" in saved.err
    assert run(*index, "alerts", "add", "oil", "gas").code == 2
    listed = run(*index, "alerts", "list")
    assert listed.out.startswith("oil: oil -gas · lang en\n     1 seen until 20")
    assert run(*index, "alerts").out == ""
    (texts / "b.md").write_text("# B\n\nMore oil.", "utf-8")
    (texts / "a.md").write_text("# A\n\nOil came again.", "utf-8")
    run(*index, "index")
    kept = run(*index, "alerts", "--keep", "--json").json["alerts"][0]  # type: ignore[index]
    assert [hit["id"] for hit in kept["new"]] == ["b.md"]
    assert [hit["id"] for hit in kept["changed"]] == ["a.md"]
    told = run(*index, "alerts")
    assert told.out.startswith("oil: 1 new, 1 changed since 20")
    assert told.out.index("b.md") < told.out.index("Changed:") < told.out.index("a.md")
    assert "oil: nothing new since 20" in run(*index, "alerts").err
    assert run(*index, "alerts", "remove", "oil").code == 0
    assert run(*index, "alerts", "remove", "oil").code == 2
    assert run(*index, "alerts", "list", "--json").json == {"alerts": []}


def test_lines_of_a_concordance_are_written_as_csv(run: Callable[..., Run]) -> None:
    found = run("kwic", "sanctions", "--csv", "--no-bom", "--window", "1")
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert [(row["left"], row["match"], row["right"]) for row in rows] == [
        ("first.  ", "Sanctions", " touch"), ("and ", "sanctions", " stay"),
    ]  # fmt: skip
    assert run("kwic", "sanctions", "--csv", "--json").code == 2


# Help


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(dragoman)
    for name in dragoman.list_commands(context):
        command = dragoman.get_command(context, name)
        assert command is not None
        yield name, command


@pytest.mark.parametrize("name", ["", *(name for name, _ in commands())])
def test_help_fits_80_columns_and_shows_examples(run: Callable[..., Run], name: str) -> None:
    shown = run(*([name] if name else []), "--help")
    assert (shown.code, shown.err) == (0, "")
    assert max(map(len, shown.out.splitlines())) <= 80
    assert re.search(rf"dragoman .*{name or 'search'}", shown.out.split("Usage", 1)[1][40:])


def test_every_command_and_option_has_help() -> None:
    for name, command in commands():
        assert command.get_short_help_str(60), name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"


def test_the_examples_in_the_help_are_correct_usage() -> None:
    import shlex

    for name, command in commands():
        examples = re.findall(r"^ +(dragoman .+)$", command.help or "", re.MULTILINE)
        assert examples, name
        for example in examples:
            args = [arg for arg in shlex.split(re.split(" [<>] ", example)[0])[1:]]
            context = dragoman.make_context("dragoman", args, resilient_parsing=False)
            used, rest = context._protected_args or [], context.args
            chosen, *options = [*used, *rest]
            found = dragoman.get_command(context, chosen)
            assert found is not None
            found.make_context(chosen, options, parent=context)


def test_help_and_version_load_neither_numpy_nor_dictionaries() -> None:
    for option in ("--help", "--version"):
        program = (
            "import sys, atexit\n"
            "atexit.register(lambda: print('loaded', *sorted(set(sys.modules) & "
            "{'numpy', 'pymorphy3', 'whoosh', 'nltk', 'lemminflect', 'rich', 'flask', "
            "'citeproc'})))\n"
            f"from dragoman.search.cli import main; main(['{option}'])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "loaded", option
