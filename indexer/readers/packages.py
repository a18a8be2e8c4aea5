"""Zip files, and the XML and other parts in them, read within bounds.

In: a path. Out: an open archive, the bytes of its members, parsed XML. What unpacks to too much,
is encrypted or broken is an error before memory is spent on it. Knows no format.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.files import refuse_empty

MAX_MEMBER_BYTES = 256 * 1024 * 1024
"""Bytes that one member may unpack to: twenty times the largest book."""
MAX_PART_BYTES = 64 * 1024 * 1024
"""The same for a part of a document or book: three times a novel of a thousand pages."""
MAX_RATIO = 200
"""Unpacked to packed: text packs 3 to 20 times, a bomb 1000 times."""
_SMALL = 1024 * 1024
"""Bytes below which the ratio says nothing."""
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 0x1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What `zipfile` raises for members that can't be unpacked; `OSError` and `LookupError` beside."""


@contextmanager
def opened(path: Path, what: str) -> Iterator[zipfile.ZipFile]:
    """The archive at a path; `what` is the format's name for messages.

    Raises:
        ReadError: It can't be opened or is no zip file.
    """
    refuse_empty(path)
    try:
        archive = zipfile.ZipFile(path)
    except (*BROKEN, LookupError) as error:
        with path.open("rb") as file:
            if file.read(len(_OLE)) == _OLE:
                raise ReadError(
                    f"encrypted with a password, or of Word’s old format: save it as {what} "
                    "without a password"
                ) from error
        raise ReadError(f"no {what} file, or a damaged or cut-off one") from error
    except OSError as error:
        raise ReadError(f"can’t be opened: {error.strerror or error}") from error
    with archive:
        yield archive


def check(member: zipfile.ZipInfo, most_bytes: int = MAX_MEMBER_BYTES) -> None:
    """Refuses a member that is encrypted or unpacks to too much.

    Its sizes are as the archive declares them; `zipfile` unpacks no more than that.

    Raises:
        ReadError: It is so.
    """
    if member.flag_bits & _ENCRYPTED:
        raise ReadError("encrypted; unpack it with its password")
    if member.file_size > most_bytes:
        raise ReadError(
            f"unpacks to {member.file_size / 1e6:,.0f} MB; at most "
            f"{most_bytes / 1e6:,.0f} MB are read of such a part"
        )
    if member.file_size > _SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
        raise ReadError(
            f"unpacks to more than {MAX_RATIO} times its size, as no text does: a zip bomb?"
        )


def member_bytes(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a part; None where the archive has no part of this name.

    Raises:
        ReadError: The part is encrypted, unpacks to too much or is broken.
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    check(member, MAX_PART_BYTES)
    try:
        return archive.read(member)
    except (*BROKEN, LookupError, OSError) as error:
        raise ReadError(f"damaged: its part {name} can’t be unpacked") from error


def xml_part(archive: zipfile.ZipFile, name: str) -> _Element | None:
    """The root of an XML part; None where there is no such part.

    Raises:
        ReadError: As `member_bytes`, or the part is no XML or declares entities.
    """
    data = member_bytes(archive, name)
    if data is None:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"its part {name} is no XML: {error}") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ReadError(f"its part {name} declares entities, as no honest file does")
    return root


def local_name(element: _Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: _Element, name: str) -> str:
    """An attribute's value by its name without namespace, or empty."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def child(element: _Element | None, *names: str) -> _Element | None:
    """The first child of a name, its first child of the next name, and so on; None without."""
    for name in names:
        if element is None:
            return None
        element = next((found for found in element if local_name(found) == name), None)
    return element
