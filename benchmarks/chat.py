"""What the app adds to the model: speed through its own path, start-up, loading.

    python -m benchmarks.chat [--rounds N] [--out FILE.json]

Each figure has a baseline from the same run: transformers' generate() on the same loaded model, a Streamlit
app with nothing but a title, `from_pretrained` on the same files. Runs are interleaved and the figures are
medians, so that other work on the machine slows both sides alike.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks import new_file
from components.config import ROOT, read_config
from components.models.catalog import CATALOGUE, Catalog, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.process import EngineProcess

SMOL = CATALOGUE[0]
NEW_TOKENS = 64
PROMPTS = [
    "Tell me a long story about a fox who learns to read.",
    "Explain in detail how bread is made, from the field to the table.",
    "Describe a walk through an old harbour town at night. " * 8,
]


def speed(rounds: int) -> dict[str, float]:
    """Seconds for a prompt and 64 new tokens, and to the first of them, through both paths."""
    config = replace(read_config(), engine="transformers")  # what it is compared with
    loader = EngineLoader(config, Library(config), EngineProcess(config.threads, "benchmarks.plain_host"))
    manager = ModelManager(Catalog(), loader, config)
    ours: list[float] = []
    plain: list[float] = []
    ours_first: list[float] = []
    plain_first: list[float] = []
    with manager.lease(SMOL.id) as engine:
        key = engine._key  # type: ignore[attr-defined]
        for number in range(rounds + 1):
            for text in PROMPTS:
                prompt = Prompt(messages=({"role": "user", "content": text},))
                started, first, written = time.perf_counter(), 0.0, ""
                options = GenerationOptions(temperature=0, max_new_tokens=NEW_TOKENS)
                for piece in engine.generate(prompt, options, lambda: False):
                    first = first or time.perf_counter() - started
                    written += piece
                total = time.perf_counter() - started
                expected, other_first, other = loader.process.call("plain", key, prompt, NEW_TOKENS)
                assert written == expected, "both paths must write the same text"
                if number:  # the first round warms up
                    ours.append(total), plain.append(other)
                    ours_first.append(first), plain_first.append(other_first)
    loader.process.close()
    return {
        "ours_tokens_per_second": NEW_TOKENS / median(ours),
        "generate_tokens_per_second": NEW_TOKENS / median(plain),
        "ours_over_generate": median(a / b for a, b in zip(ours, plain, strict=True)),
        "ours_first_token_seconds": median(ours_first),
        "generate_first_token_seconds": median(plain_first),
    }


def loading(rounds: int) -> dict[str, float]:
    """Seconds to load the packaged model: through the manager, from the store, from its GGUF file."""
    config = replace(read_config(), engine="transformers")  # what it is compared with
    library = Library(config)
    folder, source = library.prepare(SMOL, lambda text, share: None), package_file(SMOL)
    assert source is not None
    direct = (
        "import time, sys; from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig\n"
        "import torch; started = time.perf_counter(); where, more = sys.argv[1], {}\n"
        "if len(sys.argv) > 2: more = {'gguf_file': sys.argv[2]}\n"
        "AutoTokenizer.from_pretrained(where, **more)\n"
        "if more: more['quantization_config'] = GgufConfig(dequantize=True)\n"
        "AutoModelForCausalLM.from_pretrained(where, **more); print(time.perf_counter() - started)"
    )

    def run(*arguments: str) -> float:
        done = subprocess.run(
            [sys.executable, "-c", direct, *arguments], capture_output=True, text=True, check=True
        )
        return float(done.stdout.split()[-1])

    managed, stored = [], []
    for _ in range(rounds):
        loader = EngineLoader(config, library)
        loader.devices()  # starts the process and imports torch, which both sides have done before they count
        manager = ModelManager(Catalog(), loader, config)
        with manager.lease(SMOL.id) as engine:
            managed.append(engine.info.load_seconds)
        loader.process.close()
        stored.append(run(str(folder)))
    return {
        "manager_seconds": median(managed),
        "from_pretrained_store_seconds": median(stored),
        "from_pretrained_gguf_seconds": run(str(source.parent), source.name),
    }


def first_paint(rounds: int) -> dict[str, float]:
    """Seconds from starting the server to the page's title in a browser, against an app of two lines."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import FLAGS, find

    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        plain = Path(folder, "plain.py")
        plain.write_text("import streamlit as st\nst.title('Chat')\n")
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for _ in range(rounds):
            for script, seconds in ((str(plain), bare), (str(ROOT / "app.py"), ours)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    port = probe.getsockname()[1]
                started = time.perf_counter()
                command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
                server = subprocess.Popen(
                    command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
                )
                page = browser.new_page()
                while True:
                    try:
                        page.goto(f"http://127.0.0.1:{port}/")
                        break
                    except Exception:  # noqa: BLE001 - the server isn't listening yet
                        time.sleep(0.02)
                page.get_by_role("heading", name="Chat", exact=True).wait_for(timeout=60_000)
                seconds.append(time.perf_counter() - started)
                page.close()
                server.kill()
                server.wait()
        browser.close()
    return {"ours_seconds": median(ours), "two_line_app_seconds": median(bare)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=new_file)
    arguments = parser.parse_args()
    found = {
        "speed": speed(arguments.rounds),
        "loading": loading(3),
        "first_paint": first_paint(3),
    }
    s, load, p = found["speed"], found["loading"], found["first_paint"]
    print("| | Wordbench | baseline | ratio |\n|---|---|---|---|")
    rows = [
        (
            "end to end, tokens/s (generate() on the same model)",
            s["ours_tokens_per_second"],
            s["generate_tokens_per_second"],
            1 / s["ours_over_generate"],
        ),
        (
            "first token, s (generate())",
            s["ours_first_token_seconds"],
            s["generate_first_token_seconds"],
            None,
        ),
        (
            "load from the store, s (from_pretrained on it)",
            load["manager_seconds"],
            load["from_pretrained_store_seconds"],
            None,
        ),
        (
            "load from the store, s (from_pretrained on the GGUF)",
            load["manager_seconds"],
            load["from_pretrained_gguf_seconds"],
            None,
        ),
        ("server start to first paint, s (two-line app)", p["ours_seconds"], p["two_line_app_seconds"], None),
    ]
    for name, ours, baseline, ratio in rows:
        print(f"| {name} | {ours:.2f} | {baseline:.2f} | {ratio or ours / baseline:.2f} |")
    if arguments.out:
        arguments.out.write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
