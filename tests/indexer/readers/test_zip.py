"""Archives: each readable member, and why another is not read."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from dragoman.indexer import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import ReadFailure, read_file, zip_archive
from dragoman.indexer.readers.files import MAX_TEXT_BYTES

SAMPLES = Path(__file__).parent / "samples"
TEXT = "Talks\n\nThey talked about fish."


def archive(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def read(path: Path) -> tuple[dict[str, Document], dict[str, str]]:
    """Documents by id, and reasons by the end of the failure's path."""
    found = list(read_file(path, doc_id=path.name))
    return (
        {each.doc_id: each for each in found if isinstance(each, Document)},
        {
            each.path.removeprefix(f"{path}/"): each.reason
            for each in found
            if isinstance(each, ReadFailure)
        },
    )


def test_each_readable_member_is_read_by_its_format(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {
            "in/x.txt": TEXT,
            "in/r.jsonl": '{"id": "one", "text": "Fish."}\n{"text": 5}\n',
            "t.docx": (SAMPLES / "talks.docx").read_bytes(),
            "t.pdf": (SAMPLES / "talks.pdf").read_bytes(),
            "y.txt.gz": gzip.compress(TEXT.encode()),
            "picture.png": b"\x89PNG",
            "README.txt": "no document",
            "__MACOSX/in/._x.txt": "no document",
            ".hidden/x.txt": "no document",
        },
    )
    documents, failures = read(path)
    assert set(documents) == {
        "a.zip/in/x.txt",
        "one",
        "a.zip/t.docx",
        "a.zip/t.pdf",
        "a.zip/y.txt.gz",
    }
    assert (documents["a.zip/in/x.txt"].title, documents["a.zip/in/x.txt"].text) == (
        "Talks",
        "They talked about fish.",
    )
    assert len(documents["a.zip/t.pdf"].page_starts) == 2
    assert failures == {"in/r.jsonl:2": "the record’s text is no string but a number"}


def test_members_that_lead_elsewhere_are_refused_and_the_others_read(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {
            "../up.txt": TEXT,
            "/etc/x.txt": TEXT,
            "C:/x.txt": TEXT,
            "a/../../b.txt": TEXT,
            "ok.txt": TEXT,
        },
    )
    documents, failures = read(path)
    assert set(documents) == {"a.zip/ok.txt"}
    assert {name: reason.split(" (")[0] for name, reason in failures.items()} == {
        "../up.txt": "its name leads out of the archive",
        "/etc/x.txt": "its name is an absolute path",
        "C:/x.txt": "its name is an absolute path",
        "a/../../b.txt": "its name leads out of the archive",
    }
    assert not (tmp_path.parent / "up.txt").exists()


def test_archives_in_archives_are_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("x.txt", TEXT)
    path = archive(tmp_path / "a.zip", {"in.zip": inner.getvalue(), "x.tar.gz": b"", "y.txt": TEXT})
    documents, failures = read(path)
    assert set(documents) == {"a.zip/y.txt"}
    assert set(failures) == {"in.zip", "x.tar.gz"}
    assert failures["in.zip"] == "an archive in an archive; unpack it first"


def test_an_encrypted_member_is_told_and_the_others_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"secret.txt": TEXT, "open.txt": TEXT})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag in the first member's own header, and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    documents, failures = read(path)
    assert set(documents) == {"a.zip/open.txt"}
    assert failures == {"secret.txt": "encrypted; unpack it with its password"}


def test_a_bomb_is_told_and_the_others_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"bomb.txt": b"a" * 5_000_000, "ok.txt": TEXT})
    documents, failures = read(path)
    assert set(documents) == {"a.zip/ok.txt"}
    assert "zip bomb" in failures["bomb.txt"]


def test_all_members_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "MAX_TOTAL_BYTES", 50)
    path = archive(tmp_path / "a.zip", {f"{n}.txt": TEXT for n in range(3)})  # 30 bytes each
    documents, failures = read(path)
    assert set(documents) == {"a.zip/0.txt"}
    assert set(failures) == {"1.txt", "2.txt"}
    assert "unpacks to more than" in failures["1.txt"]


def test_a_gzip_bomb_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(b"fish " * (MAX_TEXT_BYTES // 5 + 1)))
    with pytest.raises(ReadError, match="larger than 64 MB"):
        list(read_file(tmp_path / "x.txt.gz", doc_id="id"))


def test_a_member_that_claims_to_be_smaller_is_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"x.txt": TEXT * 100, "ok.txt": TEXT})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")  # the size in the directory
    path.write_bytes(data)
    documents, failures = read(path)
    assert set(documents) == {"a.zip/ok.txt"}
    assert failures == {"x.txt": "damaged: it can’t be unpacked"}


@pytest.mark.parametrize("encoding", ["cp866", "windows-1251", "utf-8"])
def test_names_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    name = "Переговоры/О рыбе.txt"
    path = archive(tmp_path / "a.zip", {"x" * len(name.encode(encoding)): TEXT})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"x" * len(name.encode(encoding)), name.encode(encoding)))
    documents, _ = read(path)
    assert set(documents) == {f"a.zip/{name}"}


def test_western_names_stay_as_they_are(tmp_path: Path) -> None:
    documents, _ = read(archive(tmp_path / "a.zip", {"Café Müller.txt": TEXT, "plain.txt": TEXT}))
    assert set(documents) == {"a.zip/Café Müller.txt", "a.zip/plain.txt"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"PK\x03\x04", "damaged or cut-off"), (b"no zip", "no zip file"), (b"", "empty")],
)
def test_what_is_no_archive_is_an_error(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ReadError, match=reason):
        read(tmp_path / "a.zip")


def test_an_archive_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nothing in the archive"):
        read(archive(tmp_path / "a.zip", {"picture.png": b"\x89PNG"}))


def test_a_changed_archive_is_read_again_member_by_member(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    archive(folder / "a.zip", {"one.txt": TEXT, "two.txt": TEXT})
    first = sync([folder], index_dir=tmp_path / "index")
    assert (first.added, first.failed) == (2, ())
    archive(folder / "a.zip", {"one.txt": TEXT, "two.txt": TEXT + " And boats."})
    second = sync([folder], index_dir=tmp_path / "index")
    assert (second.added, second.changed, second.deleted, second.unchanged) == (0, 1, 0, 1)
