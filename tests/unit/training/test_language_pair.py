"""Every family of translation models is told the languages as when it translates."""

import json

import pytest
from transformers import AutoTokenizer

from components.errors import BadInput
from components.training.language_pair import tell_languages
from components.training.program.row_tokens import render
from tests import tiny_translation
from tests.unit.training.doctor.making import check

ROW = {"source": "a dog", "target": "um cão"}
MAKE = {
    "m2m100": tiny_translation.make_m2m100,
    "nllb": tiny_translation.make_nllb,
    "madlad": tiny_translation.make_t5,
    "marian": tiny_translation.make_marian,
}


@pytest.mark.parametrize("family", MAKE)
def test_the_codes_are_in_the_tokens(family, tmp_path):
    folder = MAKE[family](tmp_path / family)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    before = tell_languages(tokenizer, "en", "de")
    made = render(ROW, tokenizer, 64, instruction=before, seq2seq=True)
    code = {"m2m100": "__de__", "nllb": "deu_Latn", "madlad": "<2de>"}.get(family)
    ids = made.input_ids if family == "madlad" else made.labels
    assert code is None or tokenizer.convert_tokens_to_ids(code) in ids
    assert made.ends


def test_a_language_that_is_not_known_is_a_sentence(tmp_path):
    folder = tiny_translation.make_m2m100(tmp_path / "m2m")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for source in ("", "xx"):
        with pytest.raises(BadInput):
            tell_languages(tokenizer, source, "de")
    rows = "".join(
        json.dumps({"en": f"a house {n} is here", "de": f"ein Haus {n} ist hier"}) + "\n" for n in range(3)
    )
    answer = check(folder, ("rows.jsonl", rows), seq2seq=True)
    assert (answer.report.target_language, len(answer.rows)) == ("de", 3)
