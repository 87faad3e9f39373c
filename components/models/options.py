"""Requests to a model and their outcome: prompt, sampling options, usage.

Plain data that crosses from the app's process to the engine's; knows neither torch nor pages.
"""

from dataclasses import dataclass, field
from typing import Literal, TypedDict

from components import messages

# "tools": the model asks for a tool instead of going on. "filtered": a server's filter ended the answer.
FinishReason = Literal["stop", "length", "context", "stopped", "tools", "filtered"]


class Message(TypedDict):
    role: str  # "system", "user" or "assistant"
    content: str


@dataclass(frozen=True)
class Prompt:
    """Either a conversation, rendered by the model's chat template, or plain text to continue."""

    messages: tuple[Message, ...] = ()
    text: str = ""  # used when there are no messages
    continue_last: bool = False  # go on writing the last message instead of answering it
    rendered: bool = False  # the text is a conversation as the chat template made it
    goes_on: bool = False  # a next turn is likely, which begins with this: worth keeping what was read of it


@dataclass(frozen=True)
class GenerationOptions:
    """Sampling settings, named as in transformers' GenerationConfig."""

    temperature: float = 0.7  # 0: always the most likely token
    top_p: float = 0.95  # (0, 1]; 1: off
    top_k: int = 50  # 0: off
    min_p: float = 0.0  # [0, 1); 0: off
    repetition_penalty: float = 1.0  # 1: off
    max_new_tokens: int = 512
    stop: tuple[str, ...] = field(default=())  # the text ends before the first of these
    seed: int = 0  # same seed, prompt, options and model: same text
    # A JSON schema, as JSON text, that the answer is held to where the engine can do that: llama.cpp, and the
    # servers that know `response_format`. Elsewhere it has no effect: the answer is checked by its reader.
    schema: str = ""
    scores: int = 0  # so many of the likeliest tokens are noted beside each one that is written; 0: none
    scores_if_free: bool = False  # only where that costs an answer next to no time: not on llama.cpp


@dataclass(frozen=True)
class Usage:
    """What one generation took."""

    prompt_tokens: int
    new_tokens: int
    first_token_seconds: float  # from the request's start to its first token, loading excluded
    decode_seconds: float  # from the first token to the last
    finish: FinishReason
    exact: bool = True  # False: a server didn't say how many tokens; the numbers are estimates

    @property
    def tokens_per_second(self) -> float:
        """Decode speed: tokens after the first, over the time they took. 0 for a single token."""
        return (self.new_tokens - 1) / self.decode_seconds if self.decode_seconds > 0 else 0.0


@dataclass(frozen=True)
class EngineInfo:
    """How a model was loaded."""

    device: messages.Message  # "cpu", "mps", "cuda:0", "cuda:0 + cuda:1", or which server
    dtype: str
    quantization: str  # "none", "8bit" or "4bit"
    memory: int  # bytes that it takes; OpenVINO, also what its cache may come to take
    context: int  # tokens that prompt and answer may have together
    chat: bool  # whether there is a chat template
    load_seconds: float
    exact: bool = True  # whether prompts are counted; False: estimated, on the safe side
    engine: str = "transformers"
    chosen: messages.Message = ""  # why this engine runs it, for the Models page
    at_once: int = 0  # requests that it runs in one batch, or a server is asked; 0: they take turns
    # What an engine of this kind can't say of an answer as it writes it; empty: each token and candidates
    no_scores: messages.Message = ""
