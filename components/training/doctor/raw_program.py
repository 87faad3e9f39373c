"""The confined process that reads an upload's rows as they are. See `confinement`."""

import sys
from typing import Any

from components.documents.confinement import serve
from components.documents.limits import Limits


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    from components.training.doctor.raw import read

    return read(data, header["name"], limits, header["titles"])


if __name__ == "__main__":
    sys.modules["torch"] = None  # type: ignore[assignment]  # nothing here needs it
    serve(answer)
