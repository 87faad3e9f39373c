"""A file that travels in parts inside wheels, made here."""

import hashlib
import zipfile
from pathlib import Path

from components.models.spec import ModelSpec, WheelParts

CONTENT = b"GGUF" + bytes(range(256)) * 40
MEMBER = "data/part{number:02}.bin"


def make(folder: Path, parts: int = 2, content: bytes = CONTENT) -> WheelParts:
    """Writes the wheels into `folder`, and says what is to be fetched."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(content) // parts)
    for number in range(1, parts + 1):
        name = f"tinypart_part{number}"
        with zipfile.ZipFile(folder / f"{name}-0.1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
            wheel.writestr(f"{name}/data/part{number:02}.bin", content[(number - 1) * size : number * size])
            about = f"{name}-0.1.dist-info"
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    packages = tuple(f"tinypart-part{number}==0.1" for number in range(1, parts + 1))
    return WheelParts(packages, MEMBER, len(content), hashlib.sha256(content).hexdigest())


def spec(parts: WheelParts) -> ModelSpec:
    return ModelSpec(
        "tiny-parts", "Tiny in parts", "chat", "index", "tinypart-part1 to part2", 1_000_000, 512, "Apache-2.0",
        files=("tiny.gguf",), size=parts.size, parts=parts,
    )  # fmt: skip
