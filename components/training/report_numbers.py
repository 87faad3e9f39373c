"""The numbers of a comparison, each with its name: what the page, the card and the training report show.

Pure; knows the form of a report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from components.messages import Message, Said
from components.training.content import KINDS
from components.training.measures import METRIC_NAMES, in_words, says_nothing
from components.training.reported import Pairs, Report, WayName

WAYS: Mapping[WayName, Said] = {
    "names": Said("By name"),
    "examples": Said("By example"),
    "tuned": Said("Fine-tuned"),
}


@dataclass(frozen=True)
class Number:
    """One measure of both models, as it is shown."""

    name: Message
    base: Message
    tuned: Message


def numbers(report: Report) -> list[Number]:
    """All that both models were measured by. A measure that is 0 before and after is left out.

    Empty for what has no base beside it: a model from nothing, and ways to sort texts under labels.
    """
    if report.get("scratch") or report.get("labels"):
        return []
    base, tuned = report["base"], report["tuned"]
    found = [
        _number(Said("Loss of a held-out token"), base["loss"], tuned["loss"], 3),
        _number(Said("Perplexity"), base["perplexity"], tuned["perplexity"], 2),
    ]
    if metric := report.get("metric"):
        name = Said(
            "{metric} (0 to 100; answers: {number})",
            metric=METRIC_NAMES[metric["name"]],
            number=metric["rows"],
        )
        found += _told(name, metric["base"], metric["tuned"], 1)
    if pairs := report.get("preference"):
        found += _of_pairs(pairs)
    if content := report.get("content"):
        name = Said("Right of what differs between answers (%)")
        found += _told(name, 100 * content["base"], 100 * content["tuned"], 0)
        for part in content.get("parts", ()):
            name = Said("Right of these: {kind} (%)", kind=KINDS[part["kind"]])
            found += _told(name, 100 * part["base"], 100 * part["tuned"], 0)
    if question := report.get("question"):
        name = Said("Loss saved by the right question")
        found += _told(name, question["base"]["value"], question["tuned"]["value"], 3)
    if general := report.get("general"):
        found.append(_number(Said("Loss of general text (forgetting)"), general["base"], general["tuned"], 3))
    return found


def _of_pairs(pairs: Pairs) -> list[Number]:
    """Which of the two answers is preferred, and how long both models' answers are."""
    moved = {name: f"{100 * (pairs['moved'][name] or 0.0):.0f}" for name in ("value", "low", "high")}
    lengths = pairs["lengths"]
    return [
        _number(
            Said("Chosen answer is the more probable one (%)"),
            100 * (pairs["base"] or 0.0),
            100 * (pairs["tuned"] or 0.0),
            0,
        ),
        Number(
            Said("Pairs moved towards the chosen answer"), "–", Said("{value}% ({low}% to {high}%)", **moved)
        ),
        _number(Said("Tokens of an answer"), lengths["base"], lengths["tuned"], 0),
    ]


def change(report: Report) -> Said | None:
    """How much lower the loss is, with its interval; None where one of the losses is no number."""
    found = {name: value for name, value in report["change"].items() if isinstance(value, float)}
    if len(found) < 3:
        return None
    return Said(
        "Change of the loss on held-out rows ({number}): {value}, between {low} and {high} with 95% "
        "confidence (bootstrap).",
        number=report["rows"],
        **{name: f"{100 * found[name]:+.1f}%" for name in ("value", "low", "high")},
    )


def _told(name: Said, base: float | None, tuned: float | None, digits: int) -> list[Number]:
    return [] if says_nothing(base, tuned, digits) else [_number(name, base, tuned, digits)]


def _number(name: Said, base: float | None, tuned: float | None, digits: int) -> Number:
    return Number(name, in_words(base, digits), in_words(tuned, digits))
