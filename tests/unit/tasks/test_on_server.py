"""Chat's prompt, a summary and a translation with a model on a server: the same code as with a local one."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from components.config import Config, ServerSettings
from components.documents import read_document
from components.errors import BadInput, EngineFailed
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.servers.registry import Servers
from components.tasks.answers import REASONING_TOKENS
from components.tasks.chat import ESTIMATED, _fitted, fit
from components.tasks.summarize.summarizer import Tools, summarize
from components.tasks.summarize.summary_settings import Length, Settings
from components.tasks.translate import sentence_engines
from components.tasks.translate.outcome import Request
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import routes
from tests import fake_server
from tests.fake_server import FakeServer, deltas, refuse, stream

TEXT = (
    "The council met on Monday. It decided to plant two hundred trees along the river. "
    "The mayor said that the work begins in March. Several residents asked about the cost. "
    "The council will publish the figures next week. A second meeting is planned for May."
)


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with fake_server.running() as server:
        server.paths["/v1/models"] = {"data": [{"id": "m", "max_model_len": 4000}]}
        yield server


@pytest.fixture
def manager(fake: FakeServer, tmp_path: Path) -> ModelManager:
    config = Config(data_dir=tmp_path, servers={"box": ServerSettings(fake.url, models=("m",))})
    servers = Servers(config.servers, first=0.0)
    loader = EngineLoader(config, Library(config), servers=servers)
    return ModelManager(Catalog(None, (), servers.specs), loader, config)


def test_a_summary_is_written_by_a_model_on_a_server(fake: FakeServer, manager: ModelManager):
    fake.answers = [stream("The council decided to plant two hundred trees along the river.")]
    spec = manager.catalog.get("server:box/m")
    tools = Tools(partial(manager.lease, long=True), None, spec)
    settings = Settings(method="write", length=Length(words=12), model_id=spec.id)
    document = read_document(TEXT.encode(), "council.txt")
    made = summarize([document], settings, tools)[0]
    assert "plant two hundred trees" in " ".join(line.text for line in made.lines)
    assert any("council met on Monday" in str(sent["messages"]) for sent in fake.requests)


def test_a_translation_is_made_by_a_model_on_a_server(fake: FakeServer, manager: ModelManager):
    fake.answers = [stream("O gato preto dormiu na cadeira da cozinha.")]
    route = routes(manager.catalog.all(), "en", "pt")[0]
    with sentence_engines.leased(manager.lease, route, "anna", lambda: False, lambda text: None) as engine:
        made = Translator(engine, "en", "pt").all([Request("The black cat slept on the kitchen chair.")])
    assert made[0].target == "O gato preto dormiu na cadeira da cozinha."
    assert "Portuguese" in fake.requests[0]["messages"][0]["content"]


EMPTY = {
    "ended at once": deltas(finish="stop"),
    "only its reasoning": deltas({"reasoning_content": "The council met on Monday."}, finish="stop"),
    "asked for a tool": deltas({"tool_calls": [{"index": 0, "id": "1"}]}, finish="tool_calls"),
}


@pytest.mark.parametrize("why", EMPTY)
def test_a_summary_is_not_made_of_answers_that_are_none(fake: FakeServer, manager: ModelManager, why: str):
    fake.answers = [EMPTY[why]]
    spec = manager.catalog.get("server:box/m")
    tools = Tools(partial(manager.lease, long=True), None, spec)
    document = read_document(TEXT.encode(), "council.txt")
    settings = Settings(method="write", length=Length(words=12), model_id=spec.id)
    with pytest.raises(BadInput, match=why):
        summarize([document], settings, tools)
    assert len(fake.requests) == 2  # tried once more


@pytest.mark.parametrize("why", EMPTY)
def test_a_sentence_without_a_translation_is_marked_with_the_reason_and_tried_again(
    fake: FakeServer, manager: ModelManager, why: str
):
    good = stream("Der Hund schläft im Garten.")
    fake.answers = [EMPTY[why], good, EMPTY[why]]
    route = routes(manager.catalog.all(), "en", "de")[0]
    requests = [Request("The cat sat on the chair."), Request("The dog sleeps in the garden.")]
    with sentence_engines.leased(manager.lease, route, "anna", lambda: False, lambda text: None) as engine:
        lost, made = Translator(engine, "en", "de").all(requests)
    assert (lost.target, lost.translated, lost.retried) == ("", False, True)
    assert why in str(lost.findings[0].text)
    assert made.target == "Der Hund schläft im Garten."


def test_one_sentence_that_the_server_fails_at_does_not_cost_the_others(
    fake: FakeServer, manager: ModelManager
):
    good = stream("Der Hund schläft im Garten.")
    fake.answers = [good, refuse(500, {"error": "CUDA died"}), good, refuse(500, {"error": "CUDA died"})]
    route = routes(manager.catalog.all(), "en", "de")[0]
    texts = ["The dog sleeps in the garden.", "The cat sat on the chair.", "A dog sleeps in my garden."]
    with sentence_engines.leased(manager.lease, route, "anna", lambda: False, lambda text: None) as engine:
        translator = Translator(engine, "en", "de")
        first, lost, last = translator.all([Request(text) for text in texts])
        assert first.translated
        assert last.translated
        assert not lost.translated
        assert "CUDA died" in str(lost.findings[0].text)
        with pytest.raises(EngineFailed):  # it fails at everything: no translation full of holes
            translator.all([Request("A bird sings in the tree."), Request("The fish swims in the lake.")])


def test_a_model_that_reasons_gets_room_for_it(fake: FakeServer, manager: ModelManager):
    route = routes(manager.catalog.all(), "en", "de")[0]
    thought = deltas({"reasoning_content": "The dog is"}, finish="length")
    fake.answers = [thought, stream("Der Hund schläft im Garten.")]
    with sentence_engines.leased(manager.lease, route, "anna", lambda: False, lambda text: None) as engine:
        [made] = Translator(engine, "en", "de").all([Request("The dog sleeps in the garden.")])
    assert made.target == "Der Hund schläft im Garten."
    first, second = (sent["max_tokens"] for sent in fake.requests)
    assert second == first + REASONING_TOKENS
    fake.answers = [thought, stream("The council decided to plant two hundred trees along the river.")]
    spec = manager.catalog.get("server:box/m")
    tools = Tools(partial(manager.lease, long=True), None, spec)
    settings = Settings(method="write", length=Length(words=12), model_id=spec.id)
    made = summarize([read_document(TEXT.encode(), "council.txt")], settings, tools)[0]
    assert "plant two hundred trees" in " ".join(line.text for line in made.lines)


def test_a_line_of_a_summary_that_the_model_does_not_translate_stays_and_says_so(
    fake: FakeServer, manager: ModelManager
):
    fake.answers = [
        stream("The council decided to plant two hundred trees along the river."),
        EMPTY["only its reasoning"],
    ]
    spec = manager.catalog.get("server:box/m")
    tools = Tools(partial(manager.lease, long=True), None, spec)
    settings = Settings(method="write", length=Length(words=12), model_id=spec.id, language="de")
    made = summarize([read_document(TEXT.encode(), "council.txt")], settings, tools)[0]
    assert "plant two hundred trees" in " ".join(line.text for line in made.lines)
    assert any("only its reasoning" in str(note) for note in made.notes)


def test_a_message_that_is_too_long_is_refused_before_it_is_sent_and_says_that_it_was_estimated(
    fake: FakeServer, manager: ModelManager
):
    messages = [{"role": "user", "content": "word " * 9000}]
    with manager.lease("server:box/m") as engine, pytest.raises(BadInput, match="too long") as raised:
        _fitted(engine, lambda: fit(messages, False, engine.count, engine.info.context, 100))
    assert str(ESTIMATED) in str(raised.value)
    assert fake.requests == []
