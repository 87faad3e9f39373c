"""The confined process of the dataset doctor: uploads come in, a diagnosis goes out. See `confinement`."""

import gc
import sys
from typing import Any

from components.documents.confinement import serve
from components.documents.limits import Limits


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    from components.training.doctor.diagnosis import Request, diagnose

    uploads = list(zip(header["names"], (data, more), strict=False))
    return diagnose(Request.from_json(header["request"]), uploads, limits).to_json()


if __name__ == "__main__":
    gc.set_threshold(200_000, 50, 100)  # a data set is millions of objects that all stay
    # Tokenizers don't need it, and its libraries alone would go over the memory limit.
    sys.modules["torch"] = None  # type: ignore[assignment]
    serve(answer)
