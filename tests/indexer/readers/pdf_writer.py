"""Writes small PDF files for tests: words at given places, and what a broken file may have."""

from collections.abc import Sequence


def text_at(x: float, y: float, text: str, size: float = 10) -> bytes:
    """Marks for a line of Latin text; y grows upward from the page's foot."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET\n".encode("cp1252")


def lines_at(x: float, y: float, lines: Sequence[str], size: float = 10) -> bytes:
    """Lines one below another."""
    return b"".join(text_at(x, y - 12 * at, line, size) for at, line in enumerate(lines))


def pdf(pages: Sequence[bytes], *, page: str = "", trailer: str = "", info: str = "") -> bytes:
    """A PDF file of A5 pages out of their marks; more entries of pages, trailer, properties."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    kids = []
    for content in pages:
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents {len(objects) + 2} "
            f"0 R /Resources << /Font << /F1 3 0 R >> >> {page} >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    if info:
        objects.append(f"<< {info} >>".encode())
        trailer += f" /Info {len(objects)} 0 R"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n".encode()
    return out + table + end + b"startxref\n%d\n%%%%EOF\n" % len(out)
