"""An upload's rows as they are, read by the doctor's readers: for work that gives the fields its own meaning.

Runs in the confined process; the app's side is `raw_rows`. Conversations are told by their roles here, and
TMX, which holds sentences in several languages, is read as a table with a column for each.
"""

from collections.abc import Mapping
from typing import Any

from components.documents import errors
from components.documents.limits import Limits
from components.documents.sniffer import extension
from components.messages import Said, to_json
from components.training.doctor import annotations, choices
from components.training.doctor.converter import Converter
from components.training.doctor.recognition import recognise
from components.training.doctor.records import Opened
from components.training.doctor.shape import Shape
from components.training.doctor.titles import first_is_row
from components.training.doctor.upload_files import open_upload


def read(data: bytes, name: str, limits: Limits, titles: bool | None = None) -> dict[str, Any]:
    """The rows of each file of an upload, with what couldn't be read and was put right. Raises BadInput.

    `titles` is whether the first row of a table has them; None: told by what is in it.
    """
    if _is_tmx(data, name):
        return {"files": [_told(read_tmx(data, name), True)]}
    if extension(name) == "xml":
        return {"files": [_told(read_wmt(data, name), True)]}
    opened = open_upload(data, name, limits, header=titles is not False)
    titled = [not first_is_row(one) if titles is None else titles for one in opened]
    if titles is None and not all(titled):
        plain = open_upload(data, name, limits, header=False)
        opened = [one if has else two for one, two, has in zip(opened, plain, titled, strict=True)]
    for one, has in zip(opened, titled, strict=True):
        one.titled = has or not one.table
    return {"files": list(map(_told, opened, titled))}


def _told(opened: Opened, titled: bool) -> dict[str, Any]:
    choices.gather(opened)
    shape = recognise(opened.records) if opened.records else None
    whole = all(annotations.is_answered(record.given) for record in opened.records)
    rows = _conversations(opened, shape) if shape and shape.form == "messages" else _plain(opened)
    return {
        "name": opened.name,
        "format": opened.format,
        "table": opened.table and opened.format not in ("TMX", "XML", "Parquet"),
        "titled": titled,
        "rows": rows,
        "shape": shape.to_json() if shape else None,
        "findings": [one.to_json() for one in opened.findings],
        "repaired": [to_json(one) for one in opened.repaired if not (whole and one == annotations.READ)],
        "notes": [to_json(one) for one in opened.notes],
    }


def _plain(opened: Opened) -> list[tuple[int, Mapping[str, Any]]]:
    return [
        (
            record.line,
            record.given if record.given and annotations.is_answered(record.given) else record.value,
        )
        for record in opened.records
    ]


def _conversations(opened: Opened, shape: Shape) -> list[tuple[int, Mapping[str, Any]]]:
    """The same with roles that are known, whatever they are called; one without an answer as it is."""
    made: list[tuple[int, Mapping[str, Any]]] = []
    for record, row, findings in Converter(shape, opened).rows():
        if row is None and {one.kind for one in findings} != {"assistant"}:
            opened.findings += findings
            continue
        beside = {field: value for field, value in record.value.items() if field != shape.prompt}
        turns = row["messages"] if row else record.value[shape.prompt]
        made.append((record.line, {**beside, "messages": turns}))
    return made


def _is_tmx(data: bytes, name: str) -> bool:
    return extension(name) == "tmx" or b"<tmx" in data[:4096]


def _root(data: bytes, name: str, kind: Said) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise errors.corrupt(name, kind) from error


def read_wmt(data: bytes, name: str) -> Opened:
    """A test set of WMT (from 2021 on): a row for each segment of a document's <src> that its first <ref> has
    too, a column for each of the two languages and one for the document.
    """
    opened = Opened("XML", table=True)
    for document in _root(data, name, Said("an XML file")).iter("{*}doc"):
        source, reference = document.find("{*}src"), document.find("{*}ref")
        if source is None or reference is None:
            continue
        said, beside = _segments(source), _segments(reference)
        languages = _language(source) or "source", _language(reference) or "reference"
        for number, (line, text) in said.items():
            if number in beside:
                texts = dict(zip(languages, (text, beside[number][1]), strict=True))
                opened.add(line, {**texts, "doc": str(document.get("id") or "")})
            else:
                opened.find(line, "field", Said("This segment has no reference."))
    return opened


def _segments(version: Any) -> dict[str, tuple[int, str]]:
    """The line and the text of each, by its number."""
    found = enumerate(version.iter("{*}seg"), 1)
    return {
        str(one.get("id") or number): (one.sourceline or 0, " ".join("".join(one.itertext()).split()))
        for number, one in found
    }


def read_tmx(data: bytes, name: str) -> Opened:
    """Translation Memory eXchange: a row for each unit, a column for each language."""
    root = _root(data, name, Said("a TMX file"))
    opened = Opened("TMX", table=True)
    for unit in root.iter("{*}tu"):
        texts = {_language(one): _segment(one) for one in unit.iter("{*}tuv")}
        texts = {code: text for code, text in texts.items() if code and text}
        if len(texts) > 1:
            opened.add(unit.sourceline or 0, texts)
        else:
            opened.find(unit.sourceline or 0, "field", Said("This unit has fewer than two languages."))
    return opened


def _language(variant: Any) -> str:
    found = variant.get("{http://www.w3.org/XML/1998/namespace}lang") or variant.get("lang") or ""
    return str(found).strip()


def _segment(variant: Any) -> str:
    """The words of a variant without the codes of its layout."""
    segment = variant.find("{*}seg")
    if segment is None:
        return ""
    parts = [segment.text or ""]
    for inner in segment:
        if _local(inner) in ("hi", "sub"):  # around words; the others stand for marks of a format
            parts.append("".join(inner.itertext()))
        parts.append(inner.tail or "")
    return " ".join("".join(parts).split())


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
