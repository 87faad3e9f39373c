"""Asks a small server as the app does, and hears its answers and failures."""

import pytest

from components.config import ModelSettings, ServerSettings
from components.errors import AppError
from components.models.catalog import ModelSpec
from components.models.options import GenerationOptions, Prompt
from components.models.servers import probe, remote
from components.models.servers.connection import Connection

KEY = "sk-very-secret-123"
HELLO = Prompt(messages=({"role": "user", "content": "Hello"},))
WORDS = [{"id": "1", "choices": [{"index": 0, "delta": {"content": word}}]} for word in ("Hello", " there")]
SPEC = ModelSpec("server:box/m", "m on box", "chat", "server", "m", 0, 0, "")


def connect(url: str, pauses: list[float] | None = None, **settings) -> remote.RemoteEngine:
    async def sleep(seconds: float) -> None:
        (pauses if pauses is not None else []).append(seconds)

    connection = Connection("box", ServerSettings(url, KEY, **settings), sleep)
    listed = next(iter(connection.run(probe.served(connection))), probe.Served("m"))
    return remote.connect(connection, SPEC, listed, ModelSettings())


def answer(
    engine: remote.RemoteEngine, prompt: Prompt = HELLO, **options
) -> tuple[str, remote.RemoteGeneration]:
    generation = engine.generate(prompt, GenerationOptions(**options), lambda: False)
    return "".join(generation), generation


def failing(engine: remote.RemoteEngine, prompt: Prompt = HELLO, **options) -> tuple[str, AppError]:
    """The text that came before the error, and the error."""
    generation, text = engine.generate(prompt, GenerationOptions(**options), lambda: False), ""
    with pytest.raises(AppError) as raised:
        for piece in generation:
            text += piece
    assert KEY not in str(raised.value)
    return text, raised.value
