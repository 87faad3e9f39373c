"""Logs and numbers: an id for each request, and nobody's text. And a server that is ready before a visitor."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from components import telemetry
from components.errors import BadInput
from components.jobs import Jobs
from components.telemetry import METRICS, JsonLines, Metrics, TextLines, serve
from tests.conftest import ROOT

SECRET = "my diagnosis"


def lines(caplog: pytest.LogCaptureFixture, form: logging.Formatter) -> list[str]:
    return [form.format(record) for record in caplog.records]


@pytest.mark.parametrize("form", [JsonLines(), TextLines()])
def test_a_failed_request_has_an_id_and_a_place_in_the_log_but_no_text(caplog, form):
    def fails(job):
        text = SECRET
        raise ValueError(f"can't read {text!r}")

    with caplog.at_level(logging.INFO):
        job = Jobs().start("answer", "local", fails)
        job.wait(5)
        refused = Jobs().start("answer", "local", lambda job: (_ for _ in ()).throw(BadInput(SECRET)))
        refused.wait(5)
    said = "\n".join(lines(caplog, form))
    assert job.id in said
    assert refused.id in said
    assert "ValueError" in said
    assert "fails" in said  # where
    assert SECRET not in said
    assert "BadInput" in said or isinstance(form, TextLines)


def test_each_line_is_one_json_object_with_the_facts(caplog):
    with caplog.at_level(logging.INFO, "wordbench.work"):
        telemetry.worked("download gpt2", "abc", "done", 1.5, "")
    row = json.loads(lines(caplog, JsonLines())[-1])
    assert row["kind"] == "download"
    assert (row["state"], row["request"], row["seconds"], row["level"]) == ("done", "abc", 1.5, "info")
    assert row["at"].endswith("Z")


def test_numbers_of_work_tokens_and_errors():
    metrics = Metrics()
    metrics.began("answer")
    metrics.ended("answer", "failed", 2.0, "EngineFailed")
    metrics.used("m", 10, 20)
    text = metrics.text().decode()
    for wanted in (
        'wordbench_requests_total{kind="answer",state="failed"} 1.0',
        'wordbench_running{kind="answer"} 0.0',
        'wordbench_tokens_total{direction="written",model="m"} 20.0',
        'wordbench_errors_total{error="EngineFailed",kind="answer"} 1.0',
        'wordbench_request_seconds_count{kind="answer"} 1.0',
    ):
        assert wanted in text


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_port_for_metrics_says_whether_a_model_can_answer():
    fine = [False, "a model is loading"]
    server = serve(0, "127.0.0.1", lambda: (fine[0], fine[1]), lambda: METRICS.engine.set(5))
    url = f"http://127.0.0.1:{server.server_port}"
    assert get(f"{url}/ready") == (503, '{"ready": false, "why": "a model is loading"}')
    fine[:] = [True, "a model is loaded"]
    assert get(f"{url}/ready")[0] == 200
    assert "wordbench_engine_bytes 5.0" in get(f"{url}/metrics")[1]
    assert get(f"{url}/live") == (200, "ok")
    assert get(f"{url}/etc/passwd")[0] == 404
    server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_a_server_for_a_team_is_ready_before_the_first_visitor(tiny_models: Path, tmp_path: Path):
    port, metrics = free_port(), free_port()
    settings = {
        "DATA_DIR": tmp_path,
        "CONFIG": tmp_path / "none.toml",
        "MODELS_DIR": tiny_models,
        "DEFAULT_MODEL": "local-tiny-chat",
        "METRICS_PORT": metrics,
        "LOG_FORMAT": "json",
    }
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WORDBENCH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "components.ui.serve", "--server.port", str(port)],
        cwd=ROOT,
        env=clean | {f"WORDBENCH_{k}": str(v) for k, v in settings.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        deadline, status = time.monotonic() + 60, 0
        while status != 200 and time.monotonic() < deadline:
            try:
                status = get(f"http://127.0.0.1:{metrics}/ready")[0]
            except OSError:
                time.sleep(0.2)
        assert status == 200
        deadline = time.monotonic() + 30
        while (
            "a model is loaded" not in get(f"http://127.0.0.1:{metrics}/ready")[1]
            and time.monotonic() < deadline
        ):
            time.sleep(0.2)
        assert get(f"http://127.0.0.1:{port}/_stcore/health")[0] == 200
        found = get(f"http://127.0.0.1:{metrics}/metrics")[1]
        assert 'wordbench_model_bytes{model="local-tiny-chat"}' in found
        assert "wordbench_free_bytes" in found
    finally:
        process.kill()
        process.wait()


def test_a_server_that_can_not_open_its_data_says_why_and_ends(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    done = subprocess.run(
        [sys.executable, "-m", "components.ui.serve"],
        cwd=ROOT,
        env=os.environ
        | {"WORDBENCH_DATA_DIR": str(tmp_path / "file" / "data"), "WORDBENCH_CONFIG": str(tmp_path / "no")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "can't be written" in done.stderr
