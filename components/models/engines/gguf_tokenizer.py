"""The tokenizer of a GGUF model as `prompt_tokens` and `templates` see one: llama.cpp reads, the header tells
the rest.

Knows the vocabulary's kinds of tokens and a function that makes token ids of text; never runs a template.
"""

from collections.abc import Callable
from typing import Any

from components.models.gguf_header import GgufHeader, read_tokens

CONTROL = 3  # gguf.TokenType.CONTROL: never text
_NAMED = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}

# (text, whether to add what the model begins a text with) -> token ids; control tokens are read as such
Read = Callable[[str, bool], list[int]]


class GgufTokenizer:
    """Reads with llama.cpp, so that counts are exact for every kind of vocabulary."""

    def __init__(self, header: GgufHeader, read: Read) -> None:
        tokens, kinds = read_tokens(header.files[0])
        self._read = read
        self.chat_template = header.chat_template
        self.all_special_tokens = [
            text for text, kind in zip(tokens, kinds, strict=False) if kind == CONTROL and text
        ]
        named = {name: header.fields.get(f"tokenizer.ggml.{key}_token_id") for name, key in _NAMED.items()}
        self._ids = {name: one for name, one in named.items() if type(one) is int and 0 <= one < len(tokens)}
        self.special_tokens_map = {name: tokens[one] for name, one in self._ids.items()}

    @property
    def bos_token_id(self) -> int | None:
        return self._ids.get("bos_token")

    @property
    def eos_token_id(self) -> int | None:
        return self._ids.get("eos_token")

    def get_chat_template(self) -> str:
        return self.chat_template

    def __call__(self, text: str, add_special_tokens: bool = True) -> dict[str, Any]:
        return {"input_ids": self._read(text, add_special_tokens)}
