"""Scores beside references: sacrebleu, rouge-score, scikit-learn; and by hand where there is none."""

import math

import pytest
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF
from sklearn.metrics import confusion_matrix, f1_score

from components.tasks.evaluate import corpus, text_metrics
from components.tasks.evaluate.metrics import METRICS, by_row, chosen, confusion, measured, possible
from components.tasks.evaluate.model_answer import Answer, Likelihood
from components.tasks.evaluate.questions import Item, Questions
from tests.unit.tasks.evaluate.making import questions, said

ENGLISH = [
    ("The cat sat on the mat and looked out.", "A cat was sitting on the mat, looking out of the window."),
    ("The harbour was closed for two days.", "For two days the harbour was closed."),
    ("Prices rose by four per cent in May.", "In May, prices rose by four per cent."),
    ("Nothing is alike here.", "Everything there differs."),
]
CHINESE = [("今天天气很好。", "今天的天气非常好。"), ("他明天去北京。", "他明天要去北京。")]


def total(name: str, found: Questions, given) -> float:
    score, _ = measured(name, found, given)
    return float(score.value(score.stats.sum(axis=0)))


@pytest.mark.parametrize(("pairs", "target", "cut"), [(ENGLISH, "en", "13a"), (CHINESE, "zh", "zh")])
def test_bleu_and_chrf_are_those_of_sacrebleu_with_its_signature(pairs, target, cut):
    found = questions("translation", *((one, other) for one, other in pairs), target=target)
    given = said(*(one for one, _ in pairs))
    references = [[other for _, other in pairs]]
    reference = BLEU(tokenize=cut)
    wanted = reference.corpus_score([one for one, _ in pairs], references).score
    assert total("BLEU", found, given) == pytest.approx(wanted)
    assert measured("BLEU", found, given)[1] == str(reference.get_signature())
    assert f"tok:{cut}" in measured("BLEU", found, given)[1]
    wanted = CHRF().corpus_score([one for one, _ in pairs], references).score
    assert total("chrF", found, given) == pytest.approx(wanted)


def test_bleu_takes_all_references_that_each_sentence_has():
    found = questions(
        "translation", ("a", ["The cat sat there now.", "A cat sat on it."]), ("b", "It rains today, too.")
    )
    given = said("A cat sat on it now.", "It rains today, too.")
    references = [["The cat sat there now.", "It rains today, too."], ["A cat sat on it.", None]]
    wanted = BLEU(tokenize="13a").corpus_score([one.text for one in given], references).score
    assert total("BLEU", found, given) == pytest.approx(wanted)


def test_an_answer_that_is_missing_counts_in_no_score():
    found = questions("translation", *ENGLISH)
    given = said(*(one for one, _ in ENGLISH[:3]), None)
    wanted = (
        BLEU(tokenize="13a").corpus_score([a for a, _ in ENGLISH[:3]], [[b for _, b in ENGLISH[:3]]]).score
    )
    assert total("BLEU", found, given) == pytest.approx(wanted)
    assert by_row("ROUGE-L", found, given)[3] is None


@pytest.mark.parametrize("kind", ["rouge1", "rouge2", "rougeL"])
def test_rouge_is_that_of_rouge_score(kind: str):
    scorer = rouge_scorer.RougeScorer([kind])
    name = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}[kind]
    found = questions("summary", *((one, other) for one, other in ENGLISH))
    for (one, other), mine in zip(ENGLISH, by_row(name, found, said(*(a for a, _ in ENGLISH))), strict=True):
        assert mine == pytest.approx(100 * scorer.score(other, one)[kind].fmeasure)


def test_macro_f1_and_the_confusion_are_those_of_scikit_learn():
    labels = ("good", "bad", "so so")
    wanted = ["good", "good", "bad", "so so", "bad", "good"]
    named = ["good", "bad", "bad", "good", "bad", "so so"]
    found = questions("label", *(("x", one) for one in wanted), labels=labels)
    given = said(*(f"It is {one}." for one in named))
    assert total("macro F1", found, given) == pytest.approx(
        100 * f1_score(wanted, named, labels=labels, average="macro")
    )
    table = confusion(found, given)
    assert table.counts == tuple(map(tuple, confusion_matrix(wanted, named, labels=labels)))
    assert total("accuracy", found, given) == pytest.approx(50.0)
    lost = confusion(found, said("Well.", *named[1:]))
    assert lost.named[-1] == corpus.NOWHERE
    assert lost.counts[0] == (0, 1, 1, 1)


def test_perplexity_and_bits_per_byte_are_of_all_tokens_together():
    found = questions("answer", ("a", "x"), ("b", "y"))
    given = [Answer("", likelihood=Likelihood(-6.0, 3, 12)), Answer("", likelihood=Likelihood(-2.0, 5, 20))]
    assert total("perplexity", found, given) == pytest.approx(math.exp(1.0))
    assert total("bits per byte", found, given) == pytest.approx(8.0 / 32 / math.log(2))


def test_self_bleu_is_sacrebleus_score_against_all_the_others():
    answers = ["The sky is blue today.", "The sky is grey today.", "Cats sleep all day long."]
    metric = BLEU(effective_order=True)
    wanted = [metric.sentence_score(one, [x for x in answers if x != one]).score for one in answers]
    assert corpus.self_bleu(answers) == pytest.approx(wanted)
    assert corpus.self_bleu(["alone", None]) == [None, None]


@pytest.mark.parametrize(
    ("name", "answer", "wanted", "score"),
    [
        ("exact match", "Paris.", "paris", 100),
        ("exact match", "It is Paris.", "Paris", 0),
        ("contains", "It is Paris, of course.", "Paris", 100),
        ("contains", "A comparison.", "Paris", 0),
        ("contains", "首都是巴黎。", "巴黎", 100),
        ("number", "3 times 4 is 12, plus 6 is 18.", "18", 100),
        ("number", "It costs $1,250.00", "1250", 100),
        ("number", "18 is the start, then 20.", "18", 0),
        ("number", "I don't know.", "0", 0),
        ("token F1", "the red house", "a red house", 200 * 2 / 6),
        ("contains", "<think>Paris?</think>London.", "Paris", 0),
    ],
)
def test_an_answer_is_scored_by_what_is_expected(name: str, answer: str, wanted: str, score: float):
    found = questions("answer", ("x", wanted))
    assert by_row(name, found, said(answer)) == [pytest.approx(score)]


def test_any_of_several_expected_answers_is_right():
    found = questions("answer", ("x", ("six", "6")))
    assert by_row("exact match", found, said("6")) == [100.0]


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("positive", "positive"),
        ("**Positive**", "positive"),
        ("The text is not positive.", "not positive"),
        ("positive or negative", ""),
        ("I can't say.", ""),
    ],
)
def test_the_label_is_told_from_what_is_said(answer: str, named: str):
    assert text_metrics.label_in(answer, ("positive", "negative", "not positive")) == named


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"),
        ("(B)", "B"),
        ("B. Lisbon", "B"),
        ("The answer is (C) Porto.", "C"),
        ("答案是 A。", "A"),
        ("Porto", "C"),
        ("A city like any other", ""),
        ("(A) or (B)?", ""),
    ],
)
def test_the_letter_is_told_from_what_is_said(answer: str, letter: str):
    assert text_metrics.letter_in(answer, ("Madrid", "Lisbon", "Porto")) == letter


def test_diversity_is_of_different_words_and_of_what_comes_again():
    assert text_metrics.distinct("a b a b", 1) == 50.0
    assert text_metrics.distinct("a b a b", 2) == pytest.approx(200 / 3)
    assert text_metrics.distinct("a", 2) is None
    assert text_metrics.repetition("one two three four one two three four") == pytest.approx(20.0)
    assert text_metrics.repetition("never again") == 0.0
    assert text_metrics.repetition("  ") is None


def test_speed_is_of_what_comes_after_the_first_token():
    assert by_row("speed", questions("open", ("x", ())), said("hello")) == [8.0]


def test_the_scores_that_fit_are_chosen_and_every_one_is_explained():
    assert chosen(questions("answer", ("x", "Paris")))[0] == "contains"
    assert chosen(questions("answer", ("x", " ".join(["word"] * 10))))[0] == "token F1"
    assert chosen(questions("translation", ("x", "y")))[:2] == ("chrF", "BLEU")
    for form in ("open", "answer", "number", "label", "choice", "rule", "summary", "translation"):
        found = questions(form, ("x", "y"), labels=("y", "z"))
        assert set(chosen(found)) <= set(METRICS)
        assert possible(found)[0] == chosen(found)[0]
    assert all(metric.about for metric in METRICS.values())


def test_unsupported_sentences_are_scored_where_they_were_looked_for():
    found = Questions("x", "summary", (Item("a", ("b",), document="c"),))
    given = [Answer("One. Two.").checked(2, ("Two.",))]
    assert by_row("unsupported", found, given) == [50.0]
    assert "unsupported" in possible(found, [given])
    assert "unsupported" not in possible(found, [said("One.")])
