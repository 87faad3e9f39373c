"""What is filled in and noted on a page of a PDF: values of form fields, and comments.

Knows nothing about text and layout. Values are asked from PDFium's form interface: how a field was last drawn
may be missing or made with a font that only its own program has.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from components.documents.formats.symbol_fonts import CHECKED, UNCHECKED

VALUE = 64_000  # bytes of a value at most
BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
TYPED = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
COMMENTS = frozenset(
    (
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_INK,
    )
)


@dataclass(frozen=True)
class Filled:
    """A value and its field; places are in points from the left and the bottom of the page as drawn."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def take_off(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> tuple[list[Filled], list[str]]:
    """The values on a page, and its comments. Their fields go off the page in memory."""
    filled: list[Filled] = []
    comments: list[str] = []
    for i in reversed(range(pdfium.FPDFPage_GetAnnotCount(page.raw))):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, i)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        text = ""
        if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv is not None:
            text = _value(document.formenv.raw, annotation)
        elif kind == pdfium.FPDF_ANNOT_FREETEXT and not _is_drawn(annotation):
            text = _contents(annotation)
        elif kind in COMMENTS and (comment := _contents(annotation).strip()):
            comments.append(comment)
        box = pdfium.FS_RECTF()
        if text.strip() and pdfium.FPDFAnnot_GetRect(annotation, box):
            filled.append(Filled(text, box.left, box.bottom, box.right, box.top))
        pdfium.FPDFPage_CloseAnnot(annotation)
        if text.strip() and kind == pdfium.FPDF_ANNOT_WIDGET:
            pdfium.FPDFPage_RemoveAnnot(page.raw, i)
    return filled[::-1], comments[::-1]


def _value(form: pdfium.FPDF_FORMHANDLE, annotation: pdfium.FPDF_ANNOTATION) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in BOXES:
        return CHECKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else UNCHECKED
    if kind not in TYPED:
        return ""  # buttons and signatures
    if pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & pdfium.FPDF_FORMFLAG_TEXT_PASSWORD:
        return ""  # the page shows dots
    return _chosen(form, annotation) or _text(
        lambda out, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, out, size)
    )


def _chosen(form: pdfium.FPDF_FORMHANDLE, annotation: pdfium.FPDF_ANNOTATION) -> str:
    """What is chosen of a list, as the page shows it: the field's value may be a short name of it."""
    count = max(0, pdfium.FPDFAnnot_GetOptionCount(form, annotation))
    chosen = (i for i in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, i))
    return "\n".join(_label(form, annotation, i) for i in chosen)


def _label(form: pdfium.FPDF_FORMHANDLE, annotation: pdfium.FPDF_ANNOTATION, option: int) -> str:
    return _text(lambda out, size: pdfium.FPDFAnnot_GetOptionLabel(form, annotation, option, out, size))


def _contents(annotation: pdfium.FPDF_ANNOTATION) -> str:
    return _text(lambda out, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", out, size))


def _is_drawn(annotation: pdfium.FPDF_ANNOTATION) -> bool:
    empty = 2  # bytes of a text without characters
    return bool(pdfium.FPDFAnnot_GetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > empty)


def _text(ask: Callable[[ctypes.Array[ctypes.c_ushort] | None, int], int]) -> str:
    """A text of PDFium: asked for its size in bytes first, then for itself."""
    size = min(VALUE, ask(None, 0))
    out = (ctypes.c_ushort * (size // 2 + 1))()
    ask(out, size)
    return bytes(out).decode("utf-16-le", "replace").split("\0", 1)[0]
