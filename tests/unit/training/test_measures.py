"""Measures and the verdict: better only where the held-out rows, and their questions, say so."""

import json
import re
from dataclasses import dataclass

import numpy as np
import pytest

from components.training.folder import write_json
from components.training.measures import (
    Losses,
    Score,
    attention,
    chrf,
    exact_match,
    in_words,
    loss_change,
    mean_change,
    mean_of_differences,
    metric_for,
    rouge_l,
    says_nothing,
    token_f1,
)
from components.training.verdict import Compared, judge

CHANCE = np.random.default_rng(7)
ROWS, TOKENS = 100, 30


def rows(mean: float, spread: float = 0.2) -> Losses:
    counts = np.full(ROWS, float(TOKENS))
    return Losses(counts * (mean + spread * CHANCE.standard_normal(ROWS)), counts)


def moved(losses: Losses, by: float, spread: float = 0.05) -> Losses:
    return Losses(losses.sums + losses.counts * (by + spread * CHANCE.standard_normal(ROWS)), losses.counts)


@dataclass(frozen=True)
class InEnglish:
    verdict: str
    sentence: str
    next: str


def verdict(base: Losses, tuned: Losses, asks=None, score=None, general=(3.0, 3.0), last=False) -> InEnglish:
    judged = judge(Compared(base, tuned, loss_change(base, tuned), score, asks, general, last))
    return InEnglish(judged.verdict, str(judged.sentence), str(judged.next))


def test_a_clear_fall_is_better_with_numbers_and_interval():
    base = rows(2.5)
    other = moved(base, 0.3)
    tuned = moved(base, -0.9)
    asks = attention((base, other), (tuned, moved(tuned, 0.8)))
    judged = verdict(base, tuned, asks)
    assert judged.verdict == "better"
    assert re.search(
        r"on 100 held-out rows the loss fell by 3[\d.]+% \(3[\d.]+% to 3[\d.]+%\)", judged.sentence
    )


@pytest.mark.parametrize("spoiled", [float("nan"), float("inf")])
def test_a_model_whose_loss_is_no_number_is_never_called_better(spoiled):
    base = rows(2.5)
    broken = Losses(base.sums.copy(), base.counts)
    broken.sums[3] = spoiled
    judged = verdict(base, broken)
    assert (judged.verdict, "not a number" in judged.sentence) == ("worse", True)
    judged = verdict(broken, base)
    assert (judged.verdict, "base's own loss" in judged.sentence) == ("not better", True)
    assert verdict(broken, broken).verdict == "not better"
    assert "It forgets" in verdict(base, moved(base, -0.9), general=(3.0, spoiled)).next


def test_a_report_with_a_loss_that_is_no_number_can_be_read_by_every_program(tmp_path):
    write_json(
        tmp_path / "report.json", {"base": {"loss": float("nan")}, "change": [float("inf"), 1.5], "n": 3}
    )
    text = (tmp_path / "report.json").read_text()
    assert json.loads(text, parse_constant=pytest.fail) == {
        "base": {"loss": None},
        "change": [None, 1.5],
        "n": 3,
    }
    assert (in_words(None, 2), in_words(1.5, 2), in_words(-0.001, 2)) == ("–", "1.50", "0.00")
    assert says_nothing(0.0, -0.0004, 3)
    assert not says_nothing(0.0, 0.0006, 3)
    assert not says_nothing(None, 0.0, 3)


def fallen(base: Losses, share: float, spread: float = 0.0) -> Losses:
    return Losses(base.sums * (1 - share + spread * CHANCE.standard_normal(ROWS)), base.counts)


def test_a_fall_too_small_to_be_of_use_is_not_called_better_and_not_said_as_nothing():
    base = Losses(np.full(ROWS, 60.0), np.full(ROWS, float(TOKENS)))
    judged = verdict(base, fallen(base, 0.002))
    assert judged.verdict == "not better"
    assert "by 0.20% (0.20% to 0.20%), from 2.000 to 1.996" in judged.sentence
    assert "too little to be of use" in judged.sentence
    assert verdict(base, fallen(base, 0.0006)).sentence.count("0.06%") == 3
    assert verdict(base, fallen(base, 0.006)).verdict == "not better"  # of plain text
    assert verdict(base, fallen(base, 0.03)).verdict == "better"


def test_the_loss_of_plain_text_is_also_said_as_a_number_that_means_something():
    base = Losses(np.full(ROWS, 60.0), np.full(ROWS, float(TOKENS)))
    said = verdict(base, fallen(base, 0.5)).sentence
    assert "from 2.00 to 1.00, as if each token were one of 2.7 equally likely ones instead of 7.4" in said


def test_a_measure_that_is_nothing_before_and_after_is_left_out():
    base = rows(2.0)
    nothing = Score("exact match", 24, 0.0, 0.0, mean_change([0.0] * 24, [0.0] * 24))
    judged = verdict(base, fallen(base, 0.3), score=nothing)
    assert judged.verdict == "better"
    assert "exact" not in judged.sentence


def test_where_all_that_differs_is_in_the_questions_the_form_is_what_was_learned():
    base = rows(2.0)
    score = Score("token F1", 24, 20.0, 90.0, mean_change([20.0] * 24, [90.0] * 24))
    said = verdict(base, fallen(base, 0.3), score=score).sentence
    assert "Better: learned the form; what differs between the answers is in their questions already." in said


def test_a_small_fall_with_clearly_better_answers_is_better():
    base = rows(2.0)
    score = Score("exact match", 24, 20.0, 90.0, mean_change([20.0] * 24, [90.0] * 24))
    assert verdict(base, fallen(base, 0.003), score=score).verdict == "better"


def test_the_ends_of_an_interval_are_told_apart():
    base = rows(2.0)
    judged = verdict(base, fallen(base, 0.3, spread=0.005))
    low, high = re.search(r"\(([\d.]+)% to ([\d.]+)%\)", judged.sentence).groups()
    assert 29 < float(low) < float(high) < 31


def test_nothing_is_never_said_to_be_less_than_nothing():
    base = rows(2.5)
    assert "-0%" not in verdict(base, base).sentence
    assert "-0.0%" not in verdict(base, moved(base, 0.0, spread=0.001)).sentence


def test_answers_that_do_not_depend_on_their_questions_are_not_better():
    base = rows(2.5)
    other = moved(base, 0.3)
    tuned = moved(base, -0.6)  # it has learned how answers sound
    asks = attention((base, other), (tuned, moved(tuned, 0.0)))
    judged = verdict(base, tuned, asks)
    assert judged.verdict == "not better"
    assert "mixed up" in judged.next


def test_most_of_the_attention_lost_is_not_better_and_a_little_is():
    base = rows(2.5)
    tuned = moved(base, -0.6)
    asks = attention((base, moved(base, 1.0)), (tuned, moved(tuned, 0.2)))
    assert verdict(base, tuned, asks).verdict == "not better"
    asks = attention((base, moved(base, 1.0)), (tuned, moved(tuned, 0.9)))
    assert verdict(base, tuned, asks).verdict == "better"


def test_what_may_be_chance_is_not_better_and_a_rise_is_worse():
    base = rows(2.5)
    assert verdict(base, moved(base, 0.0, spread=0.3)).verdict == "not better"
    judged = verdict(base, moved(base, 0.3))
    assert judged.verdict == "worse"
    assert "learning rate" in judged.next


def test_a_lower_loss_with_worse_answers_is_not_better():
    base = rows(2.5)
    score = Score("token F1", 24, 60.0, 30.0, mean_change([60.0] * 24, [30.0] * 24))
    assert verdict(base, moved(base, -0.5), score=score).verdict == "not better"


def test_forgetting_is_said():
    base = rows(2.5)
    assert "forgets" in verdict(base, moved(base, -0.9), general=(3.0, 3.6)).next


def test_measures():
    assert exact_match("Paris.", "paris") == 100
    assert token_f1("the cat sat", "the cat") == pytest.approx(80)
    assert rouge_l("a b c d", "a c d e") == pytest.approx(75)
    assert chrf("o gato", "o gato") == pytest.approx(100)
    assert rouge_l("", "a") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-5", "5"),
        ("+1", "-1"),
        ("2.5", "2 5"),
        ("2 5", "25"),
        ("!", "?"),
        ("", "?"),
        ("👍", "👎"),
        ("👍🏽", "👍🏿"),
        ("5%", "5"),
        ("कि", "की"),
        ("是", "否"),
        ("resume", "résumé"),
    ],
)
def test_a_wrong_answer_is_not_counted_as_right(one, other):
    assert exact_match(one, other) == exact_match(other, one) == 0
    assert token_f1("!", "?") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paris.", " paris"),
        ("New  York\n", "new york"),
        ("-5.", "-5"),
        ("- 5", "-5"),
        ("北京。", "北京"),
        ("你 好", "你好"),
        ("❤\ufe0f", "❤"),
        (".", "."),
        ("", ""),
    ],
)
def test_case_blanks_and_a_full_stop_do_not_make_an_answer_wrong(one, other):
    assert exact_match(one, other) == exact_match(other, one) == 100


def test_answers_without_blanks_between_words_are_scored_by_what_they_share():
    assert token_f1("你好世界今天", "你好世界明天") == pytest.approx(100 * 5 / 6)
    assert rouge_l("今天天气很好", "今天天气不好") == pytest.approx(100 * 5 / 6)
    assert token_f1("カタカナ", "カタカメ") == pytest.approx(75)
    assert 0 < token_f1("สวัสดีครับ", "สวัสดีค่ะ") < 100
    assert token_f1("GPT是模型", "gpt是什么") == pytest.approx(50)
    assert token_f1("+-", "+") == pytest.approx(200 / 3)


@pytest.mark.parametrize(
    ("purpose", "answers", "name"),
    [
        ("translation", ["a"], "chrF"),
        ("summary", ["a"], "ROUGE-L"),
        ("", ["yes", "no"], "exact match"),
        ("", ["ten words are in this answer, more or less so"], "token F1"),
        ("", ["word " * 50], "ROUGE-L"),
        ("", ["北京"], "exact match"),
        ("", ["今天天气怎么样"], "token F1"),
        ("", ["今日は天気がとてもいいですね。" * 5], "ROUGE-L"),
        ("", ["สวัสดีครับ ยินดีที่ได้รู้จัก" * 3], "ROUGE-L"),
        ("", ["+", "-"], "exact match"),
    ],
)
def test_the_measure_suits_the_data(purpose, answers, name):
    assert metric_for(purpose, answers) == name


@pytest.mark.parametrize(("count", "up", "down"), [(8, 0.5, 0.05), (8, 0.9, 0.02), (24, 0.2, 0.1)])
def test_the_interval_of_a_few_answers_holds_what_is_true_of_all_in_nineteen_of_twenty_cases(count, up, down):
    chance = np.random.default_rng(1)
    drawn = chance.random((200, count))
    cases = np.where(drawn < up, 1.0, np.where(drawn < up + down, -1.0, 0.0))
    found = [mean_of_differences(case, most=1.0) for case in cases]
    assert sum(one.low <= up - down <= one.high for one in found) >= 0.92 * len(found)


def test_eight_of_eight_answers_are_not_called_certain():
    found = mean_change([0.0] * 8, [100.0] * 8)
    assert (found.value, found.low, found.high) == (100.0, pytest.approx(40, abs=5), 100.0)
    nothing = mean_change([50.0] * 8, [50.0] * 8)
    assert nothing.low < 0 < nothing.high
    copies = mean_change([0.0] * 80, [100.0] * 80, prompts=[str(n % 8) for n in range(80)])
    assert copies.low == pytest.approx(40, abs=12)
