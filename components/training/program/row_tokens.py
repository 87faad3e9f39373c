"""One row of training data as the tokens that a model reads, and which of them it is trained on.

Knows a tokenizer of transformers and the forms of rows; neither torch nor files. The trainer, the
evaluation and the preview all ask here, so that what a person is shown is what is trained on.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import itemgetter
from typing import Any

from components.errors import BadInput
from components.training.program.tokenizer import template_of
from components.training.rows import Row, Turn, is_trained, kind_of, messages_of

NOT_TRAINED = -100  # the label that torch's cross entropy leaves out
BATCH = 256  # rows that are given to a fast tokenizer at once
# What ends an assistant's turn in the common chat templates; a tokenizer's own end counts too.
TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>", "</s>", "<eos>")
_MARKS_ANSWERS = re.compile(r"\{%-?\s*generation\s*-?%\}")


@dataclass(frozen=True)
class Rendered:
    """What is read and what is learnt; both lists have the same length, except for seq2seq models."""

    input_ids: list[int]
    labels: list[int]  # NOT_TRAINED where a token is only read
    ends: bool  # the text ends with an end token, and that one is trained on
    tokens: int  # before anything was cut
    cut: bool  # it was longer than the limit, and its end is missing


@dataclass(frozen=True)
class Spelled:
    """A row as text, before it is cut into tokens."""

    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)  # stretches that are trained on
    special: bool = False  # whether the tokenizer adds its own tokens around it


def render(
    row: Row,
    tokenizer: Any,
    max_length: int,
    *,
    instruction: str = "",
    seq2seq: bool = False,
) -> Rendered:
    """One row; see `render_all`."""
    return next(render_all([row], tokenizer, max_length, instruction=instruction, seq2seq=seq2seq))


def render_all(
    rows: Sequence[Row],
    tokenizer: Any,
    max_length: int,
    *,
    instruction: str = "",
    seq2seq: bool = False,
) -> Iterator[Rendered]:
    """Rows as tokens, in order. `instruction` says what to do with the source of a pair; for seq2seq models
    it is what `speaking.tell_languages` returned, and is put before the source as it is.

    Raises BadInput where a row can't be rendered for this kind of model at all.
    """
    if seq2seq:
        for row in rows:
            yield _render_sides(row, tokenizer, max_length, instruction)
        return
    model = Reader(tokenizer)
    for start in range(0, len(rows), BATCH):
        spelled = [model.spell(row, instruction) for row in rows[start : start + BATCH]]
        for ids, trained in model.tokens(spelled):
            yield _finished(ids, trained, model, max_length)


def pieces(whole: Rendered, length: int) -> list[Rendered]:
    """A plain text that is too long for one row, as several: nothing of it is lost."""
    starts = range(0, len(whole.input_ids), length)
    made = []
    for start in starts:
        ids = whole.input_ids[start : start + length]
        last = start + length >= len(whole.input_ids)
        labels = whole.labels[start : start + length]
        made.append(Rendered(ids, labels, whole.ends and last, len(ids), len(starts) > 1))
    return made


class Reader:
    """A causal model's way of reading: its tokenizer, and what was asked of it once for all rows."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.special = [token for token in tokenizer.all_special_tokens if len(token) > 1]
        self.end = str(tokenizer.eos_token or "")
        own = set(tokenizer.all_special_tokens)
        self.ends = [mark for mark in dict.fromkeys([self.end, *TURN_ENDS]) if mark and mark in own]
        self.end_ids = {int(tokenizer.convert_tokens_to_ids(mark)) for mark in self.ends}
        self._chat_template = template_of(tokenizer)
        self._marks = bool(_MARKS_ANSWERS.search(self._chat_template.text))

    def spell(self, row: Row, instruction: str = "") -> Spelled:
        """A row as the text that the model reads, and the stretches of it that it is trained on."""
        if kind_of(row) == "text":
            return self._spell_text(row)
        turns = messages_of(row, instruction)
        spelled = self._spell_turns([self._plain(one) for one in turns])
        answers = [is_trained(one) for one in turns if one["role"] == "assistant"]
        # A template may not show the first turns: they are told apart from the last one on.
        spans = list(zip(reversed(spelled.spans), reversed(answers), strict=False))
        return replace(spelled, spans=[span for span, trained in reversed(spans) if trained])

    def _spell_turns(self, messages: list[Turn]) -> Spelled:
        if not self.tokenizer.chat_template:
            return self._spell_plainly(messages)
        try:
            return self._spell_chat(messages)
        except _Refused as refused:
            merged = _without_system(messages)
            if merged == messages:
                raise _refusal(refused) from refused
        try:
            return self._spell_chat(merged)  # some templates know no system message
        except _Refused as refused:
            raise _refusal(refused) from refused

    def _spell_text(self, row: Row) -> Spelled:
        said = row["text"]
        end = "" if row.get("continued") or said.endswith(self.end) else self.end
        return Spelled(said + end, [(0, len(said + end))], special=True)

    def _spell_plainly(self, messages: list[Turn]) -> Spelled:
        """A base model has no template: what was asked, a line end, the answer, the end token."""
        text = ""
        spans: list[tuple[int, int]] = []
        for message in messages:
            if message["role"] == "assistant":
                start = len(text)
                text += message["content"] + self.end
                spans.append((start, len(text)))
            else:
                text += ("\n" if spans else "") + message["content"] + "\n"
        return Spelled(text, spans, special=True)

    def _spell_chat(self, messages: list[Turn]) -> Spelled:
        text = self._template(messages)
        spans = self._marked(messages, text) or self._by_prefixes(messages, text)
        answered = messages[-1]["role"] == "assistant" and bool(spans)
        if answered and not any(text[: spans[-1][1]].endswith(mark) for mark in self.ends):
            # The template doesn't end an answer; a model that never learns to stop talks on.
            text = text[: spans[-1][1]] + self.end
            spans[-1] = (spans[-1][0], len(text))
        return Spelled(text, spans)

    def _template(self, messages: list[Turn], prompt: bool = False) -> str:
        try:
            return self._chat_template.render(messages, prompt)
        except BadInput:  # it takes too much
            raise
        except Exception as error:
            raise _Refused(str(error)) from error

    def _marked(self, messages: list[Turn], text: str) -> list[tuple[int, int]]:
        """The answers where the template itself marks them with {% generation %}."""
        if not self._marks:
            return []
        try:
            rendered, marks = self._chat_template.marked(messages)
        except BadInput:
            raise
        except Exception as error:
            raise _Refused(str(error)) from error
        if rendered != text:
            return []
        return [(start, self._closed(text, start, stop)) for start, stop in marks if stop > start]

    def _by_prefixes(self, messages: list[Turn], text: str) -> list[tuple[int, int]]:
        """The answers, from what the template makes of the conversation up to each of them.

        A template may treat earlier turns differently once later ones are there (it drops their reasoning,
        strips their text). Where the beginnings don't agree, the answer is looked for by its words.
        """
        spans: list[tuple[int, int]] = []
        for number, message in enumerate(messages):
            if message["role"] != "assistant":
                continue
            after = spans[-1][1] if spans else 0
            start = self._start(messages[:number], text, after)
            said = message["content"].strip()
            found = text.find(said, after if start is None else start)
            stop = found + len(said) if found >= 0 else self._next_end(text, start)
            start = found if start is None else start
            if 0 <= start < stop:  # otherwise the template doesn't show this turn
                spans.append((start, self._closed(text, start, stop)))
        return spans

    def _start(self, before: list[Turn], text: str, after: int) -> int | None:
        """Where an answer begins: where the prompt for it ends, if the whole text begins like that."""
        try:
            prefix = self._template(before, prompt=True)
        except _Refused:
            return None  # a template that wants a user's turn first
        return len(prefix) if text.startswith(prefix) and len(prefix) >= after else None

    def _next_end(self, text: str, start: int | None) -> int:
        """Nothing but a template writes an end token: the next one ends the answer. -1: there is none."""
        if start is None:
            return -1
        places = [place for mark in self.ends if (place := text.find(mark, start)) >= 0]
        return min(places, default=-1)

    def _closed(self, text: str, start: int, stop: int) -> int:
        """Where an answer ends: with its end token if one follows at once, else with its last character."""
        said = text[start:stop].rstrip()
        end = start + len(said) if said else stop
        if any(said.endswith(mark) for mark in self.ends):
            return end
        gap = len(text) - end - len(text[end:].lstrip())
        for mark in self.ends:
            if text.startswith(mark, end + gap):
                return end + gap + len(mark)
        return end

    def _plain(self, message: Turn) -> Turn:
        """A message with control tokens in its text broken up, as it is when the model is used."""
        content = message["content"]
        for token in self.special:
            if token in content:
                content = content.replace(token, f"{token[0]}\u200b{token[1:]}")
        return {"role": message["role"], "content": content}

    def tokens(self, spelled: Sequence[Spelled]) -> list[tuple[list[int], list[bool]]]:
        """The ids of each text and whether each of them is trained on."""
        if not self.tokenizer.is_fast:
            return [self._by_pieces(one) for one in spelled]
        made: list[tuple[list[int], list[bool]]] = [([], []) for _ in spelled]
        for special in (False, True):
            numbers = [i for i, one in enumerate(spelled) if one.special is special]
            if not numbers:
                continue
            texts = [spelled[i].text for i in numbers]
            for i, read in zip(numbers, self._encoded(texts, special), strict=True):
                made[i] = (read.ids, _inside(read.offsets, spelled[i]))
        return made

    def _encoded(self, texts: list[str], special: bool) -> list[Any]:
        """As the tokenizer's own call has it, without the masks and copies that it makes of each text."""
        backend = self.tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = bool(getattr(self.tokenizer, "split_special_tokens", False))
        return list(backend.encode_batch(texts, add_special_tokens=special))

    def _by_pieces(self, one: Spelled) -> tuple[list[int], list[bool]]:
        """For a tokenizer that can't say which characters a token covers: piece by piece."""
        ids: list[int] = []
        trained: list[bool] = []
        start_token = self.tokenizer.bos_token_id
        if one.special and start_token is not None and getattr(self.tokenizer, "add_bos_token", False):
            ids, trained = [start_token], [False]
        borders = sorted({0, len(one.text), *(border for span in one.spans for border in span)})
        for start, stop in pairwise(borders):
            piece = self.tokenizer(one.text[start:stop], add_special_tokens=False, verbose=False)["input_ids"]
            ids += piece
            trained += [any(a <= start < b for a, b in one.spans)] * len(piece)
        return ids, trained


class _Refused(Exception):
    """A chat template is the model's own program: it may raise anything."""


def _refusal(refused: _Refused) -> BadInput:
    return BadInput("The model's chat template refuses this conversation: {refused}", refused=refused)


def _without_system(messages: list[Turn]) -> list[Turn]:
    """The system message put at the head of the first question."""
    if len(messages) < 2 or messages[0]["role"] != "system":
        return messages
    system, first, *others = messages
    return [{"role": first["role"], "content": f"{system['content']}\n\n{first['content']}"}, *others]


def _inside(offsets: Sequence[tuple[int, int]], one: Spelled) -> list[bool]:
    """Which tokens belong to the stretches. A token without characters of its own isn't trained on.

    A token may begin with the space or line end before an answer: it has the answer's first characters.
    """
    trained = [False] * len(offsets)
    count = len(offsets)
    while count and offsets[count - 1][1] <= offsets[count - 1][0]:  # an end that the tokenizer added
        count -= 1
    for begins, ends in one.spans:
        # From the first token that ends after its beginning, to the last that begins before its end
        first = bisect_right(offsets, begins, hi=count, key=itemgetter(1))
        last = bisect_left(offsets, ends, lo=first, hi=count, key=itemgetter(0))
        for number in range(first, last):
            start, stop = offsets[number]
            trained[number] = stop > start and (start >= begins or not one.text[start:begins].strip())
    return trained


def _finished(ids: list[int], trained: list[bool], model: Reader, max_length: int) -> Rendered:
    ends = model.end_ids
    if len(ids) > 1 and ids[-1] in ends and ids[-2] in ends and not trained[-1]:
        ids, trained = ids[:-1], trained[:-1]  # the tokenizer added an end of its own
    tokens = len(ids)
    ids, trained = ids[:max_length], trained[:max_length]
    labels = [token if learnt else NOT_TRAINED for token, learnt in zip(ids, trained, strict=True)]
    last = max((i for i, learnt in enumerate(trained) if learnt), default=-1)
    return Rendered(
        ids,
        labels,
        ends=tokens <= max_length and last >= 0 and ids[last] in ends,
        tokens=tokens,
        cut=tokens > max_length,
    )


def _render_sides(row: Row, tokenizer: Any, max_length: int, before_it: str) -> Rendered:
    """For an encoder-decoder model: the source is read, the target is trained on."""
    if kind_of(row) == "text":
        raise BadInput("This model turns one text into another: it can't be trained on plain text alone.")
    *before, last = messages_of(row)
    if last["role"] != "assistant":
        raise BadInput("The last turn of a conversation must be the model's.")
    if not is_trained(last):
        raise BadInput("The last answer has the weight 0, so nothing of this row would be trained on.")
    source = before_it + "\n".join(one["content"] for one in before)
    read = list(tokenizer(source, verbose=False)["input_ids"])
    said = list(tokenizer(text_target=last["content"], verbose=False)["input_ids"])
    tokens = max(len(read), len(said))
    return Rendered(
        read[:max_length],
        said[:max_length],
        ends=len(said) <= max_length and bool(said) and said[-1] == tokenizer.eos_token_id,
        tokens=tokens,
        cut=tokens > max_length,
    )
