"""The files that run the app elsewhere, checked by the tools that read them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

UNIT = ROOT / "deploy" / "wordbench.service"
DOCKERFILE = ROOT / "Dockerfile"


def test_the_dockerfile_passes_its_linter():
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint is not installed: pip install -r requirements-dev.txt")
    done = subprocess.run([linter, str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_container_is_not_root_has_a_healthcheck_and_everything_that_the_app_needs():
    text = DOCKERFILE.read_text()
    for target in ("cpu", "cuda"):
        stage = text.split(f" AS {target}\n", 1)[1].split("\nFROM ", 1)[0]
        assert "USER 10001" in stage
        assert "HEALTHCHECK" in stage
        assert "_stcore/health" in stage
    copied = {line.split()[1] for line in text.splitlines() if line.startswith("COPY ")}
    assert {"app.py", "components", "pages", ".streamlit"} <= copied
    allowed = (ROOT / ".dockerignore").read_text()
    assert all(f"!{name}" in allowed for name in ("app.py", "components", "pages", ".streamlit"))


def test_the_systemd_unit_is_understood(tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("There is no systemd here.")
    text = UNIT.read_text().replace("/opt/wordbench/.venv/bin/python", sys.executable)
    text = re.sub(r"^(User|Group)=.*", r"\1=root", text, flags=re.MULTILINE)
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace("/opt/wordbench\n", f"{ROOT}\n"))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Unknown" not in done.stderr


def test_every_requirement_has_one_exact_version():
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[A-Za-z0-9_.\-]+(\[[a-z,]+\])?==[0-9][\w.+!]*(\s*;.*)?", line), (
                    f"{path.name}: {line}"
                )
