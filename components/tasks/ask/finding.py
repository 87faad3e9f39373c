"""Passages of kept documents for a question: the chunks that are likeliest, and the sentences in them that
answer.

A chunk's score is how near it is in meaning, as a whole and in its nearest sentence, and how much it has of
the question's words, as a whole and in one sentence. A sentence's score adds to what its chunk has its own
nearness and words, and whether it has what the question wants (a date for a "when"). How sure an answer is
comes from the best chunk's score: in a test with questions whose article was taken out, the share of right
ones was as high as said. All weights are fitted on XQuAD (`benchmarks/ask.py`), with articles apart.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from components.models.engine import Vectors
from components.models.spec import ModelSpec
from components.retrieval.embedding import model_across
from components.retrieval.fusion import fused
from components.retrieval.index import Found, Index
from components.retrieval.shelf import Entry, Sentence
from components.retrieval.words import Bm25, telling, tokens
from components.tasks.ask.kinds import Kind, has, kind_of

CANDIDATES, LIKELY = 60, 10  # chunks that are looked at closely, and whose sentences are
ENGLISH_ALONE = ("en",)
WORDS_OF = {True: 0.5, False: 1.2}  # what words weigh beside MiniLM, and beside USE multilingual
SURE_OF = {True: (8.3, -9.1), False: (6.6, -7.6)}  # slope and intercept of how sure a score is
NEAR, HAS_WORDS, OF_CHUNK, OF_KIND, LENGTH = 3.5, 4.5, 5.0, 0.43, 0.7  # of a sentence
SURE = 0.5  # from here on, the documents say it

Embed = Callable[[ModelSpec, Sequence[str]], Vectors]


@dataclass(frozen=True)
class Quotable:
    """A sentence that may answer."""

    document_id: str
    chunk: int  # its id
    number: int  # of its chunk in the document
    sentence: Sentence
    score: float
    kind: bool | None  # whether it has what the question wants


@dataclass(frozen=True)
class Finding:
    """What was found, the likeliest first."""

    question: str
    kind: Kind
    language: str  # of the question
    sentences: tuple[Quotable, ...]
    chunks: tuple[tuple[int, float], ...]  # ids, and how sure it is that each answers
    sure: float  # 0 to 1: that the best one answers


@dataclass(frozen=True)
class _Group:
    """Documents whose vectors are one model's, and the question's vector in it."""

    documents: Sequence[Entry]
    model: ModelSpec | None
    vector: Vectors | None
    own: bool  # whether the sentences have vectors of this model too


def find(
    question: str,
    language: str,
    documents: Sequence[Entry],
    index: Index,
    ready: Sequence[ModelSpec],
    embed: Embed,
) -> Finding:
    """The likeliest sentences of some documents. `ready`: embedding models that are installed."""
    asked, kind = tokens(question, language), kind_of(question, language)
    scored: list[tuple[float, bool, Found, np.ndarray[tuple[int], np.dtype[np.float64]]]] = []
    for group in _groups(question, language, documents, ready, embed):
        scored += _scored(asked, group, index, ready, embed)
    scored.sort(key=lambda one: -one[0])
    if not scored:
        return Finding(question, kind, language, (), (), 0.0)
    best, english, *_ = scored[0]
    sure = sure_of(best, english)
    found: list[Quotable] = []
    for score, _, chunk, own in scored[:LIKELY]:
        for sentence, of_sentence in zip(chunk.sentences, own, strict=True):
            fits = has(kind, sentence.text, language, question)
            value = OF_CHUNK * (score - best) + float(of_sentence) + LENGTH * math.log1p(len(sentence.text))
            value += 0.0 if fits is None else OF_KIND if fits else -OF_KIND
            if sentence.kind not in ("heading", "header"):
                found.append(Quotable(chunk.document_id, chunk.id, chunk.number, sentence, value, fits))
    found.sort(key=lambda one: -one.score)
    chunks = tuple((chunk.id, sure_of(score, english)) for score, english, chunk, _ in scored)
    return Finding(question, kind, language, tuple(found), chunks, sure)


def sure_of(score: float, english: bool) -> float:
    """How sure it is that a chunk with this score answers; `english`: whether MiniLM read it."""
    slope, intercept = SURE_OF[english]
    return 1 / (1 + math.exp(-(slope * score + intercept)))


def _groups(
    question: str, language: str, documents: Sequence[Entry], ready: Sequence[ModelSpec], embed: Embed
) -> list[_Group]:
    """Documents by the model that compares them with the question."""
    by_id = {spec.id: spec for spec in ready}
    across = model_across(("en", "zh"), ready)
    groups: dict[tuple[str, bool], list[Entry]] = {}
    for entry in documents:
        own = by_id.get(entry.model)
        knows = own is not None and (not language or language in own.languages or own is across)
        chosen = own if knows or own is None else across
        groups.setdefault((chosen.id if chosen else "", chosen is own), []).append(entry)
    vectors: dict[str, Vectors] = {}
    for model, _ in groups:
        if model and model not in vectors:
            vectors[model] = embed(by_id[model], [question])[0]
    return [
        _Group(entries, by_id.get(model), vectors.get(model), own) for (model, own), entries in groups.items()
    ]


def _scored(
    asked: Sequence[str], group: _Group, index: Index, ready: Sequence[ModelSpec], embed: Embed
) -> list[tuple[float, bool, Found, "np.ndarray[tuple[int], np.dtype[np.float64]]"]]:
    """Chunks with their score, whether MiniLM read them, and what each sentence adds by itself."""
    ids = [entry.id for entry in group.documents]
    wanted = telling(asked)
    by_words = index.by_words(ids, wanted, CANDIDATES)
    near: dict[int, float] = {}
    if group.model is not None and group.vector is not None:
        near = dict(index.by_meaning(ids, group.model.id, group.vector, CANDIDATES, by_words))
    nearest = sorted(near, key=lambda one: -near[one])[:CANDIDATES]
    found = index.chunks(fused(by_words, nearest)[:CANDIDATES])
    if not found:
        return []
    texts, length = index.size(ids)
    score = Bm25(asked, texts, index.having(ids, wanted), length)
    average = length / max(sum(len(one.sentences) for one in found) / len(found), 1)
    of_sentence = Bm25(asked, texts * 5, index.having(ids, wanted), average)
    rows = _sentence_vectors(group, found, embed)
    english = group.model is not None and group.model.languages == ENGLISH_ALONE
    made = []
    for chunk, vectors in zip(found, rows, strict=True):
        said = [tokens(one.text, _language(group, chunk)) for one in chunk.sentences]
        words = np.array([of_sentence.of(one) for one in said])
        zero = np.zeros(len(said))
        cosines = zero if vectors is None or group.vector is None else vectors @ group.vector
        total = near.get(chunk.id, 0.0) + float(cosines.max(initial=0.0))
        total += WORDS_OF[english] * (score.of(chunk.tokens) + float(words.max(initial=0.0)))
        if group.model is None:  # words alone: as if meaning said the same
            total *= 2
        made.append((total, english, chunk, NEAR * cosines + HAS_WORDS * words))
    return made


def _sentence_vectors(group: _Group, found: Sequence[Found], embed: Embed) -> list[Vectors | None]:
    """Of each chunk: as they are kept, or made now where the question is in another language."""
    if group.own or group.model is None:
        return [chunk.vectors for chunk in found]
    texts = [one.text for chunk in found for one in chunk.sentences]
    rows, at = embed(group.model, texts), 0
    made: list[Vectors | None] = []
    for chunk in found:
        made.append(rows[at : at + len(chunk.sentences)])
        at += len(chunk.sentences)
    return made


def _language(group: _Group, chunk: Found) -> str:
    return next((one.language for one in group.documents if one.id == chunk.document_id), "") or "en"
