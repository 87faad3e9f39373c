"""A program: one model from a Hugging Face hub into a folder.

    python -m components.models.hub_program OWNER/NAME REVISION FOLDER [FILE …]

It is a process of its own, so that Cancel ends it at once and leaves no thread behind.
Prints one JSON object per line: {"total", "commit"} in bytes, {"host", "sent"} for each request, {"error"} at
the end. A second run on the same folder continues where the first one stopped. Honours HF_ENDPOINT, HF_TOKEN,
HF_HUB_OFFLINE.
A repository that has only a pickle is refused. With FILEs, only these and the licence are fetched.
"""

import errno
import hashlib
import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from components import lifeline, outgoing

# Plain HTTP into the folder itself: the bytes there can be counted, and the download resumed.
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

AT_ONCE = 4  # files
CHUNK = 1 << 20  # bytes that are written at once: what a pause loses at most
WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.spm", "*.jinja", "LICENSE*", "README.md")
ABOUT = ("LICENSE*", "README.md")
UNWANTED = ("*/*", "*.bin.index.json", "consolidated*")  # other formats of the same weights


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


class Mismatch(Exception):
    """A file that isn't the one whose checksum the hub names."""


def download(repo: str, revision: str, folder: Path, only: list[str]) -> None:
    from fnmatch import fnmatch

    from huggingface_hub import HfApi, get_session

    outgoing.watch(get_session(), lambda host, sent: say(host=host, sent=sent))
    info = HfApi().model_info(repo, revision=revision, files_metadata=True, timeout=20)
    files = {
        file.rfilename: file
        for file in info.siblings or []
        if _stays_inside(file.rfilename)
        and any(fnmatch(file.rfilename, wanted) for wanted in ([*only, *ABOUT] if only else WANTED))
        and (file.rfilename in only or not any(fnmatch(file.rfilename, no) for no in UNWANTED))
    }
    if set(only) - set(files):
        say(error="missing")
        sys.exit(1)
    if not only and not any(name.endswith(".safetensors") for name in files):
        say(error="pickle")
        sys.exit(1)
    total = sum(file.size or 0 for file in files.values())
    here = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    if shutil.disk_usage(folder).free < total - here:
        raise OSError(errno.ENOSPC, f"{total} bytes needed")
    commit = info.sha or revision
    say(total=total, commit=commit)
    parts = folder / ".cache" / commit  # of another commit, nothing can be used
    for old in (folder / ".cache").glob("*"):
        if old != parts:
            shutil.rmtree(old, ignore_errors=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(_fetch, repo, commit, file, folder, parts) for file in files.values()]:
            done.result()


def _stays_inside(name: str) -> bool:
    """Whether a file's name, which a stranger gave it, leads nowhere but into the folder."""
    return not {"", "..", "/"} & set(PurePosixPath(name).parts) and "\\" not in name and ":" not in name


def _fetch(repo: str, commit: str, file: Any, folder: Path, parts: Path) -> None:
    """One file, from where an earlier try stopped. Raises Mismatch, after deleting it, for another content.

    huggingface_hub itself begins every file again since its version 2.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    target, part = folder / file.rfilename, parts / f"{file.rfilename}.part"
    if target.exists() and target.stat().st_size == file.size:
        return
    for one in (target, part):
        one.parent.mkdir(parents=True, exist_ok=True)
    here = part.stat().st_size if part.exists() else 0
    if here > (file.size or 0):
        part.unlink()
        here = 0
    url = hf_hub_url(repo, file.rfilename, revision=commit)
    headers = build_hf_headers() | {"Accept-Encoding": "identity"}
    with part.open("ab") as out:
        http_get(url, out, resume_size=here, headers=headers, expected_size=file.size)
    if file.lfs and _sha256(part) != file.lfs.sha256:
        part.unlink()
        raise Mismatch(file.rfilename)
    os.replace(part, target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kind_of(error: Exception) -> str:
    """The kind of failure; `library` has a sentence for each."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if isinstance(error, GatedRepoError):
        return "gated"
    if isinstance(error, RepositoryNotFoundError | RevisionNotFoundError):
        return "missing"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "disk"
    if isinstance(error, Mismatch):
        return "mismatch"
    network = isinstance(error, OSError | HTTPError | OfflineModeIsEnabled)
    return "network" if network else "other"


def main() -> int:
    lifeline.hold()
    from huggingface_hub import constants

    constants.DOWNLOAD_CHUNK_SIZE = CHUNK
    repo, revision, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    try:
        download(repo, revision, folder, sys.argv[4:])
    except Exception as error:  # noqa: BLE001 - the last line of a program: every failure is reported
        say(error=kind_of(error), detail=str(error)[:500])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
