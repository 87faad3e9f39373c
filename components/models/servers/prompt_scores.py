"""How likely a text is to a model on a server: asked to repeat it (`echo`), it tells of each token.

vLLM and older servers of OpenAI's kind do; others repeat or tell nothing, which is noticed. Knows the API's
request and answer; conversations are rendered by the server, so only plain texts can be asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from components.errors import Cancelled
from components.models.logprobs import BytesOfTokens
from components.models.scores import NoScores, Scored, TokenScore
from components.models.servers.connection import Connection

MOST = 20  # others beside each token, in the API; some servers take 5
REFUSED = (400, 404, 405, 422, 501)  # of a server that has no such path, or doesn't take the field


def not_told() -> NoScores:
    return NoScores(
        "This server says how sure its model is of what it writes, not how likely a given text is. Choose a "
        "model on this machine."
    )


def of_texts(
    connection: Connection, model: str, texts: Sequence[Scored], top: int, cancelled: Callable[[], bool]
) -> Iterator[list[TokenScore]]:
    """Each text's tokens, each with up to `top` others. Raises NoScores, Cancelled, or as `run` does."""
    for text in texts:
        if cancelled():
            raise Cancelled("Stopped while the text was being read.")
        yield connection.run(_ask(connection, model, text, min(top, MOST)), connection.settings.timeout)


async def _ask(connection: Connection, model: str, asked: Scored, most: int) -> list[TokenScore]:
    if asked.prompt and asked.prompt.messages:
        raise NoScores(
            "A server renders a conversation itself, so it can't be asked how likely an answer is. Choose a "
            "model on this machine."
        )
    import openai

    before = asked.prompt.text if asked.prompt else ""
    body = {
        "model": model,
        "prompt": before + asked.text,
        "echo": True,
        "logprobs": max(most, 1),
        "max_tokens": 1,  # some servers refuse none at all
        "temperature": 0,
    }
    try:
        said = await connection.patiently(lambda: connection.post("/completions", body))
    except openai.APIStatusError as error:
        if error.status_code in REFUSED:
            raise not_told() from error
        raise
    choices = said.get("choices") if isinstance(said, dict) else None
    choice: Any = choices[0] if isinstance(choices, list) and choices else {}
    told = choice.get("logprobs") if isinstance(choice, dict) else None
    scores = BytesOfTokens().of_choice(SimpleNamespace(logprobs=told if isinstance(told, dict) else None))
    return _of_the_text(scores, before, asked.text)


def _of_the_text(scores: list[TokenScore], before: str, text: str) -> list[TokenScore]:
    """Those of the text alone, without what is before it and what the server wrote after it."""
    whole = "".join(one.text for one in scores)
    if not text or not whole.startswith(before + text):
        raise not_told()
    found, at = list[TokenScore](), 0
    for one in scores:
        start, at = at, at + len(one.text)
        if at <= len(before):
            continue
        if start >= len(before) + len(text):
            break
        inside = whole[max(start, len(before)) : min(at, len(before) + len(text))]
        found.append(TokenScore(one.id, inside, one.logprob, one.top))
    return found
