"""One model on several engines: first token, decode, prompt, end to end, load, memory, perplexity.

    python -m benchmarks.engines --out FILE.json [--rounds N] [--model ID] [--sizes 50 1500]

With the id of another model that is a GGUF file: ours beside llama.cpp called directly on that file. Else
the packaged one. Ours goes through the manager, to text. Beside it: plain transformers in float32, OpenVINO
GenAI called directly on the same export, llama.cpp on the packaged GGUF file and on the same in Q4_0, its
fastest format, and ONNX Runtime GenAI in int4 (wheels, for benchmarks only). Each contender is a process of
its own; rounds are interleaved, figures are medians, and only one works at a time.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks import new_file
from components.config import ROOT, read_config
from components.models.catalog import CATALOGUE, Catalog, ModelSpec, package_file
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.models.options import GenerationOptions, Prompt
from components.models.pair import Pair

SMOL = CATALOGUE[0]
NEW_TOKENS = 128
SIZES = (50, 1500)
OURS = "Wordbench"
OTHERS = {
    "direct": "OpenVINO called directly",
    "plain": "transformers float32",
    "llama": "llama.cpp Q4_1",
    "llama-q4_0": "llama.cpp Q4_0",
    "onnx": "ONNX Runtime GenAI int4",
}
TEXT = (
    "In the early years of the railway the stations were built of wood, and the men who kept them knew every "
    "driver by name. A traveller who came from the coast would hear of the weather before the train had "
    "stopped, and would be asked for news of the harbour, the price of fish and the health of the mayor."
)


def text_of(tokens: int, number: int, count: Callable[[str], int]) -> str:
    """A text of about so many tokens that begins differently each time, so that no cache has it."""
    words = [f"Chapter {number}.", *TEXT.split()]
    while count(" ".join(words)) < tokens:
        words += TEXT.split()
    while count(" ".join(words)) > tokens:
        words.pop()
    return " ".join(words)


class Child:
    """A contender in a process of its own: a line of JSON in, a line of JSON out."""

    def __init__(self, name: str, *more: str) -> None:
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.engines", "--contender", name, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.load = self._answer()["load"]
        self.start = time.perf_counter() - started

    def ask(self, **what: Any) -> dict[str, float]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError("the contender ended")

    @property
    def memory(self) -> float:
        return peak(self._process.pid)

    @property
    def processor(self) -> float:
        return processor(self._process.pid)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def peak(pid: int) -> float:
    """The most main memory that a process has had, in megabytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return psutil.Process(pid).memory_info().rss / 1e6
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1e3


def processor(*pids: int) -> float:
    """The seconds of processor time that processes have taken: hardly disturbed by what else runs."""
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


class Ours:
    """Wordbench's own path: the manager, a lease, pieces of text."""

    def __init__(self, spec: ModelSpec) -> None:
        self._spec, config = spec, read_config()
        library = Library(config)
        loader = EngineLoader(config, library)
        if spec is SMOL:
            loader.prepare(spec, lambda text, share: None)
        started = time.perf_counter()
        self._manager = ModelManager(Catalog(config.models_dir), loader, config)
        with self._manager.lease(spec.id) as self.engine:
            pass
        self.load = time.perf_counter() - started
        if spec is SMOL and isinstance(self.engine, Pair):  # what happens when nobody waits
            loader.make_ready(spec)
            loader.join(spec, self.engine, loader.main_memory().free, lambda: False)
            print(self.engine.info.chosen)
        self.name = OURS if isinstance(self.engine, Pair) else f"{OURS} ({self.engine.info.engine})"

    def count(self, text: str) -> int:
        return self.engine.count([Prompt(text=text)])[0]

    def ask(self, text: str, new: int) -> dict[str, float]:
        started, first = time.perf_counter(), 0.0
        options = GenerationOptions(temperature=0, max_new_tokens=new)
        with self._manager.lease(self._spec.id) as engine:  # as a page does for each answer
            generation = engine.generate(Prompt(text=text), options, lambda: False)
            for _ in generation:
                first = first or time.perf_counter() - started
        assert generation.usage
        total = time.perf_counter() - started
        return {"first": first, "total": total, "new": generation.usage.new_tokens}

    @property
    def memory(self) -> float:
        return sum(map(peak, self._pids()))

    @property
    def processor(self) -> float:
        return processor(os.getpid(), *self._pids())

    def _pids(self) -> list[int]:
        engines = self.engine.engines if isinstance(self.engine, Pair) else [self.engine]
        return [one._process.pid for one in engines]  # type: ignore[attr-defined]

    def close(self) -> None:
        self._manager.unload(self._spec.id)


def contend(name: str, file: Path | None) -> None:
    """The child's side. `files` makes what the others load, so that none is charged for it."""
    if file:
        started = time.perf_counter()
        compete(started, _llama(file))
        return
    config = read_config()
    library, made = Library(config), config.data_dir / "benchmarks"
    folder = library.prepare(SMOL, lambda text, share: None)
    exported = library.export(SMOL, folder, lambda text, share: None)
    if name == "files":
        _onnx_model(folder, made / "onnx-int4")
        _requantized(made / "q4_0.gguf")
        return
    started = time.perf_counter()
    answer: Callable[[str, int], Iterator[int]]
    match name:
        case "direct":
            answer = _direct(folder, exported)
        case "plain":
            answer = _plain(folder)
        case "onnx":
            answer = _onnx(made / "onnx-int4")
        case "llama-q4_0":
            answer = _llama(made / "q4_0.gguf")
        case _:
            answer = _llama(packaged())
    compete(started, answer)


def compete(started: float, answer: Callable[[str, int], Iterator[int]]) -> None:
    """Answers each line of standard input; `started`: when loading began."""
    print(json.dumps({"load": time.perf_counter() - started}), flush=True)
    for line in sys.stdin:
        what = json.loads(line)
        started, first, new = time.perf_counter(), 0.0, 0
        for count in answer(what["text"], what["new"]):
            first = first or time.perf_counter() - started
            new += count
        total = time.perf_counter() - started
        print(json.dumps({"first": first, "total": total, "new": new}), flush=True)


def _direct(folder: Path, exported: Path) -> Callable[[str, int], Iterator[int]]:
    import numpy as np
    import openvino_genai as genai
    from openvino import Tensor
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    scheduling = genai.SchedulerConfig()
    scheduling.num_kv_blocks = 800
    pipeline = genai.ContinuousBatchingPipeline(str(exported), scheduling, "CPU")
    numbers = iter(range(1_000_000))

    def answer(text: str, new: int) -> Iterator[int]:
        config = genai.GenerationConfig()
        config.max_new_tokens, config.ignore_eos = new, True
        config.set_eos_token_id(tokenizer.eos_token_id)
        ids = tokenizer(text)["input_ids"]
        handle = pipeline.add_request(next(numbers), Tensor(np.array([ids], np.int64)), config)
        made: list[int] = []
        while pipeline.has_non_finished_requests():
            pipeline.step()
            while handle.can_read():
                for output in handle.read().values():
                    made += output.generated_ids
                    yield len(output.generated_ids)
        tokenizer.decode(made)

    return answer


def _plain(folder: Path) -> Callable[[str, int], Iterator[int]]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    @torch.inference_mode()
    def answer(text: str, new: int) -> Iterator[int]:
        ids = tokenizer(text, return_tensors="pt")["input_ids"]
        more = {"do_sample": False, "attention_mask": torch.ones_like(ids)}
        first = model.generate(ids, max_new_tokens=1, return_dict_in_generate=True, **more)
        yield 1
        more["attention_mask"] = torch.ones_like(first.sequences)
        rest = model.generate(
            first.sequences,
            past_key_values=first.past_key_values,
            max_new_tokens=new - 1,
            min_new_tokens=new - 1,
            **more,
        )
        tokenizer.decode(rest[0])
        yield rest.shape[1] - first.sequences.shape[1]

    return answer


def _onnx_model(folder: Path, into: Path) -> None:
    """Made once, by the library's own builder."""
    if not (into / "genai_config.json").exists():
        command = [
            sys.executable,
            "-m",
            "onnxruntime_genai.models.builder",
            "-i",
            str(folder),
            "-o",
            str(into),
        ]
        command += ["-p", "int4", "-e", "cpu", "-c", str(into / "cache")]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def _onnx(folder: Path) -> Callable[[str, int], Iterator[int]]:
    import onnxruntime_genai as genai

    model = genai.Model(str(folder))
    tokenizer = genai.Tokenizer(model)

    def answer(text: str, new: int) -> Iterator[int]:
        ids = tokenizer.encode(text)
        parameters = genai.GeneratorParams(model)
        parameters.set_search_options(
            max_length=len(ids) + new, min_length=len(ids) + new, do_sample=False, batch_size=1
        )
        generator, stream = genai.Generator(model, parameters), tokenizer.create_stream()
        generator.append_tokens(ids)
        while not generator.is_done():
            generator.generate_next_token()
            stream.decode(generator.get_next_tokens()[0])
            yield 1

    return answer


def packaged() -> Path:
    """The GGUF file that the package carries."""
    found = package_file(SMOL)
    assert found is not None
    return found


def _requantized(into: Path) -> None:
    """The packaged file with its Q4_1 matrices in Q4_0, made once."""
    from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, quants

    if into.exists():
        return
    into.parent.mkdir(parents=True, exist_ok=True)
    reader = GGUFReader(packaged())
    part = into.with_suffix(".part")
    writer = GGUFWriter(part, reader.get_field("general.architecture").contents())
    for name, field in reader.fields.items():
        if name == "general.architecture" or name.startswith("GGUF."):
            continue
        is_list = field.types[0].name == "ARRAY"
        writer.add_key_value(
            name, field.contents(), field.types[0], sub_type=field.types[-1] if is_list else None
        )
    for tensor in reader.tensors:
        data, kind = tensor.data, tensor.tensor_type
        if kind == GGMLQuantizationType.Q4_1:
            kind = GGMLQuantizationType.Q4_0
            data = quants.quantize(quants.dequantize(tensor.data, GGMLQuantizationType.Q4_1), kind)
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.rename(into)


def _llama(file: Path) -> Callable[[str, int], Iterator[int]]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx, parameters.n_parallel, parameters.cpuparams.n_threads = 4096, 1, psutil.cpu_count() or 1
    server = xllamacpp.Server(parameters)

    def answer(text: str, new: int) -> Iterator[int]:
        what = {"prompt": text, "n_predict": new, "ignore_eos": True, "temperature": 0, "stream": True}
        request = urllib.request.Request(
            f"{server.listening_address}/completion",
            json.dumps(what | {"cache_prompt": False}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as lines:
            for line in lines:
                if line.startswith(b"data:") and not json.loads(line[5:]).get("stop"):
                    yield 1

    return answer


def perplexities(folder: Path, exported: Path) -> dict[str, float]:
    """Of the same 1,000 tokens, read by both engines with the same weights."""
    import numpy as np
    import openvino_genai as genai
    import torch
    from openvino import Tensor
    from transformers import AutoModelForCausalLM, AutoTokenizer

    ids = AutoTokenizer.from_pretrained(folder)((ROOT / "README.md").read_text("utf-8"))["input_ids"][:1000]
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        plain = math.exp(float(model(input_ids=torch.tensor([ids]), labels=torch.tensor([ids])).loss))
    scheduling = genai.SchedulerConfig()
    scheduling.num_kv_blocks, scheduling.max_num_batched_tokens = 100, 2048
    pipeline = genai.ContinuousBatchingPipeline(str(exported), scheduling, "CPU")
    config = genai.GenerationConfig()
    config.max_new_tokens, config.echo, config.logprobs, config.ignore_eos = 1, True, 1, True
    config.set_eos_token_id(0)
    handle = pipeline.add_request(0, Tensor(np.array([ids], np.int64)), config)
    while pipeline.has_non_finished_requests():
        pipeline.step()
    chances = handle.read_all()[0].generated_log_probs[1 : len(ids)]
    return {"transformers": plain, "OpenVINO": math.exp(-sum(chances) / len(chances))}


def turned(contenders: list[Any], number: int) -> list[Any]:
    """Rounds that each begin with a different contender, so that none always follows the same one."""
    at = number % len(contenders)
    return contenders[at:] + contenders[:at]


def contenders_of(spec: ModelSpec) -> dict[str, Any]:
    """By their names, ours first."""
    if spec is not SMOL:
        file = Library(read_config()).file(spec)
        assert file, f"{spec.title} is no GGUF file that is here"
        ours = Ours(spec)
        return {ours.name: ours, "llama.cpp called directly": Child("llama", "--file", str(file))}
    command = [sys.executable, "-m", "benchmarks.engines", "--contender", "files"]
    subprocess.run(command, check=True, cwd=ROOT)
    ours = Ours(spec)
    return {ours.name: ours} | {title: Child(name) for name, title in OTHERS.items()}


def measure(rounds: int, spec: ModelSpec, sizes: list[int]) -> dict[str, Any]:
    contenders = contenders_of(spec)
    ours = next(iter(contenders.values()))
    runs: dict[str, dict[int, list[dict[str, float]]]] = {n: {s: [] for s in sizes} for n in contenders}
    for number in range(rounds + 1):
        for size in sizes:
            for name, contender in turned(list(contenders.items()), number):
                text = text_of(size, number * 100 + len(runs[name][size]), ours.count)
                before = contender.processor
                found = contender.ask(text=text, new=NEW_TOKENS)
                found["processor"] = contender.processor - before
                if number:  # the first round warms up
                    runs[name][size].append(found)
    table = {}
    for name, contender in contenders.items():
        row: dict[str, float] = {"load_seconds": contender.load, "peak_megabytes": contender.memory}
        for size in sizes:
            done = runs[name][size]
            row[f"{size}_first_seconds"] = median(r["first"] for r in done)
            row[f"{size}_decode_tokens_per_second"] = median(
                (r["new"] - 1) / max(r["total"] - r["first"], 1e-9) for r in done
            )
            row[f"{size}_prompt_tokens_per_second"] = median(size / r["first"] for r in done)
            row[f"{size}_processor_seconds"] = median(r["processor"] * NEW_TOKENS / r["new"] for r in done)
            row[f"{size}_end_to_end_seconds"] = median(r["total"] * NEW_TOKENS / r["new"] for r in done)
        table[name] = row
    for contender in contenders.values():
        contender.close()
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=new_file)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", default=SMOL.id, help="its id, as on the Models page")
    parser.add_argument(
        "--sizes", type=int, nargs=2, default=SIZES, help="tokens of a short and a long prompt"
    )
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        contend(arguments.contender, arguments.file)
        return
    spec = SMOL if arguments.model == SMOL.id else Catalog(read_config().models_dir).get(arguments.model)
    short, long = sizes = list(arguments.sizes)
    table = measure(arguments.rounds, spec, sizes)
    ours = next(iter(table))
    print(f"| Engine | first token of {long:,}, s | prompt, tokens/s | decode, tokens/s |", end="")
    print(f" {short} + 128, s | {long:,} + 128, s | load, s | peak, MB |", end="")
    print(f" processor for {short} + 128, s |\n" + "|---" * 9 + "|")
    for name, row in table.items():
        cells = [f"{row[f'{long}_{key}']:.2f}" for key in ("first_seconds", "prompt_tokens_per_second")]
        cells += [f"{row[f'{short}_decode_tokens_per_second']:.1f}"]
        cells += [f"{row[f'{size}_end_to_end_seconds']:.2f}" for size in sizes]
        cells += [f"{row['load_seconds']:.1f}", f"{row['peak_megabytes']:.0f}"]
        cells += [f"{row[f'{short}_processor_seconds']:.2f}"]
        print(f"| {name} | " + " | ".join(cells) + " |")
    ratios = {
        name: {
            size: table[ours][f"{size}_end_to_end_seconds"] / row[f"{size}_end_to_end_seconds"]
            for size in sizes
        }
        for name, row in table.items()
    }
    print("\nEnd to end, Wordbench over each:", json.dumps(ratios, indent=1))
    quality = {}
    if spec is SMOL:
        library = Library(read_config())
        folder = library.prepare(SMOL, lambda text, share: None)
        quality = perplexities(folder, library.export(SMOL, folder, lambda text, share: None))
        print("Perplexity:", quality)
    if arguments.out:
        found = {"engines": table, "ours_over": ratios, "perplexity": quality, "rounds": arguments.rounds}
        arguments.out.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
