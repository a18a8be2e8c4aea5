"""`.zip`: the documents of every readable file in an archive.

In: a path and how to read a file. Out: documents with ids `archive.zip/inner/path.txt`, and for
each member that can't be read why. Members are unpacked one at a time to a folder of its own
that is removed again. Archives in archives are not opened.
"""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.encodings import russian_score
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.packages import BROKEN, check, opened

Read = Callable[[Path, str], Iterator[Document | ReadFailure]]

MAX_TOTAL_BYTES = 4 * 1024**3
"""Bytes that the readable members of one archive may unpack to."""
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # the extra field in which Info-ZIP keeps a name in UTF-8
_DRIVE = re.compile(r"[A-Za-z]:")


def read(
    path: Path, doc_id: str, is_readable: Callable[[Path], bool], read_file: Read
) -> Iterator[Document | ReadFailure]:
    """The documents of an archive's members, in the archive's order.

    Args:
        path: The archive.
        doc_id: Its id, which stands before its members' names.
        is_readable: Whether a file of this name is taken for documents; others are passed over.
        read_file: The documents of an unpacked member.

    Raises:
        ReadError: It is no zip file or a broken one, or nothing in it is readable.
    """
    found = False
    total = 0
    with opened(path, "zip") as archive, tempfile.TemporaryDirectory(prefix="dragoman-") as folder:
        for number, member in enumerate(archive.infolist()):
            name = member_name(member)
            if member.is_dir() or name.startswith("__MACOSX/"):
                continue
            where = f"{path}/{name}"
            inner = PurePosixPath(name)
            if inner.name.lower().endswith(_ARCHIVES):
                found = True
                yield ReadFailure(where, "an archive in an archive; unpack it first")
                continue
            if any(part.startswith(".") and part != ".." for part in inner.parts) or (
                not is_readable(Path(inner.name))
            ):
                continue
            found = True
            if reason := _bad_name(name):
                yield ReadFailure(where, reason)
                continue
            total += member.file_size
            try:
                if total > MAX_TOTAL_BYTES:
                    raise ReadError(
                        f"the archive unpacks to more than {MAX_TOTAL_BYTES / 1e9:.0f} GB; "
                        "this member was not read: unpack the archive"
                    )
                unpacked = _unpacked(archive, member, Path(folder) / str(number), inner.name)
                for document in read_file(unpacked, f"{doc_id}/{name}"):
                    yield _renamed(document, str(unpacked), where)
            except ReadError as error:
                yield ReadFailure(where, str(error))
            shutil.rmtree(Path(folder) / str(number), ignore_errors=True)
    if not found:
        raise ReadError("nothing in the archive is of a format that is read")


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name; of those without a mark of UTF-8, as the likeliest encoding has it.

    Windows writes names in cp866 where Russian is set, others in UTF-8 or Windows-1251.
    """
    if member.flag_bits & _UTF8:
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    if named := _unicode_path(member.extra):
        return named
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        scores = {name: russian_score(raw, name) for name in ("cp866", "windows-1251")}
        best = max(scores, key=lambda name: scores[name])
        return raw.decode(best, "replace") if scores[best] > 0 else member.filename


def _unicode_path(extra: bytes) -> str:
    """The name in the extra field that is made for it, or empty."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == _UNICODE_PATH and 5 < size <= len(extra) - 4:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return ""


def _bad_name(name: str) -> str:
    """Why a member's name leads out of the archive; empty where it does not."""
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "its name is an absolute path"
    if ".." in re.split(r"[/\\]", name):
        return "its name leads out of the archive (‘..’)"
    if any(character < " " for character in name):
        return "its name has control characters"
    return ""


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> Path:
    """Where a member stands unpacked; the name on disk ends as its own does."""
    check(member)
    folder.mkdir()
    # Names may be longer than a file system allows; the end tells the format.
    target = folder / name.encode()[-200:].decode("utf-8", "ignore").replace("\\", "_")
    try:
        with archive.open(member) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out)
    except (*BROKEN, LookupError, OSError) as error:
        raise ReadError("damaged: it can’t be unpacked") from error
    return target


def _renamed(found: Document | ReadFailure, unpacked: str, where: str) -> Document | ReadFailure:
    """A failure under the member's name instead of that of the unpacked file."""
    if isinstance(found, ReadFailure):
        return ReadFailure(found.path.replace(unpacked, where), found.reason)
    return found
