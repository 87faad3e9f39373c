"""What a length does to rows is known before the run, and plain text loses nothing."""

import json

import pytest

from components.config import Config
from components.errors import BadInput
from components.training import run_plan
from components.training.doctor import checks
from components.training.doctor.diagnosis import Request
from components.training.hyperparameters import TrainingSettings
from components.training.program.row_tokens import NOT_TRAINED, pieces, render, render_all
from components.training.row_lengths import Shortened
from tests.tiny import make_tokenizer


def checked(tmp_path, model, name: str, text: str):
    config = Config(data_dir=tmp_path)
    upload = checks.Upload(name, text.encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    return checks.prepare(config, made, ())


@pytest.mark.parametrize("length", [16, 40, 64, 100])
def test_the_page_counts_the_rows_that_a_run_cuts_and_leaves_out(tmp_path, model, length):
    rows = [
        {"prompt": f"{n} " + "fox " * n, "completion": f"{n} " + "dog " * (n % 7)} for n in range(0, 120, 3)
    ]
    ready = checked(tmp_path, model, "rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    tokenizer = make_tokenizer()
    kept = [json.loads(line) for file in (ready.train, ready.valid) for line in file.open()]
    made = list(render_all(kept, tokenizer, length))
    lost = sum(all(label == NOT_TRAINED for label in one.labels[1:]) for one in made)
    assert checks.shortened(ready, length) == Shortened(40, sum(one.cut for one in made), lost)
    assert lost
    assert checks.context(ready) == 512


def test_plain_text_is_cut_into_pieces_and_none_is_lost(tmp_path, model):
    text = "".join(f"Chapter {n}. " + "The quick brown fox. " * 100 + "\n\n" for n in range(20))
    ready = checked(tmp_path, model, "book.txt", text)
    assert checks.shortened(ready, 100) == Shortened(20, 20, 0, pieces=True)
    tokenizer = make_tokenizer()
    whole = render({"text": "The quick brown fox. " * 50}, tokenizer, 1 << 30)
    parts = pieces(whole, 64)
    assert [token for part in parts for token in part.input_ids] == whole.input_ids
    assert [label for part in parts for label in part.labels] == whole.labels
    assert (len(parts[0].input_ids), parts[0].ends, parts[-1].ends) == (
        64,
        False,
        True,
    )
    assert pieces(render({"text": "Fox."}, tokenizer, 100), 64)[0].cut is False


def test_a_length_beyond_the_models_context_is_refused(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"max_position_embeddings": 256}))
    with pytest.raises(BadInput, match="reads 256 at most"):
        TrainingSettings(length=512).check(run_plan.context_of(tmp_path))
    TrainingSettings(length=256).check(run_plan.context_of(tmp_path))
    TrainingSettings(length=512).check(run_plan.context_of(tmp_path / "unknown"))
