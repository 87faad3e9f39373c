"""The scores that there are: what each is called, what it means, how it is computed, where it fits.

Knows questions and answers; nothing about models.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from components.messages import Message, Said
from components.tasks.evaluate import corpus, text_metrics
from components.tasks.evaluate.intervals import Measured, Numbers, mean_of
from components.tasks.evaluate.model_answer import Answer
from components.tasks.evaluate.questions import LETTERS, Form, Item, Questions
from components.tasks.evaluate.rules import passes
from components.training.measures import LONG, SHORT, exact_match, rouge_l, token_f1, words
from components.training.measures import chrf as sentence_chrf

Given = Sequence[Answer | None]  # None: not asked yet
OfRow = Callable[[Item, Answer, Questions], float | None]


@dataclass(frozen=True)
class Metric:
    """One score."""

    title: Message
    about: Message
    of_row: OfRow | None = None  # of one answer; the score is their mean unless there is a `whole`
    whole: Callable[[Questions, Given], tuple[Measured, str]] | None = None
    lower: bool = False  # whether less is better
    digits: int = 1
    unit: str = ""  # "%", "s", ...
    neutral: bool = False  # neither more nor less is better


def there(answer: Answer | None) -> bool:
    return answer is not None and not answer.failed


def measured(name: str, questions: Questions, given: Given) -> tuple[Measured, str]:
    """A score over all questions, and its signature where it has one."""
    metric = METRICS[name]
    if metric.whole:
        return metric.whole(questions, given)
    return mean_of(by_row(name, questions, given), metric.lower), ""


def by_row(name: str, questions: Questions, given: Given) -> list[float | None]:
    """The score of each answer; None where there is none to score."""
    metric = METRICS[name]
    if name == "self-BLEU":
        return corpus.self_bleu([answer.said if answer and there(answer) else None for answer in given])
    assert metric.of_row is not None
    return [
        metric.of_row(item, answer, questions) if answer is not None and not answer.failed else None
        for item, answer in zip(questions.items, given, strict=True)
    ]


def _compared(compare: text_metrics.Compared) -> OfRow:
    return lambda item, answer, questions: text_metrics.best(answer.said, item.expected, compare)


def named_label(item: Item, answer: Answer, questions: Questions) -> str:
    """The label or the letter that an answer names."""
    if questions.form == "choice":
        return text_metrics.letter_in(answer.said, item.choices)
    return text_metrics.label_in(answer.said, questions.labels)


def _accuracy(item: Item, answer: Answer, questions: Questions) -> float | None:
    return 100.0 * (named_label(item, answer, questions) in item.expected) if item.expected else None


def _share_of_checks(item: Item, answer: Answer, questions: Questions) -> float | None:
    passed = [passes(check, answer.said) for check in item.checks]
    return 100.0 * sum(passed) / len(passed) if passed else None


def _all_checks(item: Item, answer: Answer, questions: Questions) -> float | None:
    return 100.0 * all(passes(check, answer.said) for check in item.checks) if item.checks else None


def _unsupported(item: Item, answer: Answer, questions: Questions) -> float | None:
    return 100.0 * len(answer.unsupported) / answer.sentences if answer.sentences else None


def _said(given: Given) -> list[str | None]:
    return [answer.said if answer and there(answer) else None for answer in given]


def _bleu(questions: Questions, given: Given) -> tuple[Measured, str]:
    return corpus.bleu(_said(given), [item.expected for item in questions.items], questions.target)


def _chrf(questions: Questions, given: Given) -> tuple[Measured, str]:
    return corpus.chrf(_said(given), [item.expected for item in questions.items])


def _macro_f1(questions: Questions, given: Given) -> tuple[Measured, str]:
    return corpus.macro_f1(labels_named(questions, given), _wanted(questions), _labels(questions)), ""


def labels_named(questions: Questions, given: Given) -> list[str | None]:
    return [
        named_label(item, answer, questions) if answer is not None and not answer.failed else None
        for item, answer in zip(questions.items, given, strict=True)
    ]


def confusion(questions: Questions, given: Given) -> corpus.Confusion:
    return corpus.confusion(labels_named(questions, given), _wanted(questions), _labels(questions))


def _wanted(questions: Questions) -> list[str]:
    return [next(iter(item.expected), "") for item in questions.items]


def _labels(questions: Questions) -> tuple[str, ...]:
    return questions.labels or tuple(LETTERS)


def _likelihoods(unit: str) -> Callable[[Questions, Given], tuple[Measured, str]]:
    """Perplexity of a token, or bits of a byte, of the expected answers."""

    def whole(questions: Questions, given: Given) -> tuple[Measured, str]:
        stats = np.zeros((len(given), 2))
        for at, answer in enumerate(given):
            if answer is not None and (found := answer.likelihood):
                stats[at] = -found.log, found.tokens if unit == "token" else found.bytes

        def value(sums: Numbers) -> Numbers:
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = sums[..., 0] / sums[..., 1]
            return np.asarray(np.exp(np.minimum(mean, 50.0)) if unit == "token" else mean / np.log(2))

        return Measured(stats, value, lower=True), ""

    return whole


def _prefers(item: Item, answer: Answer, questions: Questions) -> float | None:
    if answer.likelihood is None or answer.other is None:
        return None
    gap = answer.likelihood.log - answer.other.log
    return 50.0 if gap == 0 else 100.0 * (gap > 0)


def _gap(item: Item, answer: Answer, questions: Questions) -> float | None:
    if answer.likelihood is None or answer.other is None:
        return None
    return answer.likelihood.log - answer.other.log


def _sentiment(which: int) -> OfRow:
    return lambda item, answer, questions: answer.sentiments[which] if answer.sentiments else None


def _sentiment_gap(item: Item, answer: Answer, questions: Questions) -> float | None:
    return answer.sentiments[0] - answer.sentiments[1] if answer.sentiments else None


METRICS: Mapping[str, Metric] = {
    "accuracy": Metric(
        Said("Accuracy"),
        Said("Answers that name the right label or letter. One that names none or several is wrong."),
        _accuracy,
        unit="%",
    ),
    "macro F1": Metric(
        Said("Macro F1"),
        Said("The mean over the labels of precision and recall together: rare labels count as much."),
        whole=_macro_f1,
    ),
    "number": Metric(
        Said("Right number"),
        Said("Answers whose last number is the expected one."),
        _compared(text_metrics.same_number),
        unit="%",
    ),
    "all checks": Metric(
        Said("All rules kept"),
        Said("Answers that keep every rule of their question."),
        _all_checks,
        unit="%",
    ),
    "checks": Metric(
        Said("Rules kept"),
        Said("The share of a question's rules that its answer keeps."),
        _share_of_checks,
        unit="%",
    ),
    "contains": Metric(
        Said("Contains"),
        Said("Answers that contain the expected words, whatever else they say."),
        _compared(text_metrics.contains),
        unit="%",
    ),
    "exact match": Metric(
        Said("Exact match"),
        Said("Answers that are the expected one, but for case, blanks and a full stop at the end."),
        _compared(exact_match),
        unit="%",
    ),
    "token F1": Metric(
        Said("Token F1"),
        Said("The words that the answer and the expected one share, as in SQuAD."),
        _compared(token_f1),
    ),
    "ROUGE-L": Metric(
        Said("ROUGE-L"),
        Said("The longest sequence of words that is in both, in order though not side by side."),
        _compared(rouge_l),
    ),
    "ROUGE-1": Metric(
        Said("ROUGE-1"),
        Said("The words that both have."),
        _compared(lambda said, wanted: text_metrics.rouge(said, wanted, 1)),
    ),
    "ROUGE-2": Metric(
        Said("ROUGE-2"),
        Said("The pairs of neighbouring words that both have."),
        _compared(lambda said, wanted: text_metrics.rouge(said, wanted, 2)),
    ),
    "chrF": Metric(
        Said("chrF"),
        Said("The sequences of up to six characters that both have, over all answers (sacrebleu)."),
        _compared(sentence_chrf),
        _chrf,
    ),
    "BLEU": Metric(
        Said("BLEU"),
        Said("The sequences of up to four words that both have, over all answers (sacrebleu)."),
        whole=_bleu,
    ),
    "unsupported": Metric(
        Said("Unsupported sentences"),
        Said("Sentences of the answers that their document doesn't bear out, as Summarize marks them."),
        _unsupported,
        lower=True,
        unit="%",
    ),
    "perplexity": Metric(
        Said("Perplexity"),
        Said("How surprising the expected answers are to the model, by token: for models of one tokenizer."),
        whole=_likelihoods("token"),
        lower=True,
        digits=2,
    ),
    "bits per byte": Metric(
        Said("Bits per byte"),
        Said("The same by byte of text, which also compares models of different tokenizers."),
        whole=_likelihoods("byte"),
        lower=True,
        digits=3,
    ),
    "first likelier": Metric(
        Said("First sentence likelier"),
        Said("Pairs whose first sentence the model finds likelier. 50% would be even."),
        _prefers,
        unit="%",
        neutral=True,
    ),
    "likelihood gap": Metric(
        Said("Gap of likelihood"),
        Said("The log-probability of the first sentence less that of the second, on average."),
        _gap,
        digits=2,
        neutral=True,
    ),
    "sentiment gap": Metric(
        Said("Gap of sentiment"),
        Said(
            "The sentiment of what follows the first prompt less that of what follows the second, in points: "
            "0 where they are alike."
        ),
        _sentiment_gap,
        neutral=True,
    ),
    "first sentiment": Metric(
        Said("Sentiment after the first prompt"),
        Said("From -100 (negative) to 100 (positive), as Classify finds it."),
        _sentiment(0),
        neutral=True,
    ),
    "second sentiment": Metric(
        Said("Sentiment after the second prompt"),
        Said("From -100 (negative) to 100 (positive), as Classify finds it."),
        _sentiment(1),
        neutral=True,
    ),
    "rating": Metric(
        Said("Own rating"),
        Said("Your own stars for an answer, one to five; answers without stars are left out."),
        lambda item, answer, questions: float(answer.rating) if answer.rating else None,
        digits=2,
    ),
    "distinct-1": Metric(
        Said("Distinct words"),
        Said("The share of an answer's words that are different (distinct-1)."),
        lambda item, answer, questions: text_metrics.distinct(answer.said, 1),
        unit="%",
    ),
    "distinct-2": Metric(
        Said("Distinct pairs"),
        Said("The share of an answer's pairs of neighbouring words that are different (distinct-2)."),
        lambda item, answer, questions: text_metrics.distinct(answer.said, 2),
        unit="%",
    ),
    "repetition": Metric(
        Said("Repetition"),
        Said("The share of an answer's runs of four words that it has said before."),
        lambda item, answer, questions: text_metrics.repetition(answer.said),
        lower=True,
        unit="%",
    ),
    "self-BLEU": Metric(
        Said("Self-BLEU"),
        Said("How much the answers to different questions are like each other: less is more varied."),
        lower=True,
        of_row=lambda item, answer, questions: None,
    ),
    "length": Metric(
        Said("Words"),
        Said("The length of an answer."),
        lambda item, answer, questions: float(len(words(answer.said))),
        neutral=True,
    ),
    "seconds": Metric(
        Said("Seconds"),
        Said("From the question to the end of the answer."),
        lambda item, answer, questions: answer.seconds,
        lower=True,
        unit=" s",
    ),
    "speed": Metric(
        Said("Tokens a second"),
        Said("How fast an answer is written, after its first token."),
        lambda item, answer, questions: answer.speed,
    ),
    "tokens": Metric(
        Said("Tokens"),
        Said("What was written, counted in the model's own tokens."),
        lambda item, answer, questions: float(answer.tokens),
        neutral=True,
    ),
}
_ALWAYS = ("length", "seconds", "speed")
_BY_FORM: Mapping[Form, tuple[str, ...]] = {
    "open": ("distinct-2", "repetition", "self-BLEU"),
    "number": ("number", "repetition"),
    "label": ("accuracy", "macro F1"),
    "choice": ("accuracy",),
    "rule": ("all checks", "checks"),
    "summary": ("ROUGE-L", "ROUGE-1", "ROUGE-2", "unsupported"),
    "translation": ("chrF", "BLEU"),
    "pair": ("first likelier", "likelihood gap"),
    "continuation": ("sentiment gap", "first sentiment", "second sentiment"),
}


def chosen(questions: Questions) -> tuple[str, ...]:
    """The scores that fit, the first one being what models are compared by."""
    if questions.paired:
        return _BY_FORM[questions.form]
    if questions.form != "answer":
        return (*_BY_FORM[questions.form], *_ALWAYS)
    lengths = [len(words(one)) for item in questions.items for one in item.expected[:1]]
    middle = median(lengths) if lengths else 0
    if middle <= SHORT:
        return ("contains", "exact match", "token F1", *_ALWAYS)
    return (
        ("token F1", "ROUGE-L", "exact match", *_ALWAYS)
        if middle <= LONG
        else ("ROUGE-L", "token F1", *_ALWAYS)
    )


def possible(questions: Questions, given: Sequence[Given] = ()) -> tuple[str, ...]:
    """Every score that these questions (and answers) can have, the chosen ones first."""
    if questions.paired:
        return _BY_FORM[questions.form]
    answers = [answer for one in given for answer in one if answer]
    wanted = any(item.expected for item in questions.items)
    fitting = {*_ALWAYS, "distinct-1", "distinct-2", "repetition", "self-BLEU", "tokens"}
    if wanted and questions.form not in ("label", "choice"):
        fitting |= {"contains", "exact match", "token F1", "ROUGE-1", "ROUGE-2", "ROUGE-L", "chrF", "BLEU"}
    if questions.form == "number":
        fitting.add("number")
    if any(item.checks for item in questions.items):
        fitting |= {"checks", "all checks"}
    if any(answer.sentences for answer in answers) or (not given and questions.form == "summary"):
        fitting.add("unsupported")
    if any(answer.likelihood for answer in answers):
        fitting |= {"perplexity", "bits per byte"}
    if any(answer.rating for answer in answers):
        fitting.add("rating")
    first = [
        name for name in chosen(questions) if name in fitting or name in _BY_FORM.get(questions.form, ())
    ]
    if given and "unsupported" not in fitting:
        first = [name for name in first if name != "unsupported"]
    return tuple(dict.fromkeys([*first, *(name for name in METRICS if name in fitting)]))
