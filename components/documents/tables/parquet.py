"""Parquet: new columns after the old ones, which keep types, order and metadata. Knows Arrow."""

import io
import json
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from components.documents import errors
from components.documents.limits import Limits
from components.documents.tables.new_columns import Choice, Column, Value, named
from components.messages import Message, Said

BATCH = 1_000  # rows of which the size is looked at before they are read on


class ParquetTable:
    """One file."""

    format = "Parquet"

    def __init__(self, data: bytes, name: str, limits: Limits, choice: Choice) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.notes: list[Message] = []
        self.sheets: list[str] = []
        try:
            with pq.ParquetFile(io.BytesIO(data), memory_map=False, pre_buffer=False) as file:
                self._group = file.metadata.row_group(0).num_rows if file.num_row_groups else None
                self._packed = file.metadata.row_group(0).column(0).compression if self._group else "SNAPPY"
                batches, left = [], limits.unpacked_bytes
                for batch in file.iter_batches(BATCH, use_threads=False):
                    left -= batch.nbytes  # a file of a kilobyte can hold gigabytes
                    if left < 0:
                        raise errors.too_much_unpacked(name, limits.unpacked_bytes)
                    batches.append(batch)
                self._table = pa.Table.from_batches(batches, file.schema_arrow)
        except pa.ArrowMemoryError as error:
            raise errors.too_much_unpacked(name, limits.unpacked_bytes) from error
        except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
            raise errors.corrupt(name, Said("a Parquet file")) from error
        self.columns = named(self._table.column_names)
        columns = [_cells(self._table.column(at)) for at in range(self._table.num_columns)]
        self.rows = [[_shown(cell) for cell in row] for row in zip(*columns, strict=True)]

    def write(
        self, columns: Sequence[Column], values: Sequence[Sequence[Value]]
    ) -> tuple[bytes, list[Message]]:
        """`values`: for each row one for each column."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"number": pa.float64(), "date": pa.date32(), "yes/no": pa.bool_()}
        table = self._table
        for at, column in enumerate(columns):
            cells = [_typed(row[at], column) for row in values]
            table = table.append_column(column.title, pa.array(cells, kinds.get(column.kind, pa.string())))
        out = io.BytesIO()
        pq.write_table(table, out, row_group_size=self._group, compression=_codec(self._packed))
        return out.getvalue(), []


def _cells(column: Any) -> list[Any]:
    """As Python has them; as Arrow writes them where Python has nothing such, like the year 20000."""
    import pyarrow as pa

    try:
        found: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        found = column.cast(pa.string()).to_pylist()
    return found


def _codec(packed: str) -> str:
    return "NONE" if packed == "UNCOMPRESSED" else packed


def _typed(value: Value, column: Column) -> Any:
    if value is None:
        return None
    match column.kind:
        case "number":
            return float(value)
        case "date":
            return date.fromisoformat(value)
        case "yes/no":
            return bool(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shown(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bytes():
            return cell.decode("utf-8", "replace")
        case bool():
            return "true" if cell else "false"
        case date() | time() | timedelta() | Decimal() | int() | float():
            return str(cell)
    return json.dumps(cell, ensure_ascii=False, default=str)
