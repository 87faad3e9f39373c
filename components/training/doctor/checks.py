"""The app's side of the doctor: keeps uploads and what was found in them, a folder for each check.

Starts the confined process; knows nothing about formats. A check opens for its owner only, and outlives
the page and the server. Once nothing is in the way, its folder also holds the prepared data set.
"""

import json
import os
import re
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from components import begun
from components.config import Config
from components.documents import confined, errors
from components.documents.confined import shown_name
from components.documents.limits import MB, Limits
from components.errors import BadInput, Unavailable
from components.files import read_json, remove_folder
from components.kept import DAMAGED, Count, Seconds, mended, read
from components.messages import Message, Said
from components.owned_folders import own_folders
from components.training import prepared
from components.training.doctor import split
from components.training.doctor.diagnosis import PHASES, Request
from components.training.doctor.findings import ASKED, ERRORS, Finding
from components.training.doctor.report import Diagnosis, Report, Usable
from components.training.prepared import DATASETS, Facts, Prepared, datasets_dir
from components.training.row_lengths import Shortened, at_length
from components.training.rows import Row, read_rows, shared_prompts

Say = Callable[[Message, float], None]
WORKER = ("-m", "components.training.doctor.check_program")
CHECK, REPORT, ROWS, UPLOADS = "check.json", "report.json", "rows.jsonl", ("upload.bin", "validation.bin")
PATIENCE = 10  # how many times the time for one document a data set may take: every row is counted in tokens
KEPT_DAYS = 7  # for which a check stays that never became a data set
LENGTHS = "lengths.json"  # of the rows of the data set that was made: tokens, and where the answer begins
# Always dropped: measured on rows that were trained on, a model shows nothing; and what says so itself.
ALWAYS = {"leak", "marked"}
_ID = re.compile(r"[0-9a-f]{32}")
own_folders(DATASETS, CHECK)
GONE = Said("This data set isn't here any more. Upload the file again.")


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Check:
    """What was found in an upload."""

    id: str  # also of the data set that is made of it
    owner: str
    folder: Path
    files: tuple[str, ...]  # names of the uploads
    request: Request
    model_id: str
    report: Report
    created_at: Seconds

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.report.findings

    @property
    def unsure(self) -> bool:
        """Whether the person has to say what the fields are for."""
        shape = self.report.shape
        return shape is not None and not shape.sure


@dataclass(frozen=True)
class _Line:
    """What a list needs of a check."""

    owner: str = ""
    files: tuple[str, ...] = ()
    rows: Count = 0
    created_at: Seconds = 0.0


@dataclass(frozen=True)
class _Lengths:
    """How long the rows of a data set are, and what the model reads."""

    rows: tuple[tuple[int, int], ...] = ()  # tokens of each, and how many come before its answer
    pieces: bool = False
    context: Count = 0


@dataclass(frozen=True)
class Listed:
    """A line of a person's list."""

    id: str
    name: str
    rows: int
    ready: bool
    created_at: float


def start(
    config: Config,
    owner: str,
    uploads: Sequence[Upload],
    request: Request,
    model_id: str,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> Check:
    """Checks uploads: the training data and, if there are two, the validation data. Raises AppError.

    `say` hears what is being done, and which share of that is done.
    """
    sweep(config)
    limits = _limits(config)
    for upload in uploads:
        if len(upload.data) > limits.file_bytes:
            raise errors.TooLarge(
                '"{name}" is {data:.1f} MB; a file may be at most {file_bytes:g} MB. Leave rows out, '
                "or ask the operator of this app for more.",
                name=shown_name(upload.name),
                data=len(upload.data) / MB,
                file_bytes=limits.file_bytes / MB,
            )
    found = _ask(uploads, request, limits, cancelled, say)
    check_id = uuid.uuid4().hex
    part = datasets_dir(config) / f".partial-{check_id}"
    part.mkdir(parents=True)
    try:
        for name, upload in zip(UPLOADS, uploads, strict=False):
            (part / name).write_bytes(upload.data)
        names = tuple(shown_name(upload.name) for upload in uploads)
        check = Check(check_id, owner, part, names, request, model_id, found.report, time.time())
        _write(part, check, found.rows)
        os.replace(part, datasets_dir(config) / check_id)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    check = replace(check, folder=datasets_dir(config) / check_id)
    begun.tell("checks", check_id)
    _prepare_if_clean(config, check, found.rows)
    return check


def again(
    config: Config,
    check: Check,
    request: Request,
    model_id: str,
    cancelled: Callable[[], bool] = lambda: False,
    say: Say = lambda what, share: None,
) -> Check:
    """The same uploads with another base model, or other fields."""
    uploads = [
        Upload(name, (check.folder / stored).read_bytes())
        for name, stored in zip(check.files, UPLOADS, strict=False)
    ]
    found = _ask(uploads, request, _limits(config), cancelled, say)
    prepared.withdraw(config, check.owner, check.id)
    made = replace(check, request=request, model_id=model_id, report=found.report)
    _write(check.folder, made, found.rows)
    _prepare_if_clean(config, made, found.rows)
    return made


def load(config: Config, owner: str, check_id: str) -> Check:
    """Raises Unavailable where there is no such check of this owner."""
    found = _read(datasets_dir(config) / check_id) if _ID.fullmatch(check_id) else None
    if found is None or found.owner != owner:
        if _listed(config, owner, check_id):
            raise Unavailable(DAMAGED)
        raise Unavailable(GONE)
    return found


def _listed(config: Config, owner: str, check_id: str) -> bool:
    return any(one.id == check_id for one in everything(config, owner))


def everything(config: Config, owner: str) -> list[Listed]:
    """All checks of one owner, the newest first."""
    folders = datasets_dir(config).iterdir() if datasets_dir(config).is_dir() else iter(())
    mine = []
    for folder in folders:
        about, _ = mended(_Line, read_json(folder / CHECK)) if _ID.fullmatch(folder.name) else (_Line(), ())
        if about.owner == owner:
            ready = (folder / prepared.ABOUT).exists()
            name = about.files[0] if about.files else folder.name[:8]
            mine.append(Listed(folder.name, name, about.rows, ready, about.created_at))
    return sorted(mine, key=lambda one: one.created_at, reverse=True)


def delete(config: Config, owner: str, check_id: str) -> None:
    """Removes an upload, what was found in it and the data set made of it."""
    folder = datasets_dir(config) / check_id
    # Also of one that is damaged, as long as its owner can be read
    if not _ID.fullmatch(check_id) or read_json(folder / CHECK).get("owner") != owner:
        raise Unavailable(GONE)
    remove_folder(folder)


def sweep(config: Config) -> None:
    """Removes what never became a data set and was left for days, and what a crash left half made."""
    if not datasets_dir(config).is_dir():
        return
    old = time.time() - KEPT_DAYS * 24 * 3600
    for folder in datasets_dir(config).iterdir():
        try:
            waiting = folder.name.startswith(".") or not (folder / prepared.ABOUT).exists()
            if waiting and folder.stat().st_mtime < old:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # another process was faster


def prepare(
    config: Config, check: Check, drop: Iterable[str], rows: Sequence[Usable] | None = None
) -> Prepared:
    """The data set without the rows that have something of `drop`; rows that can't be used never are in it,
    and what is held out in a file of its own is never trained on. `rows`: the usable ones, where they are at
    hand.

    Raises BadInput where too few rows are left.
    """
    drop = {*drop, *ALWAYS}
    usable = list(read_rows(check.folder / ROWS, Usable)) if rows is None else rows
    train, valid = _split(check, drop, usable)
    report = check.report
    _note_lengths(check, usable, [*train, *valid])
    dropped = Counter(one.kind for one in check.findings if one.kind in drop or one.kind in ERRORS)
    facts = Facts(
        name=check.files[0],
        kind=report.kind,  # type: ignore[arg-type]
        purpose=report.purpose,
        language=report.languages[0][0] if report.languages else "",
        target_language=report.target_language,
        files=check.files,
        repaired=report.repaired,
        dropped=dict(dropped),
        shared=0 if has_own_validation(check) else shared_prompts(train, valid),
    )
    return prepared.save(config, check.owner, facts, train, valid, check.id)


def shortened(ready: Prepared, length: int) -> Shortened | None:
    """What a length does to a data set's rows; None where their tokens weren't counted."""
    noted = _noted(ready)
    return at_length(noted.rows, length, noted.pieces) if noted.rows else None


def context(ready: Prepared) -> int:
    """Tokens that the model reads for which a data set was checked; 0: not known."""
    return _noted(ready).context


def _noted(ready: Prepared) -> _Lengths:
    return mended(_Lengths, read_json(ready.folder / LENGTHS))[0]


def has_own_validation(check: Check) -> bool:
    """Whether some of the uploaded files or rows are held out."""
    return check.report.divided or any(one.side == "valid" for one in check.report.files)


def _limits(config: Config) -> Limits:
    limits = Limits.from_config(config)
    return replace(limits, seconds=PATIENCE * limits.seconds)


def _ask(
    uploads: Sequence[Upload], request: Request, limits: Limits, cancelled: Callable[[], bool], say: Say
) -> Diagnosis:
    names = [shown_name(upload.name) for upload in uploads]
    header = {"name": names[0], "names": names, "request": request.to_json()}
    more = uploads[1].data if len(uploads) > 1 else b""
    answer = confined.ask(
        WORKER,
        header,
        uploads[0].data,
        limits,
        cancelled,
        more,
        phase=lambda number, share: say(PHASES[min(number, len(PHASES) - 1)], share),
    )
    say(Said("Keeping what was found"), 0.0)
    return Diagnosis.from_json(answer)


def _write(folder: Path, check: Check, rows: Iterable[Usable]) -> None:
    """Puts rows and report into a check's folder; what makes them count comes last."""
    with (folder / ROWS).open("w", encoding="utf-8", newline="\n") as lines:
        for row in rows:
            lines.write(json.dumps(row.to_json()) + "\n")
    about = {
        "id": check.id,
        "owner": check.owner,
        "files": list(check.files),
        "request": check.request.to_json(),
        "model_id": check.model_id,
        "created_at": check.created_at,
        "rows": check.report.total,
    }
    _replace(folder / REPORT, json.dumps(check.report.to_json()))
    _replace(folder / CHECK, json.dumps(about))


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}")
    part.write_text(text, "utf-8")
    os.replace(part, path)


def _read(folder: Path) -> Check | None:
    try:
        about = read_json(folder / CHECK) | {"folder": folder, "report": read_json(folder / REPORT)}
        return read(Check, about)
    except Unavailable:
        return None


def _prepare_if_clean(config: Config, check: Check, rows: Sequence[Usable]) -> None:
    """What can be trained on as it is, is ready at once; what shouldn't be in it can still be dropped."""
    unusable = any(one.kind in ERRORS or one.kind in ASKED for one in check.findings)
    if unusable or check.unsure or not check.report.kind:
        return
    is_text = any(one.format == "Text" for one in check.report.files)  # a refrain is no mistake
    repeated = not is_text and any(one.kind == "duplicate" for one in check.findings)
    try:
        prepare(config, check, ("duplicate",) if repeated else (), rows)
    except BadInput:
        return  # too few rows: said where the report is drawn


def rows_left(
    check: Check, drop: set[str], rows: Iterable[Usable] | None = None
) -> tuple[list[Row], list[Row]]:
    """What is trained on and what is held out, without the rows that have something of `drop`."""
    sides: dict[str, list[Row]] = {"train": [], "valid": []}
    for one in read_rows(check.folder / ROWS, Usable) if rows is None else rows:
        if not (drop | ALWAYS) & set(one.wrong):
            sides[one.side].append(one.row)
    return sides["train"], sides["valid"]


def _split(check: Check, drop: set[str], rows: Sequence[Usable]) -> tuple[list[Row], list[Row]]:
    """What is trained on and what is held out. Raises BadInput where that is too little."""
    train, valid = rows_left(check, drop, rows)
    own = has_own_validation(check)
    if any(one.format == "Text" for one in check.report.files):  # nobody uploaded rows
        for part in (train, valid) if own else (train,):
            split.check_text(part, split.LEAST if own else split.FEWEST)
    if not own:
        return split.split(train)
    split.check_own(train, valid)
    return train, split.once(valid)


def _note_lengths(check: Check, usable: Sequence[Usable], rows: Sequence[Row]) -> None:
    """Keeps how long the rows are that will be trained on, and those that are held out: some of the usable
    ones.
    """
    counted = {id(one.row): (one.tokens, one.begins) for one in usable}
    pieces = check.report.kind == "text" and not check.request.seq2seq
    noted = {"rows": [counted[id(row)] for row in rows], "pieces": pieces}
    _replace(check.folder / LENGTHS, json.dumps(noted | {"context": check.report.context}))
