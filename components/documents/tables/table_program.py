"""The document process of tables: a file comes in; its rows go out, or the file with new columns."""

import base64
import json
from typing import Any

from components.documents.confinement import serve
from components.documents.limits import Limits
from components.documents.tables.new_columns import Choice, Column
from components.messages import to_json


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    """`more` is empty to read; to write it has the values, row by row."""
    from components.documents.tables.table_files import open_table

    opened = open_table(data, header["name"], limits, Choice.from_json(header["choice"]))
    if not more:
        about = {"format": opened.format, "columns": opened.columns, "sheets": opened.sheets}
        about["sheet"] = getattr(opened, "sheet", "")  # a workbook's
        return about | {"rows": opened.rows, "notes": [to_json(note) for note in opened.notes]}
    columns = [Column.from_json(column) for column in header["columns"]]
    written, notes = opened.write(columns, json.loads(more))
    return {"data": base64.b64encode(written).decode("ascii"), "notes": [to_json(note) for note in notes]}


if __name__ == "__main__":
    serve(answer)
