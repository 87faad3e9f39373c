"""What is said about an upload beside its findings: notes of its readers, unused fields, rows that are alike.

Knows files that were read and checked rows; not how either was made.
"""

from collections.abc import Collection, Sequence

from components.messages import Message, Said
from components.training.doctor import row_checks
from components.training.doctor.marks import used_in
from components.training.doctor.records import Opened
from components.training.doctor.report import Side
from components.training.doctor.row_checks import Checked
from components.training.doctor.shape import Shape


def of_files(files: Sequence[tuple[Opened, Side]]) -> list[Message]:
    return list(dict.fromkeys(note for opened, _ in files for note in opened.notes))


def unused(files: Sequence[tuple[Opened, Side]], shapes: Sequence[Collection[Shape]]) -> list[Message]:
    """Fields that nothing is made of, each file by its own shapes."""
    unused: dict[str, None] = {}
    for (opened, _), own in zip(files, shapes, strict=True):
        if not own or opened.chat:
            continue
        used = {"continued"}
        for shape in own:
            used |= {name.split(".")[0] for name in shape.fields} | shape.fields | used_in(opened, shape)
        seen = (str(name) for record in opened.records[:200] for name in record.value)
        unused |= dict.fromkeys(name for name in seen if name not in used)
    return [Said("Fields that are not trained on: {fields}.", fields=list(unused))] if unused else []


def of_rows(rows: list[Checked]) -> list[Message]:
    found: list[Message] = []
    if shared := row_checks.trained_prompts(rows):
        found.append(
            Said(
                "Prompts of the validation data that are also trained on: {shared:,}. The validation loss "
                "will look better than it is.",
                shared=shared,
            )
        )
    if alike := row_checks.nearly_same(rows):
        found.append(
            Said("Rows that differ from another one in capitals and spaces only: {alike:,}.", alike=alike)
        )
    return found
