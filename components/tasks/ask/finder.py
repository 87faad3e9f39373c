"""Passages of kept documents for a question: the chunks that are likeliest, and the sentences in them that
answer.

A chunk's score is how near it is in meaning, as a whole and in its nearest sentence, and how much it has of
the question's words, as a whole and in one sentence, and of pieces of these words ("harbour" and "harbours",
"Hafen" and "Hafenamt" share some). A sentence's score adds to what its chunk has its own
nearness, the share of the question's words and of pieces of words that it has, what its neighbours have of
the others ("It was built in 1908." after the sentence that names the bridge), and whether it has what the
question wants (a date for a "when"). How sure an answer is comes from the best chunk (`sureness`). All
weights here are fitted on XQuAD (`benchmarks/ask.py`): those of a sentence as a choice of one among all, with
articles apart.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from components.models.engine import Vectors
from components.models.spec import ModelSpec
from components.retrieval.encoder_choice import model_across
from components.retrieval.fusion import fused
from components.retrieval.index import Found, Index
from components.retrieval.shelf import Entry, Sentence
from components.retrieval.words import Bm25, Shares, grams, telling, tokens
from components.tasks.ask import measures, sureness
from components.tasks.ask.kinds import Kind, has, kind_of, wants_a_measure

EAST = "\u2e80"  # from here on, characters are words
CANDIDATES, LIKELY = 60, 10  # chunks that are looked at closely, and whose sentences are
ENGLISH_ALONE = ("en",)
WORDS_OF = {True: 0.5, False: 1.2}  # what words weigh beside MiniLM, and beside USE multilingual
# Of a sentence: what its chunk, its nearness, its words and what else weigh; see `_Sentences`.
OF_CHUNK, NEAR, SHARE, BEFORE, AFTER, PIECES = 2.5, 7.4, 8.3, 6.8, 3.1, 1.8
LENGTH, NEW, OF_KIND = 0.95, -0.54, 0.84
OF_MEASURE = 2.0  # the same of a question for a measure that names its dimension: "how long", "how heavy"
APART = 20.0  # of a row that is about something else: more than all else comes to
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
    compared: bool = False,
) -> Finding:
    """The likeliest sentences of some documents. `ready`: embedding models that are installed; `compared`:
    how sure each is will be compared with texts that are no documents, so few are no case of their own.
    """
    asked, kind = tokens(question, language), kind_of(question, language)
    scored: list[_Scored] = []
    for group in _groups(question, language, documents, ready, embed):
        scored += _scored(question, asked, language, group, index, embed, compared)
    scored.sort(key=lambda one: -one.score)
    if not scored:
        return Finding(question, kind, language, (), (), 0.0)
    wording = measures.rest(question, language)
    weight = OF_MEASURE if wants_a_measure(kind, question, language) else OF_KIND
    likely = [one.chunk for one in scored[:LIKELY]]
    judge = _Sentences.of(wording, tokens(wording, language), language, likely)
    figures = _figures(asked, likely)
    found: list[Quotable] = []
    for one, said in zip(scored, judge.said, strict=False):
        chunk, behind = one.chunk, OF_CHUNK * (one.score - scored[0].score)
        for i, sentence in enumerate(chunk.sentences):
            fits = has(kind, sentence.text, language, question)
            value = behind + NEAR * float(one.cosines[i]) + judge.score(said, i, sentence.text)
            value += 0.0 if fits is None else weight if fits else -weight
            if sentence.kind == "table" and figures - set(said[i]):
                value -= APART
            if sentence.kind not in ("heading", "header"):
                found.append(Quotable(chunk.document_id, chunk.id, chunk.number, sentence, value, fits))
    found.sort(key=lambda one: -one.score)
    chunks = tuple((one.chunk.id, one.sure) for one in scored)
    return Finding(question, kind, language, tuple(found), chunks, scored[0].sure)


def _figures(asked: Sequence[str], chunks: Sequence[Found]) -> frozenset[str]:
    """The numbers of a question that one row of a table has all of: then another row, which lacks one, is
    about something else, however much it is like the one that is meant ("invoice 2026-045" and "2026-046").
    """
    wanted = frozenset(one for one in asked if one[:1] == "=" and any(map(str.isdigit, one)))
    rows = (tokens(row.text, "") for chunk in chunks for row in chunk.sentences if row.kind == "table")
    return wanted if wanted and any(wanted <= set(row) for row in rows) else frozenset()


@dataclass(frozen=True)
class _Scored:
    """A chunk, how well it fits, how sure it is that it answers, and how near each of its sentences is."""

    chunk: Found
    score: float
    sure: float
    cosines: "np.ndarray[tuple[int], np.dtype[np.float64]]"


@dataclass(frozen=True)
class _Sentences:
    """Which sentence of the likely chunks answers, by the words of the question."""

    words: Shares
    pieces: Shares
    asked: frozenset[str]
    language: str
    said: Sequence[Sequence[Sequence[str]]]  # the tokens of each sentence of each chunk

    @classmethod
    def of(cls, question: str, asked: Sequence[str], language: str, chunks: Sequence[Found]) -> "_Sentences":
        said = [[tokens(one.text, language) for one in chunk.sentences] for chunk in chunks]
        in_chunks = Counter(word for one in said for word in {word for words in one for word in words})
        pieces = grams(question, language)
        texts = (" ".join(one.text for one in chunk.sentences) for chunk in chunks)
        having = Counter(piece for text in texts for piece in pieces & grams(text, language))
        words, parts = Shares(set(asked), len(chunks), in_chunks), Shares(pieces, len(chunks), having)
        return cls(words, parts, frozenset(asked), language, said)

    def score(self, said: Sequence[Sequence[str]], i: int, text: str) -> float:
        """Of the sentence with the number `i` in its chunk."""
        own = set(said[i])
        share = self.words.of(own)
        before = self.words.of(own.union(said[i - 1])) - share if i else 0.0
        after = self.words.of(own.union(said[i + 1])) - share if i + 1 < len(said) else 0.0
        new = sum(1 for one in said[i] if (one[:1] == "=" or one > EAST) and one not in self.asked)
        by_words = SHARE * share + BEFORE * before + AFTER * after
        by_words += PIECES * self.pieces.of(grams(text, self.language))
        return by_words + LENGTH * math.log1p(len(text)) + NEW * math.log1p(new)


def piece_shares(question: str, language: str, texts: Sequence[str]) -> list[float]:
    """What share of the pieces of a question's words each text has; those that few have weigh more."""
    asked = grams(question, language)
    found = [asked & grams(text, language) for text in texts]
    shares = Shares(asked, len(texts), Counter(piece for one in found for piece in one))
    return [shares.of(one) for one in found]


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
    question: str,
    asked: Sequence[str],
    language: str,
    group: _Group,
    index: Index,
    embed: Embed,
    compared: bool,
) -> list[_Scored]:
    """The likeliest chunks of a group."""
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
    having = index.having(ids, wanted)
    score = Bm25(asked, texts, having, length)
    average = length / max(sum(len(one.sentences) for one in found) / len(found), 1)
    of_sentence = Bm25(asked, texts * 5, having, average)
    rows = _sentence_vectors(group, found, embed)
    english = group.model is not None and group.model.languages == ENGLISH_ALONE
    texts_found = [" ".join(one.text for one in chunk.sentences) for chunk in found]
    made, evidence, sure = list[_Scored](), list[sureness.Evidence](), list[float]()
    pieces = piece_shares(question, language, texts_found)
    for chunk, vectors, share in zip(found, rows, pieces, strict=True):
        its = _language(group, chunk)
        said = [tokens(one.text, its) for one in chunk.sentences]
        words = np.array([of_sentence.of(one) for one in said])
        cosines = np.zeros(len(said))
        if vectors is not None and group.vector is not None:
            cosines = np.asarray(vectors @ group.vector, np.float64)
        nearness = near.get(chunk.id, 0.0) + float(cosines.max(initial=0.0))
        by_word = score.of(chunk.tokens) + float(words.max(initial=0.0))
        total = nearness + WORDS_OF[english] * by_word
        if group.model is None:  # words alone: as if meaning said the same
            total *= 2
        own = group.model is None or language in ("", its)
        if not own:
            sure.append(sureness.sure_across(nearness, by_word, texts))
        elif english or group.model is None:
            sure.append(sureness.sure_of(total, share, english))
        else:
            sure.append(sureness.sure_by_use(nearness, by_word, share))
        evidence.append(sureness.Evidence(nearness, by_word, share, cosines.tolist(), english and own))
        made.append(_Scored(chunk, total + sureness.PIECES * share, 0.0, cosines))
    if group.model is not None and texts <= sureness.FEW and not compared:
        sure = sureness.sure_of_few(evidence, sure)
    return [replace(one, sure=value) for one, value in zip(made, sure, strict=True)]


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
