"""Chances, surprise, attention, nearness and trees: numbers beside references."""

import math

import numpy as np
import pytest

from components.models.scores import TokenScore
from components.noted import Noted
from components.tasks.inside import flow
from components.tasks.inside.branches import Continuation, tree
from components.tasks.inside.chances import chances
from components.tasks.inside.nearness import cosines, plane
from components.tasks.inside.surprise import sentences, until
from components.tasks.inside.word_values import sentence_places, word_values

LOGITS = np.sort(np.random.default_rng(0).normal(0, 2, 300).astype(np.float32))[::-1].copy()


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p", "min_p"),
    [(1.0, 0, 1.0, 0.0), (0.7, 50, 0.95, 0.0), (1.5, 0, 0.6, 0.0), (0.7, 20, 0.8, 0.05), (2.0, 5, 1.0, 0.3)],
)
def test_what_can_be_drawn_is_what_transformers_would_draw_from(temperature, top_k, top_p, min_p):
    torch = pytest.importorskip("torch")
    from components.models.engines.causal import processors
    from components.models.options import GenerationOptions

    options = GenerationOptions(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
    wanted = processors(options)(torch.zeros((1, 0), dtype=torch.long), torch.tensor(LOGITS)[None])
    found = chances(LOGITS, temperature, top_k, top_p, min_p)
    assert found.final == pytest.approx(wanted.softmax(-1)[0].numpy(), abs=1e-5)
    assert found.kept == int((wanted > -math.inf).sum())


def test_a_temperature_of_zero_leaves_the_likeliest_alone():
    found = chances(LOGITS, 0.0, 50, 0.95, 0.0)
    assert (found.kept, found.final[0]) == (1, 1.0)


def test_each_sentence_has_its_own_surprise_and_the_token_that_surprised_most():
    texts = [("It", None), (" rains", -1.0), (".", -0.1), (" Elephants", -9.0), (" sing", -2.0), (".", -0.2)]
    tokens = [TokenScore(at, text, value) for at, (text, value) in enumerate(texts)]
    first, second = sentences(tokens)
    assert (first.text, second.text) == ("It rains.", "Elephants sing.")
    assert first.bits == pytest.approx(1.1 / 2 / math.log(2))
    assert second.least == "Elephants"
    assert second.perplexity == pytest.approx(math.exp(11.2 / 3))


def test_tokens_behind_a_stop_string_are_no_part_of_the_answer():
    tokens = [TokenScore(1, "Yes", -1.0), TokenScore(2, ".", -1.0), TokenScore(3, "END", -1.0)]
    assert [one.text for one in until(tokens, "Yes.")] == ["Yes", "."]


def test_rollout_of_two_layers_is_their_product_with_half_of_each_token_kept():
    one = np.array([[1, 0], [0.5, 0.5]], np.float32)
    two = np.array([[1, 0], [0.2, 0.8]], np.float32)
    found = flow.rollout(np.stack([one[None], two[None]]))
    expected = ((two + np.eye(2)) / 2) @ ((one + np.eye(2)) / 2)
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.sum(axis=1) == pytest.approx(1.0)


def test_nearness_is_that_of_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    vectors = np.random.default_rng(1).normal(size=(7, 20)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places, shares = plane(vectors)
    reference = decomposition.PCA(2).fit(vectors)
    assert np.abs(places) == pytest.approx(np.abs(reference.transform(vectors)), abs=1e-4)
    assert shares == pytest.approx(tuple(reference.explained_variance_ratio_), abs=1e-4)
    assert np.diag(cosines(vectors)) == pytest.approx(1.0, abs=1e-5)


def test_one_sentence_twice_is_one_place():
    places, _ = plane(np.ones((2, 3), np.float32) / math.sqrt(3))
    assert np.allclose(places, 0)


def test_equal_beginnings_of_ways_on_are_one_branch():
    def way(*ids: int) -> Continuation:
        return Continuation("sampled", tuple(TokenScore(one, f" {one}", -0.5) for one in ids))

    nodes = tree([way(1, 2, 3), way(1, 2, 4), way(5)], 8)
    assert [node.text for node in nodes] == [" 1", " 2", " 3", " 4", " 5"]
    assert nodes[3].parent == nodes[1].id
    assert nodes[3].path == " 1 2 4"
    assert nodes[4].parent == -1
    assert [node.row for node in nodes] == [0, 0, 0, 1, 2]


def test_the_parts_of_a_word_are_one_and_control_tokens_none():
    tokens = ["<|im_start|>", "What", " is", " the", " cap", "ital", "?", "\n"]
    found = word_values(tokens, [0, 1, 2, 3, 4, 5, 6, 0])
    assert found == [("What", 1.0), ("is", 2.0), ("the", 3.0), ("capital", 9.0), ("?", 6.0)]
    assert word_values(["北", "京"], [1, 2]) == [("北", 1.0), ("京", 2.0)]


def test_a_sentence_of_an_answer_is_its_tokens():
    tokens = ["It", " is", " Paris", ".", " It", " is", " old", "."]
    assert sentence_places(tokens) == [("It is Paris.", 0, 4), ("It is old.", 4, 8)]


def test_only_the_newest_answers_are_remembered():
    noted = Noted(most=2)
    for message in (1, 2, 3):
        noted.keep(message, "llama.cpp", ["score"])
    assert noted.get(1) is None
    assert noted.get(3) == ("llama.cpp", ("score",))
    noted.forget(3)
    assert noted.get(3) is None


def test_of_two_points_side_by_side_the_lower_one_has_its_name_below():
    from components.tasks.inside.nearness import crowded

    places = np.array([[0.0, 0.0], [0.1, 0.01], [0.9, 0.0], [0.5, 1.0], [0.5, 1.0]])
    assert crowded(places) == [True, False, False, False, True]
