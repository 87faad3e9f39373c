"""Settings: read, checked and explained."""

from pathlib import Path

import pytest

from components.config import read_config
from components.errors import BadInput


def test_without_settings_the_app_works_on_this_machine_alone(tmp_path: Path):
    config = read_config({}, tmp_path)
    assert config.database.startswith("sqlite:///")
    assert config.device == "auto"


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path):
    (tmp_path / "wordbench.toml").write_text(
        'parallel = 2\nkeep_alive = 5\nmodels_dir = "~/models"\n[models.big]\nquantization = "4bit"\npinned = true\n'
    )
    config = read_config({"WORDBENCH_PARALLEL": "7"}, tmp_path)
    assert (config.parallel, config.keep_alive) == (7, 5.0)
    assert config.models_dir == Path.home() / "models"
    assert config.for_model("big").quantization == "4bit"
    assert config.for_model("big").pinned
    assert config.for_model("other").quantization == "none"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parallel = ", "not valid TOML"),
        ('parallel = "many"', "parallel is 'many'"),
        ('device = "tpu"', "it can be auto, cpu, mps, cuda"),
        ("paralel = 2", "'paralel' .* is not known"),
        ('[models.big]\nquantization = "3bit"', "models.big.quantization is '3bit'"),
        ("[models.big]\nbits = 3", "models.big: the setting 'bits'"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, text: str, words: str):
    (tmp_path / "wordbench.toml").write_text(text)
    with pytest.raises(BadInput, match=words):
        read_config({}, tmp_path)


def test_settings_of_a_shared_server(tmp_path: Path):
    env = {
        "WORDBENCH_MODE": "signed in",
        "WORDBENCH_ALLOWED_DOMAINS": "example.org, example.com",
        "WORDBENCH_PERSON_REQUESTS": "3",
    }
    config = read_config(env, tmp_path)
    assert config.mode == "signed in"
    assert config.allowed_domains == ("example.org", "example.com")
    assert config.person_requests == 3
    (tmp_path / "wordbench.toml").write_text('administrators = ["ann@example.org"]')
    assert read_config({}, tmp_path).administrators == ("ann@example.org",)
    for name, value in (
        ("MODE", "public"),
        ("PERSON_REQUESTS", "-1"),
        ("EXPIRE_DAYS", "-3"),
        ("PERSON_UPLOAD_MB", "x"),
    ):
        with pytest.raises(BadInput, match=name.lower()):
            read_config({f"WORDBENCH_{name}": value}, tmp_path)
    (tmp_path / "wordbench.toml").write_text("administrators = [1]")
    with pytest.raises(BadInput, match="a list of texts"):
        read_config({}, tmp_path)
