"""The files of an upload, each with its side: trained on or held out.

Knows names of files and which of them are read; nothing about what their fields mean.
"""

from collections.abc import Sequence

from components.documents.limits import Limits
from components.messages import Said
from components.training.doctor import upload_files
from components.training.doctor.file_purpose import side_of
from components.training.doctor.records import Opened
from components.training.doctor.report import Side
from components.training.doctor.shape import Shape
from components.training.doctor.split import LEAST
from components.training.doctor.titles import first_is_row

NO_TITLES = Said("The first row is like those below it, so it counts as a row and the columns have numbers.")


def open_all(
    shape: Shape | None, header: bool | None, uploads: Sequence[tuple[str, bytes]], limits: Limits
) -> list[tuple[Opened, Side]]:
    """The training upload's files, of a ZIP also held-out ones, and those of the validation upload.

    `shape` is what the person said the fields are for; `header`, whether a table's first row has titles: None
    where that is told by what is in it.
    """
    field = shape.prompt if shape else ""

    def opened_as_asked(name: str, data: bytes) -> list[Opened]:
        return [one.read_for(field) for one in _opened(name, data, header, limits)]

    inside = opened_as_asked(*uploads[0])
    for opened in inside:
        opened.is_part = len(inside) > 1
        if opened.part and not opened.file:
            opened.named(opened.part)
    files = _sides(inside, own=len(uploads) > 1)
    for name, data in uploads[1:]:
        parts = opened_as_asked(name, data)
        for opened in parts:
            opened.is_part = len(parts) > 1
            if not opened.file:
                same = "validation" if name == uploads[0][0] else ""
                opened.named("/".join(filter(None, (same, name, opened.part))))
            files.append((opened, "valid"))
    for opened, _ in files:
        opened.number_shared_lines()
    return files


def _opened(name: str, data: bytes, header: bool | None, limits: Limits) -> list[Opened]:
    """The files of one upload. A table whose first row is like those below it has no titles."""
    found = upload_files.open_upload(data, name, limits, header is not False)
    titled = [not first_is_row(one) if header is None else header for one in found]
    if header is None and not all(titled):
        plain = upload_files.open_upload(data, name, limits, header=False)
        found = [one if has else other for one, other, has in zip(found, plain, titled, strict=True)]
    for one, has in zip(found, titled, strict=True):
        one.titled = has or not one.table
        if header is None and not one.titled:
            one.note(NO_TITLES)
    return found


def _sides(inside: Sequence[Opened], own: bool) -> list[tuple[Opened, Side]]:
    """Which files of a ZIP are trained on and which are held out, by their names; test data are neither."""
    named = [side_of(opened) for opened in inside]
    if "train" not in named or len(inside) == 1:
        return [(opened, "train") for opened in inside]
    tests = [opened for opened, side in zip(inside, named, strict=True) if side == "test"]
    enough = sum(len(opened.records) for opened in tests) >= LEAST
    files: list[tuple[Opened, Side]] = []
    for opened, side in zip(inside, named, strict=True):
        if side == "test" and enough and not own and "valid" not in named:
            opened.note(
                Said("{file} is held out: there are test data and no validation data.", file=opened.name)
            )
        elif side == "test":
            opened.leave_out(
                Said("{file} was left out: test data are neither trained on nor held out.", file=opened.name)
            )
        elif side == "valid" and own:
            opened.leave_out(
                Said("{file} was left out: the validation data are a file of their own.", file=opened.name)
            )
        files.append((opened, "train" if side == "train" else "valid"))
    return files
