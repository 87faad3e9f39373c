"""Summaries measured: ROUGE, coverage, unsupported sentences and time, side by side with baselines.

    python -m benchmarks.summarize --data FILE.jsonl --out FILE.json [--limit N] [--methods a,b] [--resume]
    python -m benchmarks.summarize --books FILE.txt [FILE.txt …] --out FILE.json

A row has `document`, `references` and perhaps `instruction`. Every method is asked for as many words as
the references have on average, and its output is cut at that length before ROUGE, so that none wins by
being longer. `both` and `quote` are methods of the app, `alone` is the same model given the beginning of
the text that its context holds, `lead` the first sentences, `textrank` TextRank as published in the sumy
package.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from benchmarks import new_file
from components.config import read_config
from components.documents import Document, count_words, read_document
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions
from components.tasks.facts.fact_index import Index
from components.tasks.summarize import prompts
from components.tasks.summarize.grounds import Grounds
from components.tasks.summarize.part_reader import Embedder
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summarizer import Tools, summarize
from components.tasks.summarize.summary_settings import LEAST_WORDS, TOLERANCE, Length, Settings
from components.tasks.summarize.writer import items

METHODS = ("both", "quote", "alone", "lead", "textrank")
BASELINES = ("alone", "lead", "textrank")
ROUGES = ("rouge1", "rouge2", "rougeL")
SHORT_WORDS = 2_000  # of a book's beginning, to compare the time of the whole with


@dataclass(frozen=True)
class Output:
    """What a method made of one document."""

    sentences: list[str]
    coverage: float  # share of the document's words that were read
    written: tuple[tuple[str, str], ...] = ()  # what a model wrote, beside its passage: for a person to read

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


class Bench:
    """The models, shared by all methods."""

    def __init__(self) -> None:
        config = read_config()
        catalog = Catalog(config.models_dir)
        self.loader = EngineLoader(config, Library(config))
        self.manager = ModelManager(catalog, self.loader, config)
        self.writer = catalog.get(config.default_model)
        self.encoder = next(spec for spec in catalog.all() if spec.task == "embed")
        self.tools = Tools(self.manager.lease, self.encoder, self.writer)
        self.embedder = Embedder(self.manager.lease, self.encoder.id, self.encoder.title, "", lambda: False)
        self._scorer = RougeScorer(ROUGES, use_stemmer=True)

    def warm(self) -> None:
        """Loads both models, so that no method pays for it."""
        for spec in (self.writer, self.encoder):
            with self.manager.lease(spec.id):
                pass

    def make(self, method: str, document: Document, words: int, instruction: str) -> Output:
        makers: dict[str, Callable[[Document, int, str], Output]] = {
            "both": lambda d, w, i: self._app(d, w, i, "both"),
            "quote": lambda d, w, i: self._app(d, w, i, "quote"),
            "alone": self._alone,
            "lead": _lead,
            "textrank": _textrank,
        }
        return makers[method](document, words, instruction)

    def _app(self, document: Document, words: int, instruction: str, method: Any) -> Output:
        settings = Settings(
            method=method, length=Length(words=words), model_id=self.writer.id, instruction=instruction
        )
        summary = summarize([document], settings, self.tools)[0]
        own = [line for line in summary.lines if line.origin == "written"]
        written = tuple((line.text, line.sources[0].text if line.sources else "") for line in own)
        return Output([line.text for line in summary.lines], summary.ledger.share, written)

    def _alone(self, document: Document, words: int, instruction: str) -> Output:
        """The model, the instruction, and as much of the text as its context holds beside the answer."""
        asked = Settings(
            length=Length(words=words), instruction=instruction, shape="own" if instruction else "paragraph"
        )
        text = document.text
        with self.manager.lease(self.writer.id) as engine:
            room = engine.info.context - words * 2 - 50

            def tokens(end: int) -> int:
                return engine.count([prompts.final(text[:end], asked, words, False, small=True)])[0]

            low, high = 0, len(text)
            while high - low > 20 and tokens(high) > room:
                middle = (low + high) // 2
                low, high = (middle, high) if tokens(middle) <= room else (low, middle)
            end = high if tokens(high) <= room else low
            prompt = prompts.final(text[:end], asked, words, False, small=True)
            options = GenerationOptions(temperature=0.0, max_new_tokens=words * 2)
            answer = "".join(engine.generate(prompt, options, lambda: False))
        return Output([sentence for _, sentence in items(answer, document.language)], end / max(len(text), 1))

    def measure(self, document: Document, row: dict[str, Any], output: Output, words: int) -> dict[str, Any]:
        """All figures but the time."""
        found = passages(document)
        vectors = self.embedder.vectors([passage.text for passage in found])
        grounds, index = Grounds(found, vectors, document.language), Index(p.text for p in found)
        own = self.embedder.vectors(output.sentences) if output.sentences else []
        unsupported = sum(
            not grounds.support(sentence, vector).supported
            for sentence, vector in zip(output.sentences, own, strict=True)
        )
        missing = [
            fact for sentence in output.sentences for fact in index.doubts(sentence, document.language)
        ]
        length = count_words(output.text)
        return self._rouge(output.text, row["references"], words) | {
            "coverage": round(output.coverage, 4),
            "sentences": len(output.sentences),
            "unsupported": unsupported,
            "numbers_not_found": sum(fact.kind in ("number", "date") for fact in missing),
            "names_not_found": sum(fact.kind == "name" for fact in missing),
            "words": length,
            "length_kept": abs(length - words) <= TOLERANCE * words,
            "text": output.text,
            "written": output.written,
        }

    def _rouge(self, text: str, references: Sequence[str], words: int) -> dict[str, float]:
        cut = " ".join(text.split()[:words])
        scores = [self._scorer.score(reference, cut) for reference in references]
        return {name: round(max(score[name].fmeasure for score in scores), 4) for name in ROUGES}


def _lead(document: Document, words: int, instruction: str) -> Output:
    made: list[str] = []
    for passage in passages(document):
        if sum(map(count_words, made)) >= words:
            break
        made.append(passage.text)
    return Output(made, sum(map(count_words, made)) / max(document.words, 1))


def _textrank(document: Document, words: int, instruction: str) -> Output:
    """sumy's TextRank over the app's own sentences, the best of them until the length is reached."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.nlp.stemmers import Stemmer
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.summarizers.text_rank import TextRankSummarizer
    from sumy.utils import get_stop_words

    class Words(Tokenizer):
        """Only words: sentences are the app's, and need no data from the network."""

        def __init__(self) -> None:
            pass

        def to_words(self, sentence: str) -> tuple[str, ...]:
            return tuple(word for word in sentence.split() if any(c.isalpha() for c in word))

    tokenizer = Words()
    units = [Sentence(passage.text, tokenizer) for passage in passages(document)]
    ranker = TextRankSummarizer(Stemmer("english"))
    ranker.stop_words = get_stop_words("english")
    ratings = ranker.rate_sentences(ObjectDocumentModel([Paragraph(units)]))
    chosen: list[int] = []
    total = 0
    for i in sorted(range(len(units)), key=lambda i: -ratings.get(units[i], 0.0)):
        if total >= words:
            break
        chosen.append(i)
        total += count_words(str(units[i]))
    return Output([str(units[i]) for i in sorted(chosen)], 1.0)


def run_rows(
    bench: Bench, rows: Sequence[dict[str, Any]], methods: Sequence[str], done: list[Any], out: Path
) -> None:
    """Adds what each method made of each row to `done`, written to `out` as it comes."""
    known = {(one["row"], one["method"]) for one in done}
    for number, row in enumerate(rows):
        document: Document | None = None
        words = max(round(statistics.mean(len(r.split()) for r in row["references"])), LEAST_WORDS)
        for method in methods:
            if (number, method) in known:
                continue
            document = document or read_document(row["document"].encode(), "document.txt")
            started = time.perf_counter()
            output = bench.make(method, document, words, row.get("instruction") or "")
            seconds = time.perf_counter() - started
            figures = bench.measure(document, row, output, words)
            per_1000 = round(seconds / document.words * 1000, 3)
            name = row.get("id", number)
            done.append(
                {
                    "row": number,
                    "id": name,
                    "method": method,
                    "target": words,
                    "document_words": document.words,
                }
                | figures
                | {"seconds": round(seconds, 2), "seconds_per_1000_words": per_1000}
            )
            out.write_text(
                json.dumps({"rows": done, "table": table(done, methods)}, indent=1, ensure_ascii=False)
            )
            print(
                f"{name} {method}: R1 {figures['rouge1']:.3f} RL {figures['rougeL']:.3f} {seconds:.1f} s",
                flush=True,
            )


def table(done: Sequence[dict[str, Any]], methods: Sequence[str]) -> dict[str, dict[str, float]]:
    """The means of each method over the rows that every method has."""
    rows = set.intersection(*({one["row"] for one in done if one["method"] == m} for m in methods))
    figures: dict[str, dict[str, float]] = {}
    for method in methods:
        mine = [one for one in done if one["method"] == method and one["row"] in rows]
        if not mine:
            continue
        figures[method] = {
            **{name: round(statistics.mean(one[name] for one in mine), 4) for name in ROUGES},
            "coverage": round(statistics.mean(one["coverage"] for one in mine), 4),
            "unsupported_share": round(
                sum(one["unsupported"] for one in mine) / max(sum(one["sentences"] for one in mine), 1), 4
            ),
            "numbers_not_found": sum(one["numbers_not_found"] for one in mine),
            "length_kept": round(statistics.mean(one["length_kept"] for one in mine), 4),
            "seconds_per_1000_words": round(
                statistics.median(one["seconds_per_1000_words"] for one in mine), 2
            ),
            "documents": len(mine),
        }
    return figures


def as_markdown(figures: dict[str, dict[str, float]]) -> str:
    """The table as it is in the docs."""
    names = list(next(iter(figures.values()), {}))
    rows = [f"| method | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    rows += [
        f"| {method} | {' | '.join(f'{v:g}' for v in values.values())} |"
        for method, values in figures.items()
    ]
    return "\n".join(rows)


def run_books(bench: Bench, files: Sequence[Path], out: Path) -> None:
    """Whole books and the beginning of each, in one run: seconds per 1,000 words, and memory."""
    done = []
    for file in files:
        data = file.read_bytes()
        whole = read_document(data, file.name)
        start = " ".join(whole.text.split(" ")[: SHORT_WORDS + 400])
        short = read_document(start.encode(), f"beginning of {file.name}")
        for document in (short, whole):
            for method in ("quote", "both"):
                started = time.perf_counter()
                settings = Settings(method=method, length=Length(words=300), model_id=bench.writer.id)
                summary = summarize([document], settings, bench.tools)[0]
                seconds = time.perf_counter() - started
                done.append(
                    {
                        "document": document.name,
                        "method": method,
                        "words": document.words,
                        "seconds": round(seconds, 2),
                        "seconds_per_1000_words": round(seconds / document.words * 1000, 3),
                        "coverage": summary.ledger.share,
                        "summary_words": summary.words,
                        "engine_mb": round(bench.loader.process_memory() / 1e6),
                        "app_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                    }
                )
                print(done[-1], flush=True)
    out.write_text(json.dumps(done, indent=1))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--books", type=Path, nargs="+")
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--resume", action="store_true", help="keep the rows that FILE.json already has")
    given = parser.parse_args(arguments)
    if not given.data and not given.books:
        parser.error("--data or --books is needed")
    bench = Bench()
    bench.warm()
    if given.books:
        run_books(bench, given.books, given.out)
        return 0
    rows = [json.loads(line) for line in given.data.read_text(encoding="utf-8").splitlines() if line.strip()]
    methods = given.methods.split(",")
    done = json.loads(given.out.read_text())["rows"] if given.resume and given.out.exists() else []
    run_rows(bench, rows[: given.limit], methods, done, given.out)
    figures = table(done, methods)
    given.out.write_text(json.dumps({"rows": done, "table": figures}, indent=1, ensure_ascii=False))
    print(as_markdown(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
