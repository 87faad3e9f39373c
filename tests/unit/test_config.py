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
        ("[servers.box]\nkey = 'sk-1'", "servers.box: url is missing"),
        ("[servers.box]\nurl = 'http://box'\nkeys = 'sk-1'", "servers.box: the setting 'keys'"),
        ("[servers.box]\nurl = 'http://box'\nparallel = 0", "must be more than 0"),
        ("[servers]\nbox = 'http://box'", "servers.box must be a table"),
        ("[servers.'a/b']\nurl = 'http://box'", "server name 'a/b'"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, text: str, words: str):
    (tmp_path / "wordbench.toml").write_text(text)
    with pytest.raises(BadInput, match=words):
        read_config({}, tmp_path)


def test_servers_come_from_the_file_the_secrets_and_the_environment_the_later_over_the_earlier(
    tmp_path: Path,
):
    (tmp_path / "wordbench.toml").write_text(
        '[servers.big-box]\nurl = "http://one:8000"\nkey = "a"\nmodels = ["x", " y "]\n[servers.two]\nurl = "http://two"\n'
    )
    secrets = {"big-box": {"key": "b"}, "three": {"url": "http://three"}}
    env = {
        "WORDBENCH_SERVER_BIG_BOX_CONTEXT": "8192",
        "WORDBENCH_SERVER_TWO_KEY": "c",
        "WORDBENCH_SERVER_NEW_ONE_URL": "http://new",
        "WORDBENCH_SERVER_NEW_ONE_MODELS": "m1, m2",
    }
    servers = read_config(env, tmp_path, secrets).servers
    assert set(servers) == {"big-box", "two", "three", "new_one"}
    assert (servers["big-box"].key, servers["big-box"].context) == ("b", 8192)
    assert servers["big-box"].models == ("x", "y")
    assert servers["two"].key == "c"
    assert servers["new_one"].models == ("m1", "m2")


def test_a_key_is_not_in_what_the_settings_look_like_printed(tmp_path: Path):
    env = {"WORDBENCH_SERVER_BOX_URL": "http://box", "WORDBENCH_SERVER_BOX_KEY": "sk-hidden"}
    assert "sk-hidden" not in repr(read_config(env, tmp_path))


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
