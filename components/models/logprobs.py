"""How sure a model was of each token, as OpenAI's API and llama.cpp's server report it.

Knows the field `logprobs` of a chunk in its two forms; neither HTTP nor engines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.models.scores import Candidate, TokenScore

UNKNOWN = -1  # the API has no ids; llama.cpp's server adds them
LEAST = -1e4  # servers write -9999 or less for what they count as impossible


class BytesOfTokens:
    """Scores of one answer as they come. A character in several tokens comes with the last of them."""

    def __init__(self) -> None:
        self._held = b""

    def of_choice(self, choice: Any) -> list[TokenScore]:
        """Of a chunk's choice, as the client gives it; empty where the server says nothing."""
        said = getattr(choice, "logprobs", None)
        if said is None:
            return []
        said = said if isinstance(said, Mapping) else said.model_dump()
        content = said.get("content")
        if isinstance(content, list):
            return self.scored(content)
        return self._completion(said)

    def scored(self, content: Sequence[Any], text: str | None = None) -> list[TokenScore]:
        """Of the newer form: {"token", "bytes", "logprob", "top_logprobs": [the same]}.

        `text`: of all of them, where it is known. llama.cpp's server holds tokens back that are part of a
        character, and then reports the last of them only.
        """
        found = [self._score(one) for one in content if isinstance(one, Mapping) and _number(one)]
        before = "".join(one.text for one in found[:-1])
        if found and text and before + found[-1].text != text and text.startswith(before):
            self._held = b""
            found[-1] = replace(found[-1], text=text[len(before) :])
        return found

    def _score(self, one: Mapping[str, Any]) -> TokenScore:
        top = tuple(
            Candidate(_id(other), _text(other), max(float(other["logprob"]), LEAST))
            for other in one.get("top_logprobs") or ()
            if isinstance(other, Mapping) and _number(other)
        )
        return TokenScore(_id(one), self._whole(one), max(float(one["logprob"]), LEAST), top)

    def _completion(self, said: Mapping[str, Any]) -> list[TokenScore]:
        """Of the older form: parallel lists, the candidates of a token as a dictionary."""
        tokens, values = said.get("tokens"), said.get("token_logprobs")
        if not isinstance(tokens, list) or not isinstance(values, list):
            return []
        others = said.get("top_logprobs") or []
        found = []
        for at, (text, value) in enumerate(zip(tokens, values, strict=False)):
            beside = others[at] if at < len(others) and isinstance(others[at], Mapping) else {}
            ranked = sorted(beside.items(), key=lambda one: -float(one[1]))
            top = tuple(Candidate(UNKNOWN, str(name), float(chance)) for name, chance in ranked)
            known = None if value is None else max(float(value), LEAST)
            found.append(TokenScore(UNKNOWN, str(text), known, top))
        return found

    def _whole(self, one: Mapping[str, Any]) -> str:
        """The characters that are whole with this token."""
        raw = one.get("bytes")
        if not isinstance(raw, list):
            return str(one.get("token", ""))
        self._held += bytes(value for value in raw if isinstance(value, int) and 0 <= value < 256)
        try:
            text = self._held.decode()
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                return ""
            text = self._held.decode(errors="replace")
        self._held = b""
        return text


def _number(one: Mapping[str, Any]) -> bool:
    return isinstance(one.get("logprob"), int | float)


def _id(one: Mapping[str, Any]) -> int:
    found = one.get("id", UNKNOWN)
    return found if type(found) is int else UNKNOWN


def _text(one: Mapping[str, Any]) -> str:
    return str(one.get("token", ""))
