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
from components.training.doctor import choices
from components.training.doctor.converter import Converter
from components.training.doctor.recognition import recognise
from components.training.doctor.records import Opened
from components.training.doctor.shape import Shape
from components.training.doctor.upload_files import open_upload


def read(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """The rows of each file of an upload, with what couldn't be read and was put right. Raises BadInput."""
    opened = [read_tmx(data, name)] if _is_tmx(data, name) else open_upload(data, name, limits)
    return {"files": [_told(one) for one in opened]}


def _told(opened: Opened) -> dict[str, Any]:
    choices.gather(opened)
    shape = recognise(opened.records) if opened.records else None
    rows = _conversations(opened, shape) if shape and shape.form == "messages" else _plain(opened)
    return {
        "name": opened.name,
        "format": opened.format,
        "rows": rows,
        "shape": shape.to_json() if shape else None,
        "findings": [one.to_json() for one in opened.findings],
        "repaired": [to_json(one) for one in opened.repaired],
        "notes": [to_json(one) for one in opened.notes],
    }


def _plain(opened: Opened) -> list[tuple[int, Mapping[str, Any]]]:
    return [(record.line, record.value) for record in opened.records]


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


def read_tmx(data: bytes, name: str) -> Opened:
    """Translation Memory eXchange: a row for each unit, a column for each language."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise errors.corrupt(name, Said("a TMX file")) from error
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
