"""Real encoder-decoder models of three families, small enough to be made here, through the loading code."""

import os
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from components.errors import BadInput
from components.models.catalog import Catalog
from components.models.download import PICKLE, rewrite
from components.models.engines.seq2seq import Seq2SeqEngine, family_of, make_batches
from components.models.loading import architecture, load_seq2seq
from components.models.placement import Device, Placement
from components.models.translation import TranslationOptions
from tests import tiny_translation

CPU = Device("cpu", 0, "CPU", 10**10, 10**10)
PLACEMENT = Placement((CPU,), "float32", "none", 10**8, 128, "test")
EN_DE = TranslationOptions("en", "de")
TEXTS = ["Hello.", "The house is red and the garden is green.", "The fox jumps.", "The dog."]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translators")
    tiny_translation.make_marian(folder / "tiny-marian")
    tiny_translation.make_m2m100(folder / "tiny-m2m")
    tiny_translation.make_t5(folder / "tiny-madlad")
    tiny_translation.make_t5(folder / "tiny-t5", madlad=False)
    return folder


def engine_of(folder: Path) -> Seq2SeqEngine:
    model, tokenizer = load_seq2seq(folder, PLACEMENT)
    return Seq2SeqEngine(model, tokenizer, 128)


def run(engine, options, texts=TEXTS, stop_after=None):
    found, steps = {}, []

    def emit(kind, payload):
        if kind == "translated":
            found[payload.index] = payload

    steps.extend(engine.translate(texts, options, lambda: stop_after is not None and bool(found), emit))
    return found


@pytest.mark.parametrize(
    ("name", "family"),
    [("tiny-marian", "marian"), ("tiny-m2m", "m2m100"), ("tiny-madlad", "madlad"), ("tiny-t5", "t5")],
)
def test_each_family_is_loaded_and_gives_every_sentence_its_place(folders, name, family):
    assert architecture(folders / name) == "seq2seq"
    engine = engine_of(folders / name)
    assert family_of(engine.model, engine.tokenizer) == family
    found = run(engine, TranslationOptions("en", "de"))
    assert sorted(found) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["tiny-marian", "tiny-m2m", "tiny-madlad"])
def test_a_sentence_comes_out_the_same_alone_and_in_a_batch(folders, name):
    engine = engine_of(folders / name)
    together = run(engine, TranslationOptions("en", "de"))
    alone = [run(engine, TranslationOptions("en", "de"), [text])[0].texts for text in TEXTS]
    assert [together[i].texts for i in range(4)] == alone


def test_the_target_language_is_forced_as_first_token(folders):
    engine = engine_of(folders / "tiny-m2m")
    assert engine._languages(TranslationOptions("en", "pt"))[1] == engine.tokenizer.get_lang_id("pt")
    madlad = engine_of(folders / "tiny-madlad")
    assert madlad._languages(TranslationOptions("en", "pt")) == ("<2pt> ", None)


def test_a_language_that_the_model_lacks_is_named(folders):
    with pytest.raises(BadInput, match="Japanese"):
        run(engine_of(folders / "tiny-madlad"), TranslationOptions("en", "ja"))


def test_beam_search_gives_several_hypotheses(folders):
    found = run(engine_of(folders / "tiny-m2m"), TranslationOptions("en", "de", beams=4, hypotheses=4))
    assert len(found[1].texts) > 1


def test_stop_is_heard_between_two_batches(folders):
    engine = engine_of(folders / "tiny-marian")
    found = run(engine, TranslationOptions("en", "de"), ["The dog."] * 100, stop_after=1)
    assert 0 < len(found) < 100


def test_a_sentence_over_the_models_length_is_refused_not_cut(folders):
    with pytest.raises(BadInput, match="Nothing was cut"):
        run(engine_of(folders / "tiny-marian"), TranslationOptions("en", "de"), ["The dog " * 200])


def test_batches_are_sorted_by_length_and_bounded_by_tokens():
    lengths = [5, 1000, 7, 900, 6, 800]
    batches = make_batches(lengths)
    assert sorted(i for batch in batches for i in batch) == list(range(6))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 2048 for batch in batches)
    assert batches[0][0] == 1


def test_own_models_are_listed_with_their_languages(folders):
    models = {spec.title: spec for spec in Catalog(folders, ()).all()}
    assert models["tiny-marian"].directions == ("en-de",)
    assert models["tiny-m2m"].task == "translate"
    assert "pt" in models["tiny-m2m"].languages


def test_a_pickle_of_the_catalogue_is_rewritten_without_running_it(folders, tmp_path):
    folder = Path(shutil.copytree(folders / "tiny-marian", tmp_path / "pickled"))
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    torch.save(model.state_dict(), folder / PICKLE)
    (folder / "model.safetensors").unlink()
    rewrite(folder)
    assert not (folder / PICKLE).exists()
    before, after = run(engine_of(folders / "tiny-marian"), EN_DE), run(engine_of(folder), EN_DE)
    assert [before[i].texts for i in range(4)] == [after[i].texts for i in range(4)]


class Bad:
    """Unpickled carelessly, it would leave a file."""

    def __init__(self, place):
        self._place = place

    def __reduce__(self):
        return os.system, (f"touch {self._place}",)


def test_a_pickle_with_code_in_it_is_refused(folders, tmp_path):
    folder = Path(shutil.copytree(folders / "tiny-marian", tmp_path / "bad"))
    (folder / PICKLE).write_bytes(pickle.dumps(Bad(tmp_path / "ran")))
    with pytest.raises(pickle.UnpicklingError):
        rewrite(folder)
    assert not (tmp_path / "ran").exists()
