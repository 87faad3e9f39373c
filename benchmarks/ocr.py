"""How right text is that is read from pictures: the app's path beside Tesseract, on the same pages.

    python -m benchmarks.ocr [--data ../shared/data/ocr] [--only linn_skew.pdf ...]

Every picture or PDF of the folder has its text in a .txt of the same name, its pages apart by form feeds. The
error rate is the edit distance in characters by the length of the right text, after white space is one space,
words that a line end has cut are whole again and the signs of lists are gone, on both sides alike. Tesseract
gets what the app shows its models: pages of PDFs at 200 dots an inch; without it (Debian: tesseract-ocr and
its languages) the app is alone. A chart's labels have no order: of those, the share is counted that is
not found.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageSequence

from components.documents import read_document
from components.documents.formats.pdf import DOTS
from components.errors import AppError

# How a file's name ends -> what Tesseract is told of its language; the app isn't told.
LANGUAGES = {"_zh": "chi_sim", "_de": "deu", "_nl": "nld"}
_EAST = r"[\u2e80-\u9fff\uff00-\uffef]"
UNORDERED = ("chart_slanted_labels",)


@dataclass(frozen=True)
class Row:
    """One file: error rates from 0 to 1, and seconds. None where a program is missing."""

    name: str
    pages: int
    app: float
    other: float | None
    app_seconds: float
    other_seconds: float | None


def plain(text: str) -> str:
    """White space collapsed, none between Chinese characters; words that were cut at a line's end whole."""
    text = re.sub(
        r"^\s*[•●▪*-]\s+", "", text, flags=re.MULTILINE
    )  # signs of lists, which any reader may choose
    text = unicodedata.normalize("NFC", re.sub(r"(?<=\w)-\s*\n\s*(?=\w)", "", text))
    return re.sub(rf"(?<={_EAST})\s+(?={_EAST})", "", " ".join(text.split()))


def error_rate(right: str, read: str) -> float:
    """The edit distance of two texts by the length of the first; row by row of the table, in NumPy.

    A row's insertions depend on each other from left to right: cost j is the least of (cost i) + (j - i),
    which is a running minimum once the index is taken off.
    """
    if not right:
        return float(bool(read))
    letters, index = np.array([ord(c) for c in read]), np.arange(len(read) + 1)
    row = index.copy()
    for number, letter in enumerate(right, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(np.concatenate(([number], best)) - index) + index
    return int(row[-1]) / len(right)


def missing(right: str, read: str) -> float:
    """The share of the lines of `right` that are nowhere in `read`, spaces aside."""
    whole = "".join(read.split())
    lines = [line for line in right.splitlines() if line.strip()]
    return sum("".join(line.split()) not in whole for line in lines) / len(lines)


def rate(path: Path, read: str) -> float:
    right = path.with_suffix(".txt").read_text("utf-8").replace("\f", "\n")
    if path.stem in UNORDERED:
        return missing(right, read)
    return error_rate(plain(right), plain(read))


def pictures(path: Path) -> Iterator[Image.Image]:
    """The pages of a file as pictures, as the app renders them."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                yield page.render(scale=DOTS / 72).to_pil()
        return
    with Image.open(path) as image:
        for page in ImageSequence.Iterator(image):
            yield page.convert("RGB")


def by_tesseract(path: Path) -> str:
    """What Tesseract reads with its own detection of direction and layout; nothing where it gives up."""
    pages, language = [], next((code for end, code in LANGUAGES.items() if path.stem.endswith(end)), "eng")
    for picture in pictures(path):
        data = io.BytesIO()
        picture.save(data, "PNG")
        command = ["tesseract", "stdin", "stdout", "-l", language, "--psm", "1", "--dpi", str(DOTS)]
        one_core = os.environ | {"OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(command, input=data.getvalue(), capture_output=True, env=one_core)
        pages.append(done.stdout.decode("utf-8", "replace"))
    return "\n".join(pages)


def installed() -> bool:
    """Whether Tesseract is here with all its languages."""
    if not shutil.which("tesseract"):
        return False
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout
    return {"eng", "osd", *LANGUAGES.values()} <= set(listed.split())


def measured(path: Path, beside: bool) -> Row:
    began = time.monotonic()
    try:
        document = read_document(path.read_bytes(), path.name)
        text, pages = document.text, document.pages or 1
    except AppError as error:
        print(f"{path.name}: {error}")
        text, pages = "", 1
    app_seconds = time.monotonic() - began
    if not beside:
        return Row(path.name, pages, rate(path, text), None, app_seconds, None)
    began = time.monotonic()
    other = by_tesseract(path)
    return Row(path.name, pages, rate(path, text), rate(path, other), app_seconds, time.monotonic() - began)


def table(rows: list[Row]) -> str:
    lines = ["| | pages | Wordbench | Tesseract | seconds | seconds |", "|---|---:|---:|---:|---:|---:|"]
    for row in rows:
        other = "" if row.other is None else f"{row.other:.1%}"
        seconds = "" if row.other_seconds is None else f"{row.other_seconds:.1f}"
        lines.append(
            f"| {row.name} | {row.pages} | {row.app:.1%} | {other} | {row.app_seconds:.1f} | {seconds} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/ocr"))
    parser.add_argument("--only", nargs="*", help="names of files")
    given = parser.parse_args()
    files = sorted(p for p in given.data.iterdir() if p.suffix != ".txt" and p.with_suffix(".txt").exists())
    beside = installed()
    if not beside:
        print("Tesseract isn't installed with all languages: its columns stay empty.")
    rows = []
    for path in files:
        if not given.only or path.name in given.only:
            rows.append(measured(path, beside))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    print(f"\n{table(rows)}")


if __name__ == "__main__":
    main()
