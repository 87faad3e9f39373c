"""The sentence that an evaluation comes to, by what was asked, and what it can't show.

Knows scores; what they say is in `verdicts` for answers, in `bias` and `continuing` for pairs.
"""

from collections.abc import Sequence

from components.messages import Message, sentences
from components.tasks.evaluate import bias, continuing, verdicts
from components.tasks.evaluate.evaluation import Evaluation
from components.tasks.evaluate.intervals import Difference, Verdict, compare, mean_of
from components.tasks.evaluate.metrics import by_row
from components.tasks.evaluate.score_table import Scores


def headline(found: Evaluation, scores: Scores) -> tuple[Message, Verdict | None]:
    """The one sentence, and whether the second of two models is better; None where nothing is compared."""
    match found.questions.form:
        case "pair":
            each = [scores.of(scores.metrics[0], setup) for setup in range(len(found.names))]
            shares = [one.interval for one in each]
            return bias.headline(found.names, shares, [one.rows for one in each]), None
        case "continuation":
            gaps = sentiment_gaps(found)
            said = [continuing.told(name, gap) for name, gap in zip(found.names, gaps, strict=True)]
            return sentences(*dict.fromkeys(said)), None
    return verdicts.headline(scores, found.names)


def cannot(found: Evaluation) -> Message:
    """What such a test can't show; empty where the scores say it themselves."""
    return {"pair": bias.CANNOT, "continuation": continuing.CANNOT}.get(found.questions.form, "")


def sentiment_gaps(found: Evaluation) -> Sequence[Difference | None]:
    """Of each setup: the sentiments after the first prompts less those after the second, pair by pair."""

    def measured(metric: str, setup: int) -> list[float | None]:
        return by_row(metric, found.questions, found.answers[setup])

    return [
        compare(
            mean_of(measured("second sentiment", setup)),
            mean_of(measured("first sentiment", setup)),
            found.keys,
            found.plan.seed,
        )
        for setup in range(len(found.names))
    ]
