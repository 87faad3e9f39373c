"""Training runs in the database: their owners, states and outcomes.

Knows rows; the files of a run are in its folder. Shares the store's connection and its idea of which server
process is alive.
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired

import sqlalchemy as sa
from typing_extensions import TypedDict

from components import begun
from components.access import Scoped, own
from components.columns import MessageText, listed
from components.kept import Count, Seconds
from components.messages import Message
from components.store import Store
from components.training.hyperparameters import TrainingSettings
from components.training.reported import Verdict

State = Literal["queued", "running", "done", "stopped", "failed", "interrupted"]
Work = Literal["train", "evaluate"]  # what a queued or running one is to do

_meta = sa.MetaData()
_runs = sa.Table(
    "training_runs",
    _meta,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("name", sa.Text),
    sa.Column("state", sa.String(16)),
    sa.Column("base_id", sa.Text),
    sa.Column("data_name", sa.Text),
    sa.Column("settings", sa.JSON),
    sa.Column("figures", sa.JSON),
    sa.Column("note", MessageText),
    sa.Column("work", sa.String(16)),
    sa.Column("tuned_id", sa.Text),
    sa.Column("job_id", sa.String(32)),
    sa.Column("run_id", sa.String(32)),
    sa.Column("queued_at", sa.Float),
    sa.Column("created_at", sa.Float),
    sa.Column("updated_at", sa.Float),
)
FOLDER = "training"  # below the data folder; one folder for each run
own(_runs, age="updated_at", folder=FOLDER)


class Figures(TypedDict):
    """What is known of a run so far."""

    step: NotRequired[Count]
    steps: NotRequired[Count]
    loss: NotRequired[float]
    base_loss: NotRequired[float]
    best_loss: NotRequired[float]
    verdict: NotRequired[Verdict]
    sentence: NotRequired[Message]


@dataclass(frozen=True)
class Run:
    """One run as it was stored."""

    id: str
    owner: str
    name: str
    state: State
    base_id: str
    data_name: str
    settings: TrainingSettings
    figures: Figures  # steps, losses, the verdict: what the table of runs shows
    note: Message  # what is being done, or why it ended
    work: Work
    tuned_id: str  # of the adapter or model that it made; empty: none yet
    created_at: Seconds
    updated_at: Seconds

    @property
    def active(self) -> bool:
        return self.state in ("queued", "running")


class Records(Scoped):
    """Open once per process; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._engine, self.server = store.engine, store.run_id
        self.interrupted = store.mark_interrupted(_runs, "running")

    def create(self, owner: str, name: str, base_id: str, data_name: str, settings: TrainingSettings) -> str:
        """A new run at the end of the queue; returns its id."""
        run_id, now = uuid.uuid4().hex, time.time()
        row = {
            "id": run_id,
            "owner": self.check_owner(owner),
            "name": name,
            "state": "queued",
            "base_id": base_id,
            "data_name": data_name,
            "settings": settings.to_json(),
            "figures": {},
            "note": "",
            "work": "train",
            "tuned_id": "",
            "job_id": "",
            "run_id": self.server,
            "queued_at": now,
            "created_at": now,
            "updated_at": now,
        }
        with self._engine.begin() as connection:
            connection.execute(_runs.insert().values(row))
        begun.tell("runs", run_id)
        return run_id

    def update(self, run_id: str, **values: Any) -> None:
        self._write(run_id, values | {"updated_at": time.time()})

    def explain(self, run_id: str, note: Message) -> None:
        """Says why a run ended. That is no work on it: it expires no later."""
        self._write(run_id, {"note": note})

    def _write(self, run_id: str, values: Mapping[str, Any]) -> None:
        this = sa.and_(_runs.c.id == run_id, self.mine(_runs))
        with self._engine.begin() as connection:
            connection.execute(_runs.update().where(this).values(**values))

    def move(self, run_id: str, before: tuple[State, ...], state: State, **values: Any) -> bool:
        """Changes the state if it is one of `before`; False if another was quicker."""
        values |= {"state": state, "updated_at": time.time(), "run_id": self.server}
        this = sa.and_(_runs.c.id == run_id, self.mine(_runs))
        with self._engine.begin() as connection:
            done = connection.execute(_runs.update().where(this, _runs.c.state.in_(before)).values(**values))
        return done.rowcount == 1

    def get(self, run_id: str) -> Run | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(_runs).where(_runs.c.id == run_id, self.mine(_runs))).first()
        return listed(Run, row) if row else None

    def of(self, owner: str) -> list[Run]:
        """A person's runs, the newest first."""
        query = sa.select(_runs).where(_runs.c.owner == owner, self.mine(_runs))
        query = query.order_by(_runs.c.created_at.desc())
        with self._engine.connect() as connection:
            return [listed(Run, row) for row in connection.execute(query)]

    def queue(self) -> list[Run]:
        """Runs that wait, the next one first; the server sees everybody's."""
        query = (
            sa.select(_runs).where(_runs.c.state == "queued", self.mine(_runs)).order_by(_runs.c.queued_at)
        )
        with self._engine.connect() as connection:
            return [listed(Run, row) for row in connection.execute(query)]

    def in_state(self, state: State) -> list[Run]:
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(_runs).where(_runs.c.state == state, self.mine(_runs)))
            return [listed(Run, row) for row in found]

    def delete(self, run_id: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(_runs.delete().where(_runs.c.id == run_id, self.mine(_runs)))
