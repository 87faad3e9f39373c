"""What is proposed of a repository: what was named, else a usual quantization that fits this machine."""

from dataclasses import replace

import pytest

from components.errors import BadInput
from components.models.sources import hub
from components.models.sources.hub import HubModel, Variant
from components.models.sources.model_choices import Machine, find
from components.models.sources.reference import Reference
from tests import gguf_files

GB = 1_000_000_000
LAPTOP = Machine(memory=8 * GB, other=8 * GB, dtype="float32", bandwidth=20e9, longest=32_768)
REPO = "owner/model-GGUF"


def variants(*sizes: tuple[str, float]) -> tuple[Variant, ...]:
    return tuple(Variant(name, (f"m-{name}.gguf",), int(size * GB)) for name, size in sizes)


MODEL = HubModel(
    REPO, "a" * 40, "mit", False, "", 8_000_000_000, 0, "chat", ("en",),
    variants(("Q2_K", 3), ("Q4_K_M", 5), ("Q6_K", 6.5), ("F16", 16)),
)  # fmt: skip


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """A hub that describes one model, and has a small file's header for it."""
    data = gguf_files.tiny(tmp_path / "m.gguf").read_bytes()

    def answer(model: HubModel, header: bytes = data) -> None:
        monkeypatch.setattr(hub, "look", lambda wanted: model)
        monkeypatch.setattr(hub, "header_bytes", lambda repo, commit, file, most: header[:most])

    return answer


def test_each_variant_is_told_with_need_context_and_speed(answered):
    answered(MODEL)
    found = find(Reference(REPO), LAPTOP)
    assert [one.fit.fits for one in found.choices] == [True, True, True, False]
    assert (found.model.architecture, found.model.context) == ("llama", gguf_files_context())
    assert found.choices[1].fit.context == gguf_files_context()
    assert found.choices[1].fit.speed == pytest.approx(2.8)
    assert found.choices[found.best].variant.name == "Q4_K_M"


def gguf_files_context() -> int:
    return 512


def test_what_was_named_is_proposed_even_if_it_does_not_fit(answered):
    answered(MODEL)
    assert find(Reference(REPO, "f16"), LAPTOP).best == 3
    assert find(Reference(REPO, file="m-Q2_K.gguf"), LAPTOP).best == 0
    with pytest.raises(BadInput, match=r"no files for Q9_X. It has Q2_K, Q4_K_M, Q6_K, F16"):
        find(Reference(REPO, "Q9_X"), LAPTOP)


def test_without_a_usual_one_the_largest_that_fits_is_proposed(answered):
    answered(replace(MODEL, variants=variants(("Q2_K", 3), ("Q3_K_L", 4), ("F16", 16))))
    assert find(Reference(REPO), LAPTOP).best == 1
    answered(replace(MODEL, variants=variants(("F16", 16), ("F32", 32))))
    assert find(Reference(REPO), LAPTOP).best == 0


def test_a_file_whose_header_can_not_be_read_is_judged_by_its_size(answered):
    answered(MODEL, b"<html>not a model</html>")
    found = find(Reference(REPO), LAPTOP)
    assert found.choices[1].fit.context == 0
    assert found.choices[1].fit.fits


def test_an_architecture_that_llama_cpp_does_not_know_is_refused_by_its_header(answered, tmp_path):
    answered(MODEL, gguf_files.tiny(tmp_path / "n.gguf", architecture="brandnew").read_bytes())
    assert "brandnew" in str(find(Reference(REPO), LAPTOP).model.refusal)


def test_safetensors_are_judged_as_they_will_be_loaded(answered):
    answered(replace(MODEL, variants=(Variant("safetensors", (), 16 * GB),)))
    assert not find(Reference(REPO), LAPTOP).choices[0].fit.fits
    card = replace(LAPTOP, other=24 * GB, dtype="bfloat16")
    assert find(Reference(REPO), card).choices[0].fit.fits
