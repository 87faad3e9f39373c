"""Real encoder-decoder models of three families, small enough to be made here, through the loading code."""

from pathlib import Path

import pytest
import torch

from components.errors import BadInput
from components.models.catalog import Catalog
from components.models.engines.seq2seq import Seq2SeqEngine, family_of, make_batches
from components.models.engines.weights import load_seq2seq
from components.models.footprint import architecture
from components.models.looks import Attention
from components.models.placement import Device, Placement
from components.models.scores import Scored
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
    tiny_translation.make_nllb(folder / "tiny-nllb")
    codes = (">>por<<", ">>pt_BR<<", ">>fra<<", ">>cmn_Hans<<")
    tiny_translation.make_marian(folder / "opus-mt-en-mul", codes, target="mul")
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
    [
        *(("tiny-marian", "marian"), ("tiny-m2m", "m2m100"), ("tiny-nllb", "nllb")),
        *(("tiny-madlad", "madlad"), ("tiny-t5", "t5")),
    ],
)
def test_each_family_is_loaded_and_gives_every_sentence_its_place(folders, name, family):
    assert architecture(folders / name) == "seq2seq"
    engine = engine_of(folders / name)
    assert family_of(engine.model, engine.tokenizer) == family
    found = run(engine, TranslationOptions("en", "de"))
    assert sorted(found) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["tiny-marian", "tiny-m2m", "tiny-nllb", "tiny-madlad"])
def test_a_sentence_comes_out_the_same_alone_and_in_a_batch(folders, name):
    engine = engine_of(folders / name)
    together = run(engine, TranslationOptions("en", "de"))
    alone = [run(engine, TranslationOptions("en", "de"), [text])[0].texts for text in TEXTS]
    assert [together[i].texts for i in range(4)] == alone


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [("tiny-m2m", "__en__", "__pt__"), ("tiny-nllb", "eng_Latn", "por_Latn")],
)
def test_the_source_is_named_before_the_text_and_the_target_is_forced_as_first_token(
    folders, monkeypatch, name, source, target
):
    engine = engine_of(folders / name)
    seen = {}

    def generate(**arguments):
        seen.update(arguments)
        return type(engine.model).generate(engine.model, **arguments)

    monkeypatch.setattr(engine.model, "generate", generate)
    run(engine, TranslationOptions("en", "pt"), ["The house is red."])
    tokens = engine.tokenizer.convert_ids_to_tokens(seen["input_ids"][0].tolist())
    assert (tokens[0], tokens[-1]) == (source, "</s>")
    assert "<unk>" not in tokens
    forced = engine.tokenizer.convert_ids_to_tokens([seen["forced_bos_token_id"]])
    assert forced == [target]


def test_the_language_codes_are_tokens_not_text(folders):
    madlad, marian = engine_of(folders / "tiny-madlad"), engine_of(folders / "opus-mt-en-mul")
    for engine, token in ((madlad, "<2pt>"), (marian, ">>por<<")):
        prefix, forced = engine._languages(TranslationOptions("en", "pt"))
        ids = engine._encode(f"{prefix}The house is red.")
        assert (engine.tokenizer.convert_ids_to_tokens(ids)[0], forced) == (token, None)
    assert marian._languages(TranslationOptions("en", "zh"))[0] == ">>cmn_Hans<< "
    assert engine_of(folders / "tiny-marian")._languages(TranslationOptions("en", "de")) == ("", None)


@pytest.mark.parametrize(("name", "to"), [("tiny-nllb", "pt"), ("tiny-m2m", "pt"), ("tiny-madlad", "pt")])
def test_a_language_token_is_never_part_of_the_translation(folders, name, to):
    found = run(engine_of(folders / name), TranslationOptions("en", to, beams=2, hypotheses=2))
    assert not any(
        sign in text for one in found.values() for text in one.texts for sign in ("_Latn", "__", "<2")
    )


def test_a_sign_that_a_marian_vocabulary_lacks_is_written_plainly(folders):
    engine = engine_of(folders / "tiny-marian")
    assert engine._encode("The dog’s house.") == engine._encode("The dog's house.")


def test_a_model_with_several_targets_refuses_one_that_it_lacks(folders):
    with pytest.raises(BadInput, match="German"):
        run(engine_of(folders / "opus-mt-en-mul"), TranslationOptions("en", "de"))


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
    assert models["opus-mt-en-mul"].directions == ("en-fr", "en-pt", "en-zh")
    assert models["tiny-m2m"].task == "translate"
    assert "pt" in models["tiny-m2m"].languages


def test_nobody_is_told_that_their_own_model_was_made_for_english(tiny_models):
    assert {spec.title: spec.languages for spec in Catalog(tiny_models, ()).all()}["tiny-chat"] == ()


@torch.inference_mode()
@pytest.mark.parametrize("name", ["tiny-marian", "tiny-m2m", "tiny-nllb"])
def test_an_alignment_is_the_cross_attention_where_each_token_of_the_translation_is_chosen(folders, name):
    engine = engine_of(folders / name)
    text, made = TEXTS[1], run(engine, EN_DE, [TEXTS[1]])[0].texts[0]
    said = []
    for _ in engine.look(
        Attention(Scored(made), 400, text, ("en", "de")), lambda: False, lambda *one: said.append(one)
    ):
        pass
    found = said[0][1]
    source, target, forced = engine.sides(text, made, ("en", "de"))
    begin = [engine.model.config.decoder_start_token_id, *([] if forced is None else [forced])]
    kept = []
    engine.model.set_attn_implementation("eager")
    for layer in engine.model.model.decoder.layers:
        layer.encoder_attn.register_forward_hook(lambda module, given, out: kept.append(out[1]))
    engine.model(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([begin + target]))
    place = len(begin) - 1  # the place that chooses the first token
    assert found.weights[0] == pytest.approx(kept[0][0, :, place : place + len(target)].numpy(), abs=1e-5)
    assert (len(found.to), len(found.of)) == (len(target), len(source))
