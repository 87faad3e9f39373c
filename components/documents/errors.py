"""Why a document can't be read: one kind of error and one plain sentence for each reason.

Knows nothing about formats. A sentence says what is wrong, in which file, and what to do.
"""

from typing import ClassVar

from components.errors import BadInput
from components.messages import Message, Said

PAGES = Said("pages")
NO_TEXT = Said("has no text in it")


class PasswordNeeded(BadInput):
    """The file is encrypted and no password was given: ask for it and read again."""


class WrongPassword(PasswordNeeded):
    """The password that was given doesn't open the file."""


class EmptyFile(BadInput):
    """There is nothing in the file, or no text in it."""


class NoTextLayer(EmptyFile):
    """Pictures in which no text is found."""


class CorruptFile(BadInput):
    """The file is of a known type, but damaged or incomplete."""


class WrongContent(BadInput):
    """The file isn't what its name says and can't be read as what it is."""


class Unsupported(BadInput):
    """A kind of file that isn't read here."""


class OldOffice(Unsupported):
    """A file of Office before 2007: from which extension to which it would have to be converted."""

    before: ClassVar[str]
    becomes: ClassVar[str]


class OldWord(OldOffice):
    """A .doc file."""

    before, becomes = "doc", "docx"


class OldWorkbook(OldOffice):
    """An .xls file."""

    before, becomes = "xls", "xlsx"


class OldPresentation(OldOffice):
    """A .ppt file."""

    before, becomes = "ppt", "pptx"


class OverLimit(BadInput):
    """One of the limits was reached."""


class TooLarge(OverLimit):
    """The upload is over the size limit."""


class TooManyPages(OverLimit):
    """More pages, slides or sheets than the limit."""


class TooDeep(OverLimit):
    """Elements inside elements beyond the limit."""


class TooMuchUnpacked(OverLimit):
    """The compressed parts unpack to more than the limit."""


class TookTooLong(OverLimit):
    """The time limit passed."""


class TooMuchMemory(OverLimit):
    """The memory limit was reached."""


class ReaderFailed(BadInput):
    """The reading process ended without a result."""


KINDS: dict[str, type[BadInput]] = {
    kind.__name__: kind
    for kind in (
        PasswordNeeded,
        WrongPassword,
        EmptyFile,
        NoTextLayer,
        CorruptFile,
        WrongContent,
        Unsupported,
        OldWord,
        OldWorkbook,
        OldPresentation,
        TooLarge,
        TooManyPages,
        TooDeep,
        TooMuchUnpacked,
        TookTooLong,
        TooMuchMemory,
        ReaderFailed,
    )
}


def too_deep(name: str, limit: int) -> TooDeep:
    return TooDeep(
        '"{name}" has more than {limit} elements inside each other, which no ordinary document has. '
        "Save it again from the program that made it, or paste its text.",
        name=name,
        limit=limit,
    )


def too_much_unpacked(name: str, limit: int) -> TooMuchUnpacked:
    return TooMuchUnpacked(
        '"{name}" unpacks to more than {limit} MB, so it was not read. Split it into smaller files, '
        "or paste the part that you need.",
        name=name,
        limit=limit // 1_000_000,
    )


def too_many_pages(name: str, pages: int | str, limit: int, unit: Message = PAGES) -> TooManyPages:
    return TooManyPages(
        '"{name}" has {pages} {unit}; at most {limit:,} are read at a time. Split it and upload the parts.',
        name=name,
        pages=pages,
        unit=unit,
        limit=limit,
    )


def too_much_memory(name: str, limit: int) -> TooMuchMemory:
    return TooMuchMemory(
        '"{name}" needs more than {limit} MB of memory to read, so reading was stopped. Split it '
        "into smaller files, or save it in a simpler format such as plain text.",
        name=name,
        limit=limit // 1_000_000,
    )


def took_too_long(name: str, seconds: float) -> TookTooLong:
    return TookTooLong(
        '"{name}" was not read within {seconds:g} seconds, so reading was stopped. Split it into '
        "smaller files, or save it again from the program that made it.",
        name=name,
        seconds=seconds,
    )


def writing_took_too_long(name: str, seconds: float) -> TookTooLong:
    return TookTooLong(
        '"{name}" was not written within {seconds:g} seconds, so writing was stopped. Its translated '
        "sentences are kept: Resume begins with writing. If it ends so again, split the file into smaller "
        "ones.",
        name=name,
        seconds=seconds,
    )


def reader_failed(name: str) -> ReaderFailed:
    return ReaderFailed(
        '"{name}" broke the program that reads documents, so it is probably damaged. Open it in the '
        "program that made it, save it again, and upload that copy.",
        name=name,
    )


def no_text_found(name: str) -> NoTextLayer:
    return NoTextLayer(
        'No text was found in "{name}": its pages are pictures. If they show text, scan or photograph them '
        "again, sharp and in good light, and upload that.",
        name=name,
    )


def corrupt(name: str, what: Message) -> CorruptFile:
    return CorruptFile(
        '"{name}" is {what}, but it is damaged or incomplete and can\'t be opened. Get a fresh '
        "copy, or open it in the program that made it and save it again.",
        name=name,
        what=what,
    )


def empty(name: str, why: Message = NO_TEXT) -> EmptyFile:
    return EmptyFile(
        '"{name}" {why}, so there is nothing to work with. Choose another file.', name=name, why=why
    )
