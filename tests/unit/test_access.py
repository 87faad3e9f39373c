"""Who may see what, without a page: every table, every method, every kind of claim.

New tables and new classes are found by themselves: one whose rows have no owner fails here.
"""

import importlib
import inspect
import pkgutil
import typing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import components
from components import access
from components.access import HOUSE, LOCAL, NOBODY, Person, Scoped, identify, identity_owner
from components.config import Config, ServerSettings
from components.documents import Document
from components.errors import AppError, NotAllowed, SignInEnded, Unavailable
from components.jobs import Jobs
from components.models.catalog import CATALOGUE, ModelSpec
from components.store import Imported, NewMessage, Store
from tests.unit.people import ADMIN, ALICE, BOB, dump, rows_for

SHARED = {"alembic_version"}  # of the server, without a word of anybody's


def everything() -> None:
    """Imports all of the app, so that all tables and all scoped classes are known."""
    for module in pkgutil.walk_packages(components.__path__, "components."):
        if not module.name.startswith(
            ("components.ui", "components.migrations", "components.models.engines")
        ):
            importlib.import_module(module.name)


everything()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path)


def test_every_table_of_the_database_says_whose_its_rows_are(store: Store):
    there = set(sa.inspect(store.engine).get_table_names()) - SHARED
    # FTS5's own tables: triggers keep them beside shelf_chunks and messages, and the tests of both see that they do.
    there = {name for name in there if not name.startswith(("shelf_words", "message_pieces"))}
    known = {table.name for table in access.owned_tables()}
    assert there == known, "a table without access.own(...) or access.part_of(...)"


def made(cls: type[Scoped], store: Store, data_dir: Path) -> Scoped:
    """One of a scoped class, whatever it is made of."""
    given = {"store": store, "data_dir": data_dir, "folder": data_dir, "config": Config(data_dir=data_dir)}
    if cls is Store:
        return store
    wanted = inspect.signature(cls.__init__).parameters
    return cls(**{name: value for name, value in given.items() if name in wanted})


def scoped_classes() -> list[type[Scoped]]:
    found: list[type[Scoped]] = []
    todo = [Scoped]
    while todo:
        below = todo.pop().__subclasses__()
        found += [cls for cls in below if cls.__module__.startswith("components.")]
        todo += below
    return [cls for cls in found if cls.__name__ not in OWN_TESTS]


# Hold no rows: what they hand out, and to whom, has a test of its own below; each table's `Entries` is a class.
OWN_TESTS = {"Entries", "RestorableEntries", "ModelManager", "TrainingRuns"}


def argument(name: str, hint: Any, keys: dict[str, Any], cls: type) -> Any:
    """What somebody who knows another person's ids would try."""
    if name == "owner":
        return ALICE.id
    if name.endswith("_id"):
        table = next((t for t in keys if f"_{name.removesuffix('_id')}" in f"_{t}"), None)
        found = keys[table] if table else None
        for base in (typing.get_origin(hint) or hint,):
            if base is str and not isinstance(found, str):
                return keys.get(cls.__name__.lower(), "x")
        return found if found is not None else 1
    if hint is ModelSpec:
        return CATALOGUE[0]
    if hint is Document:
        return Document("overwritten.txt", "txt", ())
    if hint is ServerSettings:
        return ServerSettings("http://127.0.0.1:9/v1")
    if hint is Imported:
        return Imported("chat", "overwritten", "m", {}, 1.0)
    if hint is NewMessage:
        return NewMessage(keys["messages"], "user", "overwritten")
    if hint is bytes:
        return b"overwritten"
    text = str(hint)
    for kind, value in (
        ("Iterable", []),
        ("tuple", ("secret-alice",)),  # the states that a row may be in
        ("Sequence", []),
        ("Mapping", {}),
        ("int", 1),
        ("float", 1.0),
        ("bool", True),
    ):
        if kind in text:
            return value
    return "chat"


HOUSEKEEPING = {
    # the server's own: never called for a person
    "close", "from_config", "mark_interrupted", "expire", "keep_expiring", "repair", "start", "wait",
}  # fmt: skip


@pytest.mark.parametrize("cls", scoped_classes(), ids=lambda cls: cls.__name__)
def test_no_method_reads_or_changes_another_persons_rows(cls: type[Scoped], store: Store, tmp_path: Path):
    keys = rows_for(store, ALICE)
    rows_for(store, BOB)
    before = dump(store, ALICE)
    for person in (BOB, ADMIN, NOBODY):
        mine = made(cls, store, tmp_path).for_person(person)
        for name, method in inspect.getmembers(mine, inspect.ismethod):
            if name.startswith("_") or name in HOUSEKEEPING or hasattr(Scoped, name):
                continue
            hints = typing.get_type_hints(method)
            given = {}
            for parameter in inspect.signature(method).parameters.values():
                if parameter.kind is parameter.VAR_KEYWORD:
                    continue
                if parameter.name == "entry_id":
                    given["entry_id"] = keys[mine._rows.name]
                elif parameter.default is parameter.empty:
                    given[parameter.name] = argument(
                        parameter.name, hints.get(parameter.name), keys, type(mine)
                    )
            column = {
                "change": "title",
                "update": "name" if cls.__name__ in ("Classifiers", "Prompts") else "note",
            }
            extra = {column[name]: "overwritten"} if name in column else {}
            try:
                answer = method(**given, **extra)
            except (AppError, AssertionError):
                answer = None
            assert "secret-alice" not in repr(answer), (
                f"{cls.__name__}.{name} shows {person} another person's"
            )
            assert dump(store, ALICE) == before, (
                f"{cls.__name__}.{name} lets {person} change another person's"
            )


def test_the_walk_is_not_empty(store: Store):
    names = {cls.__name__ for cls in scoped_classes()}
    assert {"Store", "Results", "Translations", "Jobs", "Holdings"} <= names
    rows_for(store, ALICE)
    assert "secret-alice" in dump(store, ALICE)
    assert "secret-alice" in dump(store, HOUSE)
    assert "secret-alice" not in dump(store, BOB)


def test_a_job_is_found_by_its_owner_and_stopped_by_an_administrator():
    jobs = Jobs()
    hers = jobs.for_person(ALICE).start("answer", ALICE.id, lambda job: job._cancel.wait(10))
    assert jobs.for_person(ALICE).get(hers.id) is hers
    assert jobs.for_person(BOB).get(hers.id) is None
    assert jobs.for_person(BOB).running() == []
    assert jobs.for_person(BOB).latest("answer") is None
    assert jobs.for_person(NOBODY).get(hers.id) is None
    with pytest.raises(NotAllowed):
        jobs.for_person(BOB).start("answer", ALICE.id, lambda job: None)
    jobs.for_person(ADMIN).get(hers.id).cancel()
    assert hers.wait(5)


def test_a_job_acts_as_the_person_who_started_it():
    seen: list[Person | None] = []
    job = Jobs().for_person(ALICE).start("answer", ALICE.id, lambda job: seen.append(access.acting()))
    job.wait(5)
    assert seen == [ALICE]
    assert access.acting() is None


def test_nobody_finds_nothing_and_makes_nothing(store: Store):
    with pytest.raises(NotAllowed, match="Sign in"):
        store.for_person(NOBODY).create("chat", "x", "m")
    store.for_person(LOCAL).create("chat", "x", "m")
    assert store.for_person(NOBODY).headings() == []


def test_an_adapter_is_found_used_and_seen_by_its_owner_alone():
    from dataclasses import replace

    from tests.unit.models.fakes import FakeWorld, make, spec, use

    everybodys, hers = spec("shared"), replace(spec("hers"), owner=ALICE.id)
    manager = make(FakeWorld(), everybodys, hers)
    ann, bob, root = (manager.for_person(person) for person in (ALICE, BOB, ADMIN))
    assert [one.id for one in ann.catalog.all()] == ["shared", "hers"]
    assert [one.id for one in bob.catalog.all()] == ["shared"]
    use(ann, "hers")
    with pytest.raises(Unavailable, match="not in the catalogue"):
        use(bob, "hers")
    assert [one.id for one in ann.status()] == ["hers"]
    assert bob.status() == []
    assert bob.events() == []
    for who in (ann, bob):
        for refused in (who.load, who.unload):
            with pytest.raises(NotAllowed):
                refused("shared")
        with pytest.raises(NotAllowed):
            who.pin("shared", True)
    root.load("shared")
    root.unload("hers")
    use(bob, "shared")


# Sign-in

CONFIG = Config(mode="signed in", allowed_domains=("example.org",), administrators=("boss@example.org",))
CLAIMS = {"iss": "https://id", "sub": "1", "exp": 2000, "iat": 900, "email": "a@example.org", "name": "Ann"}


def test_the_owner_is_issuer_and_subject_and_nothing_else():
    person = identify(CLAIMS, CONFIG, now=1000)
    assert person == Person(identity_owner("https://id", "1"), "Ann")
    assert identify(CLAIMS | {"email": "b@example.org", "name": "B"}, CONFIG, 1000).id == person.id
    assert identify(CLAIMS | {"iss": "https://other"}, CONFIG, 1000).id != person.id
    assert len(person.id) == 64


@pytest.mark.parametrize("claims", [{"exp": 1000}, {"exp": None}, {"exp": "soon"}, {"iat": 5000}])
def test_an_expired_token_has_to_be_renewed(claims: dict):
    with pytest.raises(SignInEnded, match="Sign in again"):
        identify(CLAIMS | claims, CONFIG, now=1000)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "a@other.org"},
        {"email": "a@example.org.evil.com"},
        {"email": "example.org"},
        {"email": None},
        {"email": "a@example.org", "email_verified": False},
        {"iss": ""},
        {"sub": None},
    ],
)
def test_who_is_not_allowed_is_told_so(claims: dict):
    with pytest.raises(NotAllowed):
        identify(CLAIMS | claims, CONFIG, now=1000)


def test_domains_groups_and_administrators():
    assert identify(CLAIMS | {"email": "A@EXAMPLE.org"}, CONFIG, 1000).known
    assert identify(CLAIMS | {"email": "Boss@example.org"}, CONFIG, 1000).administrator
    groups = Config(
        mode="signed in", allowed_groups=("team",), administrator_groups=("ops",), groups_claim="roles"
    )
    assert identify(CLAIMS | {"roles": ["team"]}, groups, 1000).administrator is False
    assert identify(CLAIMS | {"roles": ["team", "ops"]}, groups, 1000).administrator
    assert identify(CLAIMS | {"roles": "team"}, groups, 1000).known
    with pytest.raises(NotAllowed):
        identify(CLAIMS | {"roles": ["steam"]}, groups, 1000)
    assert identify(CLAIMS | {"email": "x@y.z"}, Config(mode="signed in"), 1000).known  # nobody is refused
