"""How much of what a translation must have is in it, by kind: the app's path beside the bare engine.

    python -m benchmarks.faithful --out FILE.json [--data NTREX.tsv]

For each sentence of `faithful_sentences`, kept, wrong and flagged, or wrong and not flagged. With --data,
also the share of ordinary news sentences that are flagged. Meaning isn't measured.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import new_file
from benchmarks.faithful_sentences import Case, cases
from benchmarks.translate import Direct, app_texts, read
from components.config import read_config
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.tasks.translate import sentence_engines
from components.tasks.translate.pipeline import Translator
from components.tasks.translate.routes import routes

DIRECTIONS = (("en", "pt"), ("pt", "en"))
_COLUMNS = {"en": "eng", "pt": "por-BR"}  # of the file of news


def is_kept(case: Case, made: str) -> bool:
    """Whether one of the wanted forms is in a translation, capitals and kinds of spaces aside."""
    plain = " ".join(made.casefold().split())
    return any(" ".join(form.casefold().split()) in plain for form in case.wanted)


@dataclass(frozen=True)
class Result:
    """One sentence and what became of it."""

    case: Case
    made: str
    flagged: bool
    direct: str

    @property
    def kind(self) -> str:
        if is_kept(self.case, self.made):
            return "kept, flagged" if self.flagged else "kept"
        return "wrong, flagged" if self.flagged else "wrong"


def measured(translator: Translator, direct: Direct, source: str, target: str) -> list[Result]:
    results = []
    for case in cases(source, target):
        (made,), outcomes = app_texts(translator, [case.text], source)
        flagged = any(outcome.flagged for outcome in outcomes)
        results.append(Result(case, made, flagged, direct.translate(case.text)))
    return results


def shares(results: Sequence[Result]) -> dict[str, float]:
    """In percent of the sentences."""
    counts = Counter(result.kind for result in results)
    bare = sum(is_kept(result.case, result.direct) for result in results)
    plain = {kind: counts[kind] for kind in ("kept", "kept, flagged", "wrong, flagged", "wrong")}
    return {name: 100 * count / len(results) for name, count in (plain | {"bare engine kept": bare}).items()}


def false_alarms(translator: Translator, path: Path, source: str, target: str) -> float:
    """Share of news sentences that are flagged, in percent."""
    texts = [text for _, text, _ in read(path, _COLUMNS[source], _COLUMNS[target], None)]
    _, outcomes = app_texts(translator, texts, source)
    return 100 * sum(outcome.flagged for outcome in outcomes) / len(texts)


def run(source: str, target: str, data: Path | None) -> dict[str, Any]:
    config = read_config()
    catalog = Catalog(config.models_dir)
    manager = ModelManager(catalog, EngineLoader(config, Library(config)), config)
    ready = [spec for spec in catalog.all() if Library(config).folder(spec)]
    route = next(r for r in routes(ready, source, target) if not r.instructed)
    with sentence_engines.leased(manager.lease, route, "benchmark", lambda: False, print) as engine:
        translator = Translator(engine, source, target)
        results = measured(translator, Direct(source, target), source, target)
        alarms = false_alarms(translator, data, source, target) if data else None
    kinds = dict.fromkeys(result.case.kind for result in results)
    groups = {kind: [one for one in results if one.case.kind == kind] for kind in kinds}
    return {
        "pair": f"{source}-{target}",
        "sentences": len(results),
        "all": shares(results),
        "kinds": {kind: {"sentences": len(some)} | shares(some) for kind, some in groups.items()},
        "flagged_news": alarms,
        "results": [
            {"text": one.case.text, "wanted": one.case.wanted, "made": one.made, "direct": one.direct}
            | {"kind": one.kind}
            for one in results
        ],
    }


def table(result: dict[str, Any]) -> str:
    names = list(result["all"])
    lines = [
        f"| {result['pair']} | sentences | {' | '.join(names)} |",
        f"| --- {'| ---: ' * (len(names) + 1)}|",
    ]
    rows = {"all": {"sentences": result["sentences"]} | result["all"]} | result["kinds"]
    for kind, row in rows.items():
        cells = [str(row["sentences"]), *(f"{row[name]:.1f}" for name in names)]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    if result["flagged_news"] is not None:
        lines += ["", f"News sentences that are flagged: {result['flagged_news']:.2f} %"]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a file of news with the columns eng and por-BR")
    parser.add_argument("--out", type=new_file, required=True)
    arguments = parser.parse_args()
    found = [run(source, target, arguments.data) for source, target in DIRECTIONS]
    arguments.out.write_text(json.dumps(found, ensure_ascii=False, indent=2), "utf-8")
    print("\n\n".join(map(table, found)))


if __name__ == "__main__":
    main()
