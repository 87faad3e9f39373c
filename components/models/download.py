"""A program: one model from a Hugging Face hub into a folder.

    python -m components.models.download OWNER/NAME REVISION FOLDER [FILE …]

It is a process of its own, so that Cancel ends it at once and leaves no thread behind.
Prints one JSON object per line: {"total", "commit"} in bytes, {"host", "sent"} for each request, {"error"} at
the end. A second run on the same folder continues where the first one stopped. Honours HF_ENDPOINT, HF_TOKEN,
HF_HUB_OFFLINE.
A repository that has only a pickle is refused.
=======
Prints one JSON object per line: {"total", "commit"} in bytes, or {"error"} at the end. A second run
on the same folder continues where the first one stopped. Honours HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE.
A repository that has only a pickle is refused. With FILEs, only these and the licence are fetched.
>>>>>>> main
"""

import errno
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from components import lifeline, outgoing

# Plain HTTP into the folder itself: the bytes there can be counted, and the download resumed.
os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.spm", "*.jinja", "LICENSE*", "README.md")
ABOUT = ("LICENSE*", "README.md")
UNWANTED = ("*/*", "*.bin.index.json", "consolidated*")  # other formats of the same weights


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def download(repo: str, revision: str, folder: Path, only: list[str]) -> None:
    from fnmatch import fnmatch

    from huggingface_hub import HfApi, get_session, snapshot_download

    outgoing.watch(get_session(), lambda host, sent: say(host=host, sent=sent))
    info = HfApi().model_info(repo, revision=revision, files_metadata=True, timeout=20)
    files = {
        file.rfilename: file.size or 0
        for file in info.siblings or []
        if any(fnmatch(file.rfilename, wanted) for wanted in ([*only, *ABOUT] if only else WANTED))
        and (file.rfilename in only or not any(fnmatch(file.rfilename, no) for no in UNWANTED))
    }
    if set(only) - set(files):
        say(error="missing")
        sys.exit(1)
    if not only and not any(name.endswith(".safetensors") for name in files):
        say(error="pickle")
        sys.exit(1)
    total = sum(files.values())
    here = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    if shutil.disk_usage(folder).free < total - here:
        raise OSError(errno.ENOSPC, f"{total} bytes needed")
    say(total=total, commit=info.sha or revision)
    snapshot_download(
        repo, revision=info.sha or revision, local_dir=folder, allow_patterns=list(files), max_workers=4
    )


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
    network = isinstance(error, OSError | HTTPError | OfflineModeIsEnabled)
    return "network" if network else "other"


def main() -> int:
    lifeline.hold()
    repo, revision, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    try:
        download(repo, revision, folder, sys.argv[4:])
    except Exception as error:  # noqa: BLE001 - the last line of a program: every failure is reported
        say(error=kind_of(error), detail=str(error)[:500])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
