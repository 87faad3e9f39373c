"""The model of meaning is the one that was measured to know a language best."""

from components.models.built_in import CATALOGUE
from components.retrieval.encoder_choice import model_across, model_for


def _id(spec: object) -> str:
    return getattr(spec, "id", "")


def test_each_language_is_read_by_the_model_that_knows_it_best() -> None:
    assert _id(model_for("en", CATALOGUE)) == "all-minilm-l6-v2"
    for language in ("de", "zh", "ja", "sv", ""):
        assert _id(model_for(language, CATALOGUE)) == "use-multilingual-v3"


def test_two_languages_are_compared_by_one_model() -> None:
    assert _id(model_across({"en", "zh"}, CATALOGUE)) == "use-multilingual-v3"


def test_the_only_installed_model_reads_what_it_can() -> None:
    minilm = [spec for spec in CATALOGUE if spec.id == "all-minilm-l6-v2"]
    assert _id(model_for("zh", minilm)) == "all-minilm-l6-v2"
    assert model_for("zh", []) is None
