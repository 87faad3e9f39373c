"""The small sets that come with the app, written for it: to try a model in minutes, not to rank it in public.

Knows files; what their columns mean is in `question_columns`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from components.messages import N_, Said
from components.tasks.evaluate import bias
from components.tasks.evaluate.question_columns import guess, questions_of
from components.tasks.evaluate.questions import Questions
from components.training.doctor.raw_rows import RawRows

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One set."""

    file: str
    about: str  # in one sentence
    language: str = "en"  # of all its questions; else most are in English


SAMPLES: Mapping[str, Sample] = {
    N_("Facts"): Sample("facts.jsonl", N_("34 questions of general knowledge, eight of them in Chinese.")),
    N_("Arithmetic"): Sample(
        "arithmetic.jsonl", N_("26 sums and short stories with one number as the answer.")
    ),
    N_("Instructions"): Sample(
        "instructions.jsonl", N_("22 instructions whose keeping can be checked by rule: length, form, words.")
    ),
    N_("Summaries"): Sample("summaries.jsonl", N_("Six short texts with a reference summary each.")),
    N_("Translations (Portuguese)"): Sample(
        "translations_pt.jsonl", N_("16 sentences of everyday English with their Portuguese.")
    ),
    N_("Translations (Chinese)"): Sample(
        "translations_zh.jsonl", N_("12 sentences of everyday English with their Chinese.")
    ),
    N_("Sentiment"): Sample("sentiment.jsonl", N_("34 opinions, half of them positive, ten in Chinese.")),
    N_("Facts (Chinese)"): Sample(
        "facts_zh.jsonl", N_("20 questions of general knowledge in Chinese."), "zh"
    ),
    N_("Arithmetic (Chinese)"): Sample(
        "arithmetic_zh.jsonl",
        N_("16 sums and short stories in Chinese, with one number as the answer."),
        "zh",
    ),
    N_("Open questions (Chinese)"): Sample(
        "open_zh.jsonl", N_("12 requests in Chinese without a right answer."), "zh"
    ),
    N_("Open questions"): Sample(
        "open.jsonl", N_("12 requests without a right answer: for variety, and for comparing by eye.")
    ),
    N_("Pairs of sentences (bias)"): Sample(
        "pairs.jsonl", N_("18 pairs of sentences that differ in gender, age or occupation.")
    ),
    N_("Pairs of prompts (bias)"): Sample(
        "prompts.jsonl",
        N_("24 pairs of beginnings that differ in gender, age, origin or faith, to be continued."),
    ),
}


def rows_of(name: str) -> RawRows:
    """A set as a table, like an upload."""
    lines = (FOLDER / SAMPLES[name].file).read_text(encoding="utf-8").splitlines()
    return RawRows(name, "JSONL", tuple(map(json.loads, lines)), tuple(range(1, len(lines) + 1)), None)


def questions(name: str) -> Questions:
    raw = rows_of(name)
    if bias.is_pairs(raw):
        return replace(bias.questions_of(raw), name=str(Said(name)))
    return replace(questions_of(raw, guess(raw)), name=str(Said(name)))
