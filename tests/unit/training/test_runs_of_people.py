"""Whose runs they are, how many one person may have, and that they go with their data."""

import threading
import time

import pytest

from components.access import NOBODY, Person
from components.config import Config
from components.errors import LimitReached, NotAllowed, Unavailable
from components.holdings import DAY, Holdings
from components.quotas import Quotas
from components.training.hyperparameters import TrainingSettings

ADA, BOB, ADMIN = Person("ada"), Person("bob"), Person("root", administrator=True)


def test_a_run_is_its_owners_alone_whoever_knows_its_id(world):
    run_id = world.create()
    before = world.get(run_id)
    for person in (BOB, ADMIN, NOBODY):
        runs = world.runs.for_person(person)
        assert runs.records.get(run_id) is None
        for refused in (runs.folder, runs.stop, runs.finish, runs.resume, runs.evaluate):
            with pytest.raises(Unavailable, match="doesn't exist"):
                refused(run_id)
        runs.delete(run_id)
        runs.rename(run_id, "theirs now")
        with pytest.raises(NotAllowed):
            runs.create(world.data(), "tiny", "x", TrainingSettings(), "ada")
    assert world.get(run_id) == before
    world.runs.work_once()
    tuned_id = world.get(run_id).tuned_id
    with pytest.raises(Unavailable):  # nor can what it made be trained further
        world.runs.for_person(BOB).create(world.data(), tuned_id, "x", TrainingSettings(), "bob")
    assert [one.id for one in world.runs.for_person(ADA).records.of("ada")] == [run_id]


def test_deleting_ones_run_takes_its_folder_and_the_record_goes_last(world, monkeypatch):
    ada = world.runs.for_person(ADA)
    waiting, done = world.create(), world.create()
    ada.delete(waiting)
    world.runs.work_once()
    folder = ada.folder(done).path
    assert folder.is_dir()
    assert [run.id for run in ada.records.of("ada")] == [done]
    with monkeypatch.context() as patch:
        patch.setattr("components.training.runs.remove_folder", _refuse)
        with pytest.raises(PermissionError):
            ada.delete(done)
    assert ada.records.get(done) is not None  # so that it can be deleted once more
    ada.delete(done)
    assert ada.records.of("ada") == []
    assert world.adapters.all() == []
    assert [one for one in folder.parent.iterdir() if one.is_dir()] == []


def _refuse(folder) -> None:
    raise PermissionError(folder)


def test_a_person_has_no_more_runs_than_the_settings_allow(world):
    world.runs._allowance = Quotas(Config(mode="open", person_training_runs=1))
    ada, bob = world.runs.for_person(ADA), world.runs.for_person(BOB)
    run_id = ada.create(world.data(), "tiny", "one", TrainingSettings(), "ada")
    with pytest.raises(LimitReached, match="1 training run"):
        ada.create(world.data(), "tiny", "two", TrainingSettings(), "ada")
    assert [run.name for run in ada.records.of("ada")] == ["one"]
    other = bob.create(world.data(), "tiny", "three", TrainingSettings(), "bob")
    assert bob.position(other) == 1  # everybody's count, nobody's names
    ada.stop(run_id)
    ada.create(world.data(), "tiny", "two", TrainingSettings(), "ada")
    with pytest.raises(LimitReached):
        ada.resume(run_id)


def test_deleting_ones_data_ends_the_run_at_work_and_leaves_nothing(world):
    began = threading.Event()
    world.launcher.train = lambda folder, process: began.set()
    run_id, others = world.create(), world.create("other", "bob")
    work = threading.Thread(target=world.runs.work_once)
    work.start()
    assert began.wait(10)
    ada = world.runs.for_person(ADA)
    folder = ada.folder(run_id).path
    holdings = Holdings(world.store, world.config.data_dir)
    assert "training_runs" in [held.kind for held in holdings.for_person(ADA).listed()]
    ada.end_all()
    holdings.for_person(ADA).delete_all()
    work.join(10)
    assert not work.is_alive()
    assert world.get(run_id) is None
    assert not folder.exists()
    assert world.adapters.all() == []
    assert holdings.repair() == []
    assert world.get(others).state == "queued"


def test_a_run_at_work_that_is_dropped_is_gone_though_it_never_stops_by_itself(world):
    began = threading.Event()
    world.launcher.train = lambda folder, process: began.set()
    run_id = world.create()
    work = threading.Thread(target=world.runs.work_once)
    work.start()
    assert began.wait(10)
    ada = world.runs.for_person(ADA)
    folder = ada.folder(run_id).path
    ada.drop(run_id, 10)
    work.join(10)
    assert world.get(run_id) is None
    assert not folder.exists()


def test_adapters_and_data_are_counted_deleted_and_expire(world):
    run_id = world.create()
    world.runs.work_once()
    assert world.get(run_id).state == "done"
    holdings = Holdings(
        world.store, world.config.data_dir, expire_days=30, clock=lambda: time.time() + 31 * DAY
    )
    assert {"training_runs", "adapters"} <= {held.kind for held in holdings.for_person(ADA).listed()}
    holdings.for_person(BOB).delete_all()
    assert world.adapters.all() != []
    holdings.expire()
    assert world.adapters.all() == []
    assert world.get(run_id) is None
