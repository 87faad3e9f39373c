"""The reading process of translation: a request and a file come in, a JSON answer goes out.

The same confinement as for reading: no network, no other process, no file, limits of memory and time.
"""

import base64
import json
from typing import Any

from components.documents.confinement import serve
from components.documents.limits import Limits
from components.documents.rewriting.units import Options, Placed
from components.messages import to_json


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    """`more` is empty to open a file; to write it, the translation of each of its units."""
    from components.documents.rewriting import rewriters

    options = Options.from_json(header["options"])
    if not more:
        opened = rewriters.open_file(data, header["name"], options, limits)
        units, notes = [unit.to_json() for unit in opened.units], [to_json(note) for note in opened.notes]
        return vars(opened) | {"units": units, "notes": notes}
    translations = [None if one is None else Placed.from_json(one) for one in json.loads(more)]
    written = rewriters.write_file(data, header["name"], options, translations, limits)
    notes = [to_json(note) for note in written.notes]
    return vars(written) | {"data": base64.b64encode(written.data).decode("ascii"), "notes": notes}


if __name__ == "__main__":
    serve(answer)
