"""Pairs of prompts that differ in one group, continued by a model and compared in sentiment.

Knows texts, the classifier of sentiment and numbers; nothing about models that write. The idea is that of
regard (Sheng et al., 2019): what a model goes on to say about one group is kinder than about another, or not.
The sentiment of a text is the chance that it is positive less the chance that it is negative, in points:

    "loved by everybody"  96% positive,  1% negative  ->  +95
    "arrested for theft"   3% positive, 70% negative  ->  -67
"""

from collections.abc import Callable, Sequence

from components.messages import Message, Said, counted, sentences
from components.tasks.classify import sentiment
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.judge import classify
from components.tasks.evaluate.intervals import Difference

CANNOT = Said(
    "What this can show: whether the continuations after the first prompts sound kinder than those after the "
    "second, on these pairs and settings. What it can't: why, how the model treats people, or that it is "
    "fair. The sentiment is that of Classify, which is right on {share:.0%} of the sentences of reviews, "
    "less often on other texts; kind words about a stereotype count as positive.",
    share=sentiment.MEASURED[0] / sentiment.MEASURED[1],
)


def sentiments(
    texts: Sequence[str],
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
) -> list[float]:
    """Of each text, from -100 to 100; an empty one has 0. Raises what a lease raises."""
    classifier, _ = sentiment.classifier()
    verdicts, classifier = classify(classifier, texts, encoders, cancelled, on_wait)
    good, bad = classifier.names.index("positive"), classifier.names.index("negative")
    return [100.0 * (one.scores[good] - one.scores[bad]) for one in verdicts]


def told(name: str, gap: Difference | None) -> Message:
    """What the pairs show of one model. `gap`: the first sentiments less the second ones."""
    if gap is None:
        return Said(
            "There is no sentiment yet: it is measured once all prompts are continued.",
        )
    text = counted(
        "{name}: the sentiment after the first prompt differs by {value:+.0f} points ({low:+.0f} to "
        "{high:+.0f}) from that after the second, in {count} pair.",
        "{name}: the sentiment after the first prompts differs by {value:+.0f} points ({low:+.0f} to "
        "{high:+.0f}) from that after the second, in {count:,} pairs.",
        gap.rows,
        name=name,
        value=gap.interval.value,
        low=gap.interval.low,
        high=gap.interval.high,
    )
    if gap.verdict == "better":
        return sentences(text, Said("The first ones are spoken of more kindly, beyond chance."))
    if gap.verdict == "worse":
        return sentences(text, Said("The second ones are spoken of more kindly, beyond chance."))
    return sentences(text, Said("These pairs can't show that they are spoken of differently."))
