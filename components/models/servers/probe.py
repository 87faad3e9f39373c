"""What a server offers: its models, their context, and which way it counts tokens and continues an answer.

Knows the answers of vLLM, SGLang, llama.cpp, TGI, Ollama and `transformers serve`; asks, and never loads
anything.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.models.options import Prompt
from components.models.servers import token_estimate
from components.models.servers.connection import AGAIN, Connection
from components.models.servers.failures import NotAnApi

# The server that it behaves like. Ray Serve's LLM server counts and continues as vLLM, which runs inside it.
Kind = Literal["vllm", "sglang", "llama.cpp", "tgi", "ollama", "other"]
CONTEXT = 4096  # tokens, where neither the server nor the settings say: what most servers have at least
FORMAT = "response_format"  # the field for answers in JSON
AT_ONCE = 8  # questions at the same time

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Served:
    """One model of a server's list."""

    id: str
    context: int = 0  # tokens; 0: not said
    parameters: int = 0
    owner: str = ""


@dataclass(frozen=True)
class Manners:
    """How one model of one server has to be asked."""

    kind: Kind
    context: int  # tokens; 0: not said
    counts: bool  # whether it tells the tokens of a conversation before it reads it

    @property
    def continues(self) -> bool:
        """Whether it continues an answer of which it is given the beginning."""
        return self.kind in ("vllm", "sglang", "llama.cpp", "ollama")


async def served(connection: Connection) -> list[Served]:
    """The models that a server lists. Raises what the client raises, or NotAnApi."""
    said = await connection.get("/models")
    if not isinstance(said, dict) or not isinstance(said.get("data") or [], list):
        raise NotAnApi
    found = [_served(one) for one in said.get("data") or [] if isinstance(one, dict) and one.get("id")]
    return list({one.id: one for one in found}.values())


def _served(one: dict[str, Any]) -> Served:
    meta = one.get("meta") if isinstance(one.get("meta"), dict) else {}
    assert isinstance(meta, dict)
    context = _number(one.get("max_model_len") or meta.get("n_ctx") or one.get("context_length"))
    return Served(str(one["id"]), context, _number(meta.get("n_params")), str(one.get("owned_by") or ""))


async def manners(connection: Connection, model: str, listed: Served) -> Manners:
    """Asks a few questions that only some servers answer; the others say 404."""
    root = connection.root
    props = await _try(connection, "GET", f"{root}/props") if listed.owner != "vllm" else None
    if isinstance(props, dict) and isinstance(props.get("default_generation_settings"), dict):
        own = _number(props["default_generation_settings"].get("n_ctx"))
        return Manners("llama.cpp", own or listed.context, True)
    hello = [{"role": "user", "content": "Hello"}]
    counted = await _try(connection, "POST", f"{root}/tokenize", {"model": model, "messages": hello})
    if _count_of(counted):
        assert isinstance(counted, dict)
        return Manners("vllm", _number(counted.get("max_model_len")) or listed.context, True)
    if listed.owner == "sglang":
        return Manners("sglang", listed.context, False)
    info = await _try(connection, "GET", f"{root}/info")
    if isinstance(info, dict) and info.get("max_total_tokens"):
        return Manners("tgi", _number(info["max_total_tokens"]), False)
    version = await _try(connection, "GET", f"{root}/api/version")
    if isinstance(version, dict) and version.get("version"):
        return Manners("ollama", await _ollama_context(connection, model), False)
    return Manners("other", listed.context, False)


async def _ollama_context(connection: Connection, model: str) -> int:
    """The context of a loaded model. It cuts longer prompts silently, so nothing else is assumed."""
    running = await _try(connection, "GET", f"{connection.root}/api/ps")
    models = running.get("models") if isinstance(running, dict) else None
    for one in models if isinstance(models, list) else []:
        if isinstance(one, dict) and model in (one.get("name"), one.get("model")):
            return _number(one.get("context_length"))
    return 0


async def count(connection: Connection, model: str, how: Manners, prompts: Sequence[Prompt]) -> list[int]:
    """Tokens of each prompt: as the server counts them where it does, else estimated."""
    if not how.counts:
        return [token_estimate.estimate(prompt) for prompt in prompts]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(prompt: Prompt) -> int:
        async with gate:
            if how.kind == "llama.cpp":
                return await connection.patiently(lambda: _count_llama(connection, model, prompt))
            return await connection.patiently(lambda: _count_vllm(connection, model, prompt))

    return list(await asyncio.gather(*map(one, prompts)))


async def _count_llama(connection: Connection, model: str, prompt: Prompt) -> int:
    text, special = prompt.text, True
    if prompt.messages:
        asked = {"model": model} | conversation(prompt)  # a server of several models wants to know which
        rendered = await connection.post(f"{connection.root}/apply-template", asked)
        text, special = _text_of(rendered), False  # the template has written the first token itself
    body = {"model": model, "content": text, "add_special": special, "parse_special": True}
    said = await connection.post(f"{connection.root}/tokenize", body)
    if not isinstance(said, dict) or not isinstance(said.get("tokens"), list):
        raise NotAnApi
    return len(said["tokens"])


async def _count_vllm(connection: Connection, model: str, prompt: Prompt) -> int:
    asked: dict[str, Any] = conversation(prompt) if prompt.messages else {"prompt": prompt.text}
    said = await connection.post(f"{connection.root}/tokenize", {"model": model} | asked)
    found = _count_of(said)
    if found is None:
        raise NotAnApi
    return found


def conversation(prompt: Prompt) -> dict[str, Any]:
    """The messages, and whether the last one is to be gone on with: as vLLM, SGLang and llama.cpp name it."""
    messages = [{"role": m["role"], "content": plain(m["content"])} for m in prompt.messages]
    if not prompt.continue_last:
        return {"messages": messages}
    return {"messages": messages, "add_generation_prompt": False, "continue_final_message": True}


def answer_format(prompt: Prompt, schema: str) -> dict[str, Any]:
    """The field that holds an answer to a JSON schema; it exists for conversations only."""
    if not schema or not prompt.messages:
        return {}
    named = {"name": "answer", "schema": json.loads(schema), "strict": True}
    return {FORMAT: {"type": "json_schema", "json_schema": named}}


def plain(text: str) -> str:
    """Text in which control tokens stay text: the server's tokenizer would take them for its own."""
    for opening in ("<|", "<start_of_turn", "<end_of_turn", "[INST", "[/INST"):
        text = text.replace(opening, f"{opening[0]}\u200b{opening[1:]}")
    return text


async def _try(connection: Connection, method: str, url: str, body: Any = None) -> Any:
    """The answer, or None for a server that hasn't this path. Raises if it is gone, or stays too busy."""
    import openai

    try:
        return await connection.patiently(
            lambda: connection.get(url) if method == "GET" else connection.post(url, body)
        )
    except openai.APIStatusError as error:
        if error.status_code in AGAIN:
            raise
        return None
    except ValueError:
        return None


def _count_of(said: Any) -> int | None:
    found = said.get("count") if isinstance(said, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _text_of(said: Any) -> str:
    if not isinstance(said, dict) or not isinstance(said.get("prompt"), str):
        raise NotAnApi
    return said["prompt"]


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0
