"""How much one person may have: requests at once and per minute, uploads, stored bytes, training runs.

Knows counts, bytes and times; nothing about pages, rows or jobs. The clock is monotonic, so that setting the
time of day neither frees anybody nor locks them out. Each refusal says when to try again.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.config import Config
from components.errors import LimitReached
from components.messages import Said, counted

MB = 1_000_000
MINUTE, DAY = 60.0, 24 * 3600.0
TRAINING = "training"  # the kind of the jobs that train
# What an administrator does for everybody; the reading of an upload, which counts by its size; deleting.
FREE = ("download ", "hub ", "server test", "read file", "end of the tour")
STORED_SECONDS = 10.0  # how long a measured size is believed
FORGET_AFTER = 10_000  # people whose history is kept; those who have been away longest are forgotten first


@dataclass(frozen=True)
class Allowed:
    """What one person may have; 0: no limit."""

    requests: int = 0
    per_minute: int = 0
    upload_mb: int = 0
    stored_mb: int = 0
    training_runs: int = 0

    @classmethod
    def from_config(cls, config: Config) -> "Allowed":
        """What the settings say; the defaults depend on whether one person or many use the server."""
        usual = cls() if config.mode == "local" else SHARED
        given = (
            config.person_requests,
            config.person_requests_per_minute,
            config.person_upload_mb,
            config.person_stored_mb,
            config.person_training_runs,
        )
        kept = (usual.requests, usual.per_minute, usual.upload_mb, usual.stored_mb, usual.training_runs)
        return cls(*(u if g is None else g for g, u in zip(given, kept, strict=True)))


SHARED = Allowed(requests=4, per_minute=60, upload_mb=500, stored_mb=1000, training_runs=1)


class Quotas:
    """One for the process; safe to use from any thread."""

    def __init__(
        self,
        config: Config,
        stored_bytes: Callable[[str], int] = lambda owner: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.allowed = Allowed.from_config(config)
        self._stored_bytes, self._clock = stored_bytes, clock
        self._lock = threading.Lock()  # guards the three below
        self._starts: dict[str, deque[float]] = {}
        self._uploads: dict[str, dict[str, tuple[float, int]]] = {}  # by the upload's own id
        self._stored: dict[str, tuple[float, int]] = {}

    def check(self, kind: str, owner: str, running: Sequence[str], count: int = 1) -> None:
        """Raises LimitReached if `count` more of a kind can't start; `running` are the kinds in progress."""
        if kind.startswith(FREE):
            return
        if kind == TRAINING:
            self._check_training(running)
        else:
            self._check_requests(running, count)
            self._check_minute(owner, count)
        self.check_stored(owner)

    def started(self, kind: str, owner: str) -> None:
        if kind.startswith(FREE) or kind == TRAINING:
            return
        with self._lock:
            if len(self._starts) > FORGET_AFTER:
                self._starts.pop(next(iter(self._starts)))
            times = self._starts.pop(owner, deque())
            times.append(self._clock())
            self._starts[owner] = times  # the last in the order

    def upload(self, owner: str, upload_id: str, size: int) -> None:
        """Counts an upload once, however often the page runs with it. Raises LimitReached."""
        with self._lock:
            now, limit = self._clock(), self.allowed.upload_mb * MB
            mine = {k: v for k, v in self._uploads.get(owner, {}).items() if now - v[0] < DAY}
            if upload_id not in mine:
                used = sum(bytes_ for _, bytes_ in mine.values())
                if limit and used + size > limit:
                    raise LimitReached(self._too_much(mine, used, size, now))
                mine[upload_id] = now, size
            if len(self._uploads) > FORGET_AFTER:
                self._uploads.pop(next(iter(self._uploads)))
            self._uploads[owner] = mine
        self.check_stored(owner, size)

    def check_stored(self, owner: str, more: int = 0) -> None:
        """Raises LimitReached if what a person keeps here, plus `more` bytes, is over the limit."""
        limit = self.allowed.stored_mb * MB
        if not limit:
            return
        used = self._measured(owner)
        if used + more > limit:
            raise LimitReached(
                "You are storing {used:,.1f} MB; {stored_mb:,} MB is the most for one person. Delete what "
                "you don't need under Your data; you can go on as soon as that is done.",
                used=used / MB,
                stored_mb=self.allowed.stored_mb,
            )

    def forget(self, owner: str) -> None:
        """After a person's data has been deleted, its size is measured again."""
        with self._lock:
            self._stored.pop(owner, None)

    def _check_training(self, running: Sequence[str]) -> None:
        limit, now = self.allowed.training_runs, running.count(TRAINING)
        if limit and now >= limit:
            said = counted(
                "You have {count} training run in progress, which is as many as one person may have. "
                "Try again when it has ended, or stop it.",
                "You have {count} training runs in progress, which is as many as one person may have. "
                "Try again when one has ended, or stop one.",
                now,
            )
            raise LimitReached(said)

    def _check_requests(self, running: Sequence[str], count: int) -> None:
        limit = self.allowed.requests
        now = sum(1 for kind in running if kind != TRAINING and not kind.startswith(FREE))
        if limit and now + count > limit:
            said = counted(
                "You have {count} request in progress, and {limit} at once is the most for one person. "
                "Try again when one has ended; your text is kept.",
                "You have {count} requests in progress, and {limit} at once is the most for one person. "
                "Try again when one has ended; your text is kept.",
                now,
                limit=limit,
            )
            raise LimitReached(said)

    def _check_minute(self, owner: str, count: int) -> None:
        limit = self.allowed.per_minute
        if not limit:
            return
        with self._lock:
            now = self._clock()
            times = self._starts.get(owner, deque())
            while times and now - times[0] >= MINUTE:
                times.popleft()
            over = len(times) + count - limit
            if over > 0:
                free_at = times[min(over, len(times)) - 1] + MINUTE if times else now + MINUTE
                said = counted(
                    "You have sent {count} request within a minute, and {limit} is the most. "
                    "Try again in {span}; your text is kept.",
                    "You have sent {count} requests within a minute, and {limit} is the most. "
                    "Try again in {span}; your text is kept.",
                    len(times),
                    limit=limit,
                    span=_span(free_at - now),
                )
                raise LimitReached(said)

    def _too_much(self, mine: dict[str, tuple[float, int]], used: int, size: int, now: float) -> Said:
        limit = self.allowed.upload_mb * MB
        if size > limit:
            return Said(
                "This upload has {size:,.1f} MB, and {limit:,} MB within 24 hours is the most for one "
                "person. Waiting won't help: choose a smaller file.",
                size=size / MB,
                limit=self.allowed.upload_mb,
            )
        freed, free_at = 0, now
        for at, bytes_ in sorted(mine.values()):
            freed, free_at = freed + bytes_, at + DAY
            if used - freed + size <= limit:
                break
        return Said(
            "You have uploaded {used:,.1f} MB within 24 hours, and {limit:,} MB is the most for one person. "
            "Try this upload again in {span}.",
            used=used / MB,
            limit=self.allowed.upload_mb,
            span=_span(free_at - now),
        )

    def _measured(self, owner: str) -> int:
        with self._lock:
            known = self._stored.get(owner)
            if known and self._clock() - known[0] < STORED_SECONDS:
                return known[1]
        size = self._stored_bytes(owner)
        with self._lock:
            if len(self._stored) > FORGET_AFTER:
                self._stored.clear()
            self._stored[owner] = self._clock(), size
        return size


def _span(seconds: float) -> Said:
    """A time in words, rounded up, so that trying again then works."""
    whole = max(int(-(-seconds // 1)), 1)
    if whole < 90:
        return counted("{count} second", "{count} seconds", whole)
    minutes = -(-whole // 60)
    if minutes < 90:
        return counted("{count} minute", "{count} minutes", minutes)
    return counted("{count} hour", "{count} hours", -(-minutes // 60))
