"""Questions over documents: is the paragraph found, does the first quote answer, is a question without an
answer refused? Beside BM25 alone, MiniLM alone, and the packaged model that is given the four nearest chunks.

    python -m benchmarks.ask FOLDER [--languages en de zh] [--most 120] [--chat 0] [--pages 1000]

FOLDER has XQuAD as JSON lines (`xquad_en.jsonl`, ...): rows with `context`, `question`, `answers`, `article`
and `answerable`; an article whose text was left out has only rows that aren't answerable. The app's own
shelf, index and models are used, each article as one document.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import psutil

from components.config import Config
from components.documents import Document, Limits
from components.documents.document import Block
from components.jobs import Jobs
from components.models.catalog import CATALOGUE, Catalog, package_file
from components.models.engine import Vectors
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.spec import ModelSpec
from components.retrieval.index import Index
from components.retrieval.shelf import Entry, Shelf
from components.retrieval.words import Bm25, tokens
from components.store import Store
from components.tasks.ask.finder import SURE, find
from components.tasks.ask.indexer import Indexing

OWNER = "local"
QUESTIONS = (
    "Who hid the treasure on the island?",
    "How many men were in the boat?",
    "When did the captain leave the inn?",
    "What was found in the chest of the captain?",
    "Where is the ship at anchor?",
)


@dataclass
class Bench:
    """The app without its pages."""

    store: Store
    manager: ModelManager
    shelf: Shelf
    index: Index
    indexing: Indexing
    ready: list[ModelSpec]

    def embed(self, spec: ModelSpec, texts: Sequence[str]) -> Vectors:
        with self.manager.lease(spec.id) as engine:
            return engine.embed(texts)

    def keep(self, document: Document) -> Entry:
        document_id = self.indexing.add_document(document)
        entry = self.shelf.get(document_id)
        assert entry is not None
        if job := self.indexing.job(entry):
            job.wait()
        kept = self.shelf.get(document_id)
        assert kept is not None
        return kept


def opened(folder: Path) -> Bench:
    config = Config(data_dir=folder)
    store = Store(f"sqlite:///{folder / 'w.db'}", folder)
    manager = ModelManager(Catalog(), EngineLoader(config, Library(config)), config)
    ready = [spec for spec in CATALOGUE if spec.task == "embed" and package_file(spec)]
    shelf, index = Shelf(store), Index(store)
    indexing = Indexing(Jobs(), shelf, OWNER, manager.lease, ready, Limits())
    return Bench(store, manager, shelf, index, indexing, ready)


@dataclass
class Score:
    """What one way came to, question by question."""

    ranks: list[int]
    first: list[bool]
    three: list[bool]
    refused: list[bool]  # of the questions without an answer and with one, by `answerable`
    answerable: list[bool]
    sure: list[float]
    seconds: list[float]

    @classmethod
    def empty(cls) -> "Score":
        return cls([], [], [], [], [], [], [])

    def row(self, name: str) -> str:
        ranks = np.array(self.ranks or [0])
        hits = sum(r and not a for r, a in zip(self.refused, self.answerable, strict=True))
        wrong = sum(r and a for r, a in zip(self.refused, self.answerable, strict=True))
        left = sum(not r and not a for r, a in zip(self.refused, self.answerable, strict=True))
        f1 = 2 * hits / max(2 * hits + wrong + left, 1)
        cells = [
            f"{(ranks == 1).mean():.2f}",
            f"{((ranks > 0) & (ranks <= 5)).mean():.2f}",
            f"{np.mean([1 / r if r else 0.0 for r in ranks]):.2f}",
            f"{np.mean(self.first or [0]):.2f}",
            f"{np.mean(self.three or [0]):.2f}",
            f"{f1:.2f}" if self.refused else "–",
            f"{np.median(self.seconds or [0]):.2f}",
        ]
        return f"| {name} | {' | '.join(cells)} |"


def measure(
    bench: Bench, rows: Sequence[dict[str, Any]], asked_rows: Sequence[dict[str, Any]], language: str
) -> dict[str, Score]:
    """All ways on the same passages, those of all rows, in one run; the questions of some rows."""
    articles: dict[int, list[str]] = {}
    for row in rows:
        if row["answerable"] and row["context"] not in articles.setdefault(row["article"], []):
            articles[row["article"]].append(row["context"])
    entries = [
        bench.keep(
            Document(f"{n}.txt", "txt", tuple(Block("paragraph", p) for p in paragraphs), language=language)
        )
        for n, paragraphs in articles.items()
        if paragraphs
    ]
    ids = [entry.id for entry in entries]
    chunks = [chunk for entry in entries for chunk in bench.index.all_chunks(entry.id)]
    sentences = [(n, one.text) for n, chunk in enumerate(chunks) for one in chunk.sentences]
    texts = [" ".join(one.text for one in chunk.sentences) for chunk in chunks]
    minilm = next(spec for spec in bench.ready if spec.languages == ("en",))
    near = bench.embed(minilm, [*texts, *(text for _, text in sentences)])
    whole, each = near[: len(texts)], near[len(texts) :]
    length = sum(len(chunk.tokens) for chunk in chunks) / len(chunks)
    scores = {name: Score.empty() for name in ("BM25 alone", "MiniLM alone", "Ask")}
    for row in asked_rows:
        question = row["question"]
        began = time.perf_counter()
        found = find(question, language, entries, bench.index, bench.ready, bench.embed)
        seconds = time.perf_counter() - began
        by_id = {chunk.id: n for n, chunk in enumerate(chunks)}
        ranking = [by_id[one] for one, _ in found.chunks]
        quotes = [one.sentence.text for one in found.sentences[:3]]
        _note(scores["Ask"], row, [texts[n] for n in ranking], quotes, found.sure < SURE, seconds)
        scores["Ask"].sure.append(found.sure)
        vector = bench.embed(minilm, [question])[0]
        order = np.argsort(-(whole @ vector))
        best = [sentences[i][1] for i in np.argsort(-(each @ vector)) if sentences[i][0] == order[0]][:3]
        _note(
            scores["MiniLM alone"],
            row,
            [texts[n] for n in order],
            best,
            float((whole @ vector).max()) < 0.45,
            0.0,
        )
        asked = tokens(question, language)
        having = bench.index.having(ids, list(dict.fromkeys(asked)))
        words = Bm25(asked, len(chunks), having, length)
        values = np.array([words.of(chunk.tokens) for chunk in chunks])
        order = np.argsort(-values)
        mine = [text for n, text in sentences if n == order[0]]
        best = sorted(mine, key=lambda text: -words.of(tokens(text, language)))[:3]
        _note(scores["BM25 alone"], row, [texts[n] for n in order], best, float(values.max()) < 0.35, 0.0)
    return scores


def _note(
    score: Score,
    row: dict[str, Any],
    ranking: Sequence[str],
    quotes: Sequence[str],
    refused: bool,
    seconds: float,
) -> None:
    score.refused.append(refused)
    score.answerable.append(bool(row["answerable"]))
    score.seconds.append(seconds)
    if not row["answerable"]:
        return
    plain = _bare(row["context"])
    holding = [n for n, text in enumerate(ranking) if _bare(text)[:60] in plain or plain[:60] in _bare(text)]
    score.ranks.append(holding[0] + 1 if holding else 0)
    answers = [_bare(answer) for answer in row["answers"]]
    holds = [
        any(answer in _bare(quote) for answer in answers) and _bare(quote)[:30] in plain for quote in quotes
    ]
    score.first.append(bool(holds[:1] and holds[0]))
    score.three.append(any(holds))


def _bare(text: str) -> str:
    """Without white space, which sentences are joined by in one language and not in another."""
    return "".join(text.split())


def chat(bench: Bench, rows: Sequence[dict[str, Any]], language: str) -> str:
    """The packaged model with the four nearest chunks: does its answer hold the words of a right one?"""
    entries = bench.shelf.listed()
    spec = next(spec for spec in CATALOGUE if spec.task == "chat" and spec.source == "packaged")
    right = told = 0
    for row in rows:
        found = find(row["question"], language, entries, bench.index, bench.ready, bench.embed)
        near = {chunk.id: chunk for chunk in bench.index.chunks([one for one, _ in found.chunks[:4]])}
        given = "\n\n".join(" ".join(one.text for one in chunk.sentences) for chunk in near.values())
        system = "Answer from the text. Say “not in the documents” if it isn't there."
        asked = f"{given}\n\n{row['question']}"
        prompt = Prompt(messages=({"role": "system", "content": system}, {"role": "user", "content": asked}))
        with bench.manager.lease(spec.id) as engine:
            options = GenerationOptions(max_new_tokens=60, temperature=0.0)
            said = "".join(engine.generate(prompt, options, lambda: False))
        right += any(answer.casefold() in said.casefold() for answer in row["answers"])
        told += 1
    return (
        f"| {spec.title} with the four nearest chunks | {right / max(told, 1):.2f} of {told} answers right |"
    )


def across(bench: Bench, folder: Path, pair: str, most: int) -> str:
    """Questions in one language over articles in another ("en:de"): how many are answered, of those with an
    answer and of those whose article isn't there, and the F1 of refusals.
    """
    source, target = pair.split(":")
    asked, said = (
        {row["id"]: row for row in map(json.loads, (folder / f"xquad_{one}.jsonl").open(encoding="utf-8"))}
        for one in (source, target)
    )
    articles: dict[int, list[str]] = {}
    for row in said.values():
        if row["answerable"] and row["context"] not in articles.setdefault(row["article"], []):
            articles[row["article"]].append(row["context"])
    there = [number for number, paragraphs in articles.items() if paragraphs][:8]
    entries = [
        bench.keep(
            Document(f"{n}.txt", "txt", tuple(Block("paragraph", p) for p in articles[n]), language=target)
        )
        for n in there
    ]
    answered: dict[bool, list[bool]] = {True: [], False: []}
    for has_one in (True, False):
        of_kind = [
            key
            for key, row in said.items()
            if key in asked and has_one == (bool(row["answerable"]) and row["article"] in there)
        ]
        for key in random.Random(1).sample(of_kind, min(most or len(of_kind), len(of_kind))):
            question = asked[key]["question"]
            found = find(question, source, entries, bench.index, bench.ready, bench.embed)
            answered[has_one].append(found.sure >= SURE)
    hits, wrong = answered[False].count(False), answered[True].count(False)
    f1 = 2 * hits / max(2 * hits + wrong + answered[False].count(True), 1)
    shares = " | ".join(f"{np.mean(answered[one]):.2f}" for one in (True, False))
    return f"| {source} over {target} | {shares} | {f1:.2f} |"


class Remembering:
    """A leased model that reads each text once: a book that comes again costs no time of the model."""

    def __init__(self, manager: ModelManager) -> None:
        self._manager, self._known, self.seconds, self.words = (
            manager,
            dict[tuple[str, str], Vectors](),
            0.0,
            0,
        )

    def lease(self, model_id: str, *given: Any) -> "Remembering":
        self._model = model_id
        return self

    def __enter__(self) -> "Remembering":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def embed(self, texts: Sequence[str], *given: Any) -> Vectors:
        new = [one for one in dict.fromkeys(texts) if (self._model, one) not in self._known]
        if new:
            began = time.perf_counter()
            with self._manager.lease(self._model) as engine:
                rows = engine.embed(new)
            self._known |= zip(((self._model, one) for one in new), rows, strict=True)
            self.seconds += time.perf_counter() - began
        return np.stack([self._known[self._model, one] for one in texts])


class MadeUp(Remembering):
    """Vectors that say nothing, in no time: what is left is the app's own work, with as many numbers."""

    def embed(self, texts: Sequence[str], *given: Any) -> Vectors:
        rows = np.random.default_rng(len(texts)).standard_normal((len(texts), 512)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def growth(bench: Bench, book: str, pages: Sequence[int], made_up: bool) -> list[str]:
    """Seconds to index, of these of the models, to ask, and memory, by the number of pages of 400 words.

    The book comes again as often as needed, and the models read each paragraph once: their time grows with
    the text, and is given for what they read. With `made_up`, no model is asked.
    """
    model = (MadeUp if made_up else Remembering)(bench.manager)
    indexing = replace(bench.indexing, lease=cast(Any, model.lease))
    paragraphs = [" ".join(one.split()) for one in book.split("\n\n") if len(one.split()) > 20]
    lines = []
    for number in pages:
        wanted, words, blocks, at = number * 400, 0, list[Block](), 0
        while words < wanted:
            text = paragraphs[at % len(paragraphs)]
            blocks.append(Block("paragraph", text))
            words, at = words + len(text.split()), at + 1
        before, began, cpu = model.seconds, time.perf_counter(), time.process_time()
        document = Document(f"{number}.txt", "txt", tuple(blocks), language="en", words=words)
        entry = replace(bench, indexing=indexing).keep(document)
        taken, cpu = time.perf_counter() - began, time.process_time() - cpu
        asked, worked = [], []
        for question in QUESTIONS:
            began, busy = time.perf_counter(), time.process_time()
            embed = (lambda spec, texts: model.embed(texts)) if made_up else bench.embed
            find(question, "en", [entry], bench.index, bench.ready, embed)
            asked.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        memory = psutil.Process().memory_info().rss / 1e6
        cells = [
            f"{number:,}",
            f"{entry.chunks:,}",
            f"{taken - (model.seconds - before):,.1f}",
            f"{cpu:,.1f}",
        ]
        cells += [f"{model.seconds - before:,.0f}", f"{np.median(asked):.2f}", f"{np.median(worked):.2f}"]
        lines.append(f"| {' | '.join([*cells, f'{memory:,.0f}'])} |")
        print(lines[-1], flush=True)
    return lines


def calibration(score: Score) -> list[str]:
    """Of the questions said to be so sure, the share that has an answer."""
    lines = []
    sure, there = np.array(score.sure), np.array(score.answerable)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.95):
        high = {0.0: 0.2, 0.2: 0.4, 0.4: 0.6, 0.6: 0.8, 0.8: 0.95}.get(low, 1.01)
        mine = (sure >= low) & (sure < high)
        if mine.any():
            lines.append(
                f"| {low:.2f} to {min(high, 1):.2f} | {sure[mine].mean():.2f} |"
                f" {there[mine].mean():.2f} | {mine.sum()} |"
            )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", nargs="*", default=["en", "de", "zh"])
    parser.add_argument("--most", type=int, default=0, help="questions of each language; 0: all")
    parser.add_argument("--chat", type=int, default=0, help="questions that the packaged model is asked too")
    parser.add_argument("--pages", type=int, nargs="*", default=[])
    parser.add_argument("--book", type=Path)
    parser.add_argument("--across", nargs="*", default=[], help="pairs such as en:de: question, documents")
    parser.add_argument("--made-up", action="store_true", help="pages without the time of the models")
    given = parser.parse_args()
    head = "| | rank 1 | rank 5 | MRR | first quote | one of three | refusals F1 | s |"
    for language in given.languages:
        lines = (given.folder / f"xquad_{language}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        asked = random.Random(0).sample(rows, given.most) if given.most else rows
        with tempfile.TemporaryDirectory() as folder:
            bench = opened(Path(folder))
            _print_language(bench, rows, asked, language, head)
            if given.chat:
                print(chat(bench, [row for row in asked if row["answerable"]][: given.chat], language))
            _close(bench)
    if given.across:
        print("\n| questions | answered, with an answer | without one | refusals F1 |\n|" + " --- |" * 4)
    for pair in given.across:
        with tempfile.TemporaryDirectory() as folder:
            bench = opened(Path(folder))
            print(across(bench, given.folder, pair, given.most), flush=True)
            _close(bench)
    if given.pages and given.book:
        print("\n| pages | passages | index, s | of CPU | models, s | question, s | of CPU | memory, MB |")
        print("|" + " --- |" * 8)
        with tempfile.TemporaryDirectory() as folder:
            bench = opened(Path(folder))
            growth(bench, given.book.read_text("utf-8"), given.pages, given.made_up)
            _close(bench)


def _print_language(
    bench: Bench, rows: Sequence[dict[str, Any]], asked: Sequence[dict[str, Any]], language: str, head: str
) -> None:
    scores = measure(bench, rows, asked, language)
    print(f"\n{language}, {len(asked)} questions\n\n{head}\n|{' --- |' * 8}")
    for name, score in scores.items():
        print(score.row(name), flush=True)
    print("\n| said | mean | true | questions |\n| --- | --- | --- | --- |")
    print("\n".join(calibration(scores["Ask"])), flush=True)


def _close(bench: Bench) -> None:
    for spec in bench.ready:
        bench.manager.unload(spec.id)
    bench.store.close()


if __name__ == "__main__":
    main()
