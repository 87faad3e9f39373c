"""The reading process: a file comes in, its text with structure goes out as JSON. See `confinement`."""

from typing import Any

from components.documents.confinement import serve
from components.documents.limits import Limits


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    from components.documents.readers import open_document

    pictures = bool(header.get("pictures"))
    document = open_document(data, header["name"], header["password"], limits, pictures)
    return {"document": document.to_json()}


if __name__ == "__main__":
    serve(answer)
