"""The speed of the memory is measured once and kept."""

from pathlib import Path

from components.models.sources import machine


def test_the_memory_is_measured_at_the_first_question_only(tmp_path: Path, monkeypatch):
    assert machine.known(tmp_path) == 0.0
    monkeypatch.setattr(machine, "measured", lambda: 20e9)
    assert machine.bandwidth(tmp_path) == 20e9
    monkeypatch.setattr(machine, "measured", lambda: 1.0)
    assert machine.bandwidth(tmp_path) == machine.known(tmp_path) == 20e9


def test_a_damaged_file_is_measured_again(tmp_path: Path, monkeypatch):
    (tmp_path / machine.FILE).write_text('{"bandwidth": "fast"}')
    monkeypatch.setattr(machine, "measured", lambda: 3.0)
    assert machine.bandwidth(tmp_path) == 3.0


def test_a_round_really_copies(monkeypatch):
    monkeypatch.setattr(machine, "BYTES", 1_000_000)
    assert machine.measured() > 1e6
