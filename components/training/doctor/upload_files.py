"""An upload to records: what kind of file it is, told from its bytes, and what is in a ZIP of such files.

Runs in the confined process. Names are for messages; nothing is unpacked to the disk.
"""

import io
import re
import stat
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

from components.documents import errors
from components.documents.confined import shown_name
from components.documents.encodings import BOMS, decode_text, is_text
from components.documents.limits import Limits
from components.documents.sniffer import SIGNATURES, extension
from components.documents.zip_archive import Archive
from components.messages import Message, Said, counted
from components.models.languages import language_code
from components.training.doctor import (
    answer_trees,
    asked_texts,
    bot_agents,
    chat_pages,
    chats,
    json_rows,
    marked_turns,
    plain_rows,
    row_lists,
    tables,
    yaml_rows,
)
from components.training.doctor.field_names import KNOWN_FIELDS, field_name
from components.training.doctor.recognition import recognise
from components.training.doctor.records import Opened

FILES = 1_000  # files with data in one ZIP
DOCUMENT = Said("a document, not rows of training data; the tab “From documents” reads its text")
SUPPORTED = Said("Upload JSONL, JSON, CSV, TSV, XLSX, Parquet, YAML, TXT, Markdown, or a ZIP of these.")
_POINTER = b"version https://git-lfs.github.com/spec/"
_ABOUT = ("readme", "license", "licence", "notice", "changelog", "dataset_infos", "dataset_info")


def open_upload(data: bytes, name: str, limits: Limits, header: bool = True) -> list[Opened]:
    """The files in an upload: one, those of a ZIP with their names, or the lists of a JSON file. Raises
    BadInput.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        archive = Archive(data, name, limits)
        if "xl/workbook.xml" in archive:
            return tables.read_workbook(data, name, limits, header)
        if "[content_types].xml" in archive or "mimetype" in archive:
            raise _unsupported(name, DOCUMENT)
        return _open_zip(data, archive, name, limits, header)
    return _open_one(data, name, limits, header)


def _open_one(data: bytes, name: str, limits: Limits, header: bool) -> list[Opened]:
    if not data.strip():
        raise errors.empty(name, Said("is empty"))
    if data.startswith(b"PAR1"):
        return [_with_others(tables.read_parquet(data, name, limits))]
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return tables.read_workbook(data, name, limits, header)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _unsupported(name, Said("an old or protected Office file; save it as .xlsx without a password"))
    for pattern, words in SIGNATURES:
        if re.match(pattern, data[:1024], re.DOTALL):
            raise _unsupported(name, words)
    if data[:1024].lstrip().startswith((b"%PDF-", b"{\\rt")):
        raise _unsupported(name, DOCUMENT)
    if data.startswith(_POINTER):
        raise errors.Unsupported(
            '"{name}" is only a pointer of Git LFS to the file. Download the file itself and upload that.',
            name=name,
        )
    if not is_text(data):
        raise _unsupported(name, Said("binary data"))
    return _open_text(data, name, header)


def _unsupported(name: str, found: Message) -> errors.Unsupported:
    return errors.Unsupported('"{name}" is {found}. {advice}', name=name, found=found, advice=SUPPORTED)


def _open_text(data: bytes, name: str, header: bool) -> list[Opened]:
    read = decode_text(data)
    text, repairs = _tidy(data, read.text, read.encoding)
    files = _reader(text, name, header)(text)
    for one in files:
        row_lists.settle(one)
    files = [_with_others(one, text) for one in files]
    if extension(name) in ("html", "htm") and files[0].format == "Text":
        raise _unsupported(name, Said("a web page that is no chat; the tab “From documents” reads its text"))
    if files[0].format == "Text" and (extension(name) == "xml" or text.startswith("<?xml")):
        raise _unsupported(name, Said("XML, whose fields are not read; save its rows as JSON or a table"))
    for one in filter(None, (files[0], files[0].other)):
        one.repaired[:0] = [read.repaired, *repairs] if read.repaired else repairs
    return files


def _with_others(opened: Opened, text: str = "") -> Opened:
    """A file that can be read in two ways, with the likelier one first."""
    if opened.format == "Text":
        found = chats.read_text(text) or chat_pages.read(text) or marked_turns.read_text(text)
        found = found or asked_texts.read(text)
    else:
        shape = recognise(opened.records[:200])
        known = shape and shape.sure and shape.form != "text"
        found = None if known else chats.gathered(opened) or marked_turns.gathered(opened)
        found = answer_trees.gathered(opened) or found
    return replace(found, other=opened) if found else opened


def _reader(text: str, name: str, header: bool) -> Callable[[str], list[Opened]]:
    kind = extension(name)

    def table(text: str) -> list[Opened]:
        return [tables.read_delimited(text, name, header)]

    if kind in ("yaml", "yml") or (kind in ("txt", "md", "markdown") and yaml_rows.looks_like_yaml(text)):
        return lambda text: yaml_rows.read(text, name)
    if json_rows.looks_like_json(text) or (
        kind in ("jsonl", "ndjson", "json") and not tables.has_known_titles(text)
    ):
        return json_rows.read
    if kind in tables.USUAL or tables.has_known_titles(text) or tables.is_written_as_table(text):
        return table
    return lambda text: [plain_rows.read(text)]


def _tidy(data: bytes, text: str, encoding: str) -> tuple[str, list[Message]]:
    """The text with one kind of line end, and what was put right."""
    repairs: list[Message] = []
    if encoding not in ("utf-8", "ascii"):
        repairs.append(Said("The encoding was {encoding}; it was changed to UTF-8.", encoding=encoding))
    if any(data.startswith(bom) for bom, _ in BOMS):
        repairs.append(Said("The byte order mark at the beginning was removed."))
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        text = text.replace("\x00", "")
        repairs.append(Said("NUL characters were removed."))
    windows = "\r\n" in text  # as good a line end as any
    text = text.replace("\r\n", "\n")
    if lone := text.count("\r"):
        # In a file with \n, a lone \r doesn't count as a line for any editor that would be used to look.
        text = text.replace("\r", " " if windows or "\n" in text else "\n")
        repairs.append(
            counted(
                "Carriage returns (\\r) were removed from {count} place.",
                "Carriage returns (\\r) were removed from {count:,} places.",
                lone,
            )
        )
    return text, repairs


def _open_zip(data: bytes, archive: Archive, name: str, limits: Limits, header: bool) -> list[Opened]:
    found: list[tuple[str, Opened]] = []
    notes: list[Message] = []
    with zipfile.ZipFile(io.BytesIO(data)) as listing:
        infos = [info for info in listing.infolist() if not info.is_dir()]
    names = [info.filename for info in infos if bot_agents.PHRASES in info.filename]
    if names and (
        agent := bot_agents.rows({name: archive.read(name) for name in _with_intents(names, infos)})
    ):
        return [_of_agent(agent, name)]
    for info in infos:
        shown = _inside(info.filename)
        if shown.startswith(("__MACOSX", ".")) or "/." in shown:
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            notes.append(Said('"{file}" is a link and was not followed.', file=shown))
            continue
        if shown.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower() in _ABOUT:
            notes.append(Said('"{file}" is about the data and was left out.', file=shown))
            continue
        if len(found) >= FILES:
            raise errors.TooMuchUnpacked(
                '"{name}" has more than {files:,} files in it. Put the rows into fewer.',
                name=name,
                files=FILES,
            )
        try:
            parts = _open_part(archive.read(info.filename), shown, limits, header)
        except errors.Unsupported as error:
            notes.append(Said("Left out: {why}", why=error.message))
            continue
        except errors.EmptyFile:
            notes.append(Said('"{file}" is empty.', file=shown))
            continue
        found += [(shown, opened) for opened in parts]
    if not found:
        raise errors.EmptyFile(
            '"{name}" has no file in it that can be read. {supported}', name=name, supported=SUPPORTED
        )
    return _named(_rows_before_texts(_side_by_side(found), notes), notes)


def _with_intents(phrases: Sequence[str], infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The files of phrases, and those of their intents."""
    intents = {f"{name.rpartition(bot_agents.PHRASES)[0]}.json" for name in phrases}
    return [*phrases, *(info.filename for info in infos if info.filename in intents)][:FILES]


def _of_agent(rows: Sequence[dict[str, str]], name: str) -> Opened:
    opened = Opened("JSON", file=name)
    opened.note(Said("Phrases of an agent were read as questions, with the answers of their intents."))
    for number, row in enumerate(rows, 1):
        opened.add(number, row)
    return opened


def _side_by_side(found: list[tuple[str, Opened]]) -> list[tuple[str, Opened]]:
    """Two texts that are called alike but for their languages, corpus.en and corpus.pt, with as many lines:
    a corpus for translation, one sentence a line, becomes one file of pairs.
    """
    alike: dict[str, list[tuple[str, str, Opened]]] = {}
    for name, one in found:
        stem, _, ending = name.rpartition(".")
        if one.format == "Text" and stem and (language := language_code(ending)):
            alike.setdefault(stem, []).append((language, name, one))
    made = list(found)
    for stem, sides in alike.items():
        texts = ["".join(str(row.value["text"]) for row in one.records).rstrip() for _, _, one in sides]
        counts = {text.count("\n") for text in texts}
        if len(sides) != 2 or len(counts) != 1 or not counts - {0}:
            continue
        pairs = Opened("Text", table=True)
        pairs.note(
            Said("Lines with the same number in {files} are pairs.", files=[name for _, name, _ in sides])
        )
        codes = [language for language, _, _ in sides]
        for number, lines in enumerate(zip(*(text.split("\n") for text in texts), strict=True), 1):
            pairs.add(number, dict(zip(codes, lines, strict=True)))
        pairs.format = "TSV"
        names = {name for _, name, _ in sides}
        made = [(stem, pairs), *((name, one) for name, one in made if name not in names)]
    return made


def _open_part(data: bytes, shown: str, limits: Limits, header: bool) -> list[Opened]:
    zipped = data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    if zipped and not any(one.startswith("xl/") for one in Archive(data, shown, limits).names):
        raise errors.Unsupported(
            '"{shown}" is an archive inside the archive, which is not opened.', shown=shown
        )
    return _open_one(data, shown, limits, header)


def _inside(stored: str) -> str:
    """A name inside a ZIP for use in a sentence, with its folders."""
    parts = [part for part in stored.replace("\\", "/").split("/") if part not in ("", "..", ".")]
    return "/".join(shown_name(part) for part in parts[-3:]) or "file"


def _rows_before_texts(found: list[tuple[str, Opened]], notes: list[Message]) -> list[tuple[str, Opened]]:
    """Beside files with rows, a text is about them; but a page that is a table says nothing of many texts.

    Of texts, some of which could be questions and answers, all are plain text.
    """
    if any(one.format == "Text" for _, one in found):
        found = [
            (name, one.other if one.other and one.other.format == "Text" else one) for name, one in found
        ]
    rows = [(name, one) for name, one in found if one.format != "Text"]
    texts = [(name, one) for name, one in found if one.format == "Text"]
    if not rows or not texts:
        return found
    if len(texts) > len(rows) and all(_is_page(name, one) for name, one in rows):
        notes += [Said('"{file}" is a table beside texts and was left out.', file=name) for name, _ in rows]
        return texts
    notes += [Said('"{file}" is plain text beside rows and was left out.', file=name) for name, _ in texts]
    return rows


def _is_page(name: str, opened: Opened) -> bool:
    """Whether only its lines make a text a table, neither its name nor its titles."""
    titles = {field_name(title) for record in opened.records[:1] for title in record.value}
    as_text = opened.format in ("CSV", "TSV", "Markdown") and extension(name) not in tables.USUAL
    return as_text and len(titles & KNOWN_FIELDS) < 2


def _named(found: list[tuple[str, Opened]], notes: list[Message]) -> list[Opened]:
    for name, one in found:
        one.named("/".join(filter(None, (name, one.part))))
    files = [one for _, one in found]
    files[0].notes[:0] = notes
    return files
