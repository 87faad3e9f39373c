"""Settings: read, checked and explained."""

from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest

from components.config import Config, read_config
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
        ("[models.big]\nbits = 3", "setting models.big.bits is not known.* line 2"),
        ("[servers.box]\nkey = 'sk-1'", "servers.box: url is missing"),
        (
            "[servers.box]\nurl = 'http://box'\nkeys = 'sk-1'",
            "setting servers.box.keys is not known.* line 3",
        ),
        (
            "[servers.box]\nurl = 'http://box'\nparallel = 0",
            "parallel is 0; it must be between 1 and 1024. It is in line 3 of",
        ),
        ("[servers]\nbox = 'http://box'", "servers.box must be a table.* line 2"),
        ('models_dir = "a\\u0000b"', "the path of a folder"),
        ("[servers.'a/b']\nurl = 'http://box'", "server name 'a/b'"),
        ("models = 5", "models is 5; a table for each .* line 1"),
        ("models = [1]", "models is .*; a table for each"),
        ("models.big = 5", "models.big is 5; a table is expected there.* line 1"),
        ("servers = {box = {url = 5}}", "servers.box.url is 5; .* line 1"),
        ("# one\nmodels.big.context = 'a'", "models.big.context is 'a'; .* line 2"),
        ("\ufeffkeep_alive = -1", "keep_alive is -1; .* line 1"),
        ("[servers.box]\nurl = 'http://box'\nkey = 'schlüssel'", "servers.box.key can't be a key.* line 3"),
        ("[servers.box]\nurl = 'http://box'\nkey = ['a']", "servers.box.key can't be a key"),
        ("x = " + "[" * 5000 + "]" * 5000, "not valid TOML"),
        ("servers = []", r"servers is \[\]; a table for each"),
        ("servers.box = []", "servers.box must be a table"),
        ("[servers.box]\nurl = 'http://box'\nmodels = 5", "servers.box.models is 5; a list of texts"),
        ("[servers.box]\nurl = 'http://box'\ntimeout = nan", "servers.box.timeout is nan"),
        ("[servers.box]\nurl = 5", "servers.box.url is 5"),
        ("[models.big]\ncontext = -1", "models.big.context is -1; .* line 2"),
        ("# one\nkeep_alive = nan", "keep_alive is nan; it must be between 0 .* line 2"),
        ("hub_timeout = inf", "hub_timeout is inf"),
        ("document_seconds = -1", "document_seconds is -1"),
        ("memory_budget_gb = -2", "memory_budget_gb is -2"),
        ("memory_budget_gb = nan", "memory_budget_gb is nan"),
        ("threads = 0", "threads is 0"),
        ("threads = inf", "threads is inf"),
        ("upload_mb = -5", "upload_mb is -5"),
        ("upload_mb = 2.7", "upload_mb is 2.7; a whole number is expected"),
        ("parallel = true", "parallel is True"),
        ("queue_limit = -1", "queue_limit is -1"),
        ("max_context = 0", "max_context is 0"),
        ("metrics_port = 99999", "metrics_port is 99999"),
        ("expire_days = nan", "expire_days is nan"),
        ("database_url = 5", "database_url is 5"),
        ("data_dir = 5", "data_dir is 5"),
        ("hosts = 5", "hosts is 5; a list"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, text: str, words: str):
    (tmp_path / "wordbench.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_config({}, tmp_path)


@pytest.mark.parametrize("name", [f.name for f in fields(Config)])
@pytest.mark.parametrize(
    "value", ["5", "-1", "nan", "-inf", "1e400", "[]", "{}", "[[]]", "true", "''", "'x'"]
)
def test_no_value_is_a_traceback(tmp_path: Path, name: str, value: str):
    (tmp_path / "wordbench.toml").write_text(f"{name} = {value}")
    with suppress(BadInput):
        read_config({}, tmp_path)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "", "x", "9" * 5000])
@pytest.mark.parametrize("name", [f.name for f in fields(Config)])
def test_no_value_of_the_environment_is_a_traceback(tmp_path: Path, name: str, value: str):
    with suppress(BadInput):
        read_config({f"WORDBENCH_{name.upper()}": value}, tmp_path)


@pytest.mark.parametrize("place", ["/", "a" * 300, "a\0b"])
def test_a_settings_file_that_cannot_be_read_is_said(tmp_path: Path, place: str):
    with pytest.raises(BadInput, match="can't be read"):
        read_config({"WORDBENCH_CONFIG": place}, tmp_path)


@pytest.mark.parametrize("secrets", [5, "x", {"box": 5}])
def test_secrets_of_another_shape_are_said(tmp_path: Path, secrets):
    with pytest.raises(BadInput, match="servers"):
        read_config({}, tmp_path, secrets)


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
