"""Makes the sample files with the programs that make such files in the world.

    talks.fodt ─ LibreOffice ─▶ talks.docx, talks.odt, talks.rtf, talks.pdf, talks.epub
    page.html  ─ Chromium    ─▶ page.pdf

Run by hand after a change of a source, with both programs installed (LibreOffice 7.4 and Chromium
made those that are here); the tests need neither.

    python tests/indexer/readers/samples/make_samples.py [--chromium PATH]
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OFFICE_FORMATS = ("docx", "odt", "rtf", "pdf", "epub")


def by_libreoffice(form: str) -> None:
    """One file out of the flat OpenDocument text."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation=file://{profile}", "--headless",
                "--convert-to", form, "--outdir", HERE, HERE / "talks.fodt",
            ],
            check=True,
            timeout=120,
        )  # fmt: skip


def by_chromium(chromium: str) -> None:
    """A PDF out of the web page."""
    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--print-to-pdf={HERE / 'page.pdf'}", (HERE / "page.html").as_uri(),
        ],
        check=True,
        timeout=120,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="chromium")
    given = parser.parse_args()
    for form in OFFICE_FORMATS:
        by_libreoffice(form)
    by_chromium(given.chromium)


if __name__ == "__main__":
    main()
