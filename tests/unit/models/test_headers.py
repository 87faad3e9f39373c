"""Model files whose headers lie: each costs a sentence, and no memory."""

import json
import random
import resource
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from components.errors import BadInput
from components.models.catalog import CATALOGUE, package_file
from components.models.gguf_header import check_gguf
from components.models.headers import check_config, check_safetensors
from tests.figures import note

SMALL = 50_000_000  # bytes that a check may take at most


def safetensors(path: Path, header: object, data: bytes = b"", length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return path


def tensor(shape: list, start: object = 0, end: object = 16, dtype: str = "F32") -> dict:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


LIES = {
    "a header longer than the file": (b"{}", b"", 2**63 - 1),
    "a header of 4 GB": (b"{}", b"", 2**32),
    "not JSON": (b"\x80\x04pickle", b"", None),
    "a list": ([], b"", None),
    "nested without end": (b"[" * 100_000, b"", None),
    "more weights than bytes": ({"w": tensor([2**40, 2**20])}, b"x" * 16, None),
    "a product that wraps around": ({"w": tensor([2**32, 2**32, 4], 0, 16)}, b"x" * 16, None),
    "a tensor past the end": ({"w": tensor([2, 2], 0, 2**50)}, b"x" * 16, None),
    "a tensor before the beginning": ({"w": tensor([2, 2], -16, 0)}, b"x" * 16, None),
    "a negative shape": ({"w": tensor([-2, -2])}, b"x" * 16, None),
    "a shape of floats": ({"w": tensor([1e300])}, b"x" * 16, None),
    "offsets the wrong way round": ({"w": tensor([2, 2], 16, 0)}, b"x" * 16, None),
    "tensors that overlap": ({"a": tensor([4]), "b": tensor([4])}, b"x" * 16, None),
    "a hole": ({"a": tensor([4], 16, 32)}, b"x" * 32, None),
    "bytes that belong to nothing": ({"a": tensor([4])}, b"x" * 99, None),
    "an unknown kind": ({"w": tensor([4], dtype="PICKLE")}, b"x" * 16, None),
    "no description": ({"w": 5}, b"x" * 16, None),
    "a truncated file": ({"w": tensor([4])}, b"x" * 9, None),
}


@pytest.mark.parametrize("name", LIES)
def test_a_safetensors_header_that_lies_costs_a_sentence(name: str, tmp_path: Path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    header, data, length = LIES[name]
    with pytest.raises(BadInput, match="is damaged"):
        check_safetensors(safetensors(tmp_path / "m.safetensors", header, data, length))
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < SMALL


def test_real_files_pass_and_are_counted(tmp_path: Path, tiny_models: Path):
    save_file({"a": np.zeros((3, 4), np.float32), "b": np.zeros(5, np.int8)}, tmp_path / "x.safetensors")
    assert check_safetensors(tmp_path / "x.safetensors") == 17
    assert check_safetensors(next((tiny_models / "tiny-chat").glob("*.safetensors"))) > 1000
    if source := package_file(CATALOGUE[0]):
        check_gguf(source)


def test_a_config_that_promises_more_than_the_weights(tmp_path: Path):
    honest = {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": 400}
    check_config(tmp_path, honest, 30_000)
    for lie in ({"hidden_size": 1_000_000}, {"num_hidden_layers": 10**9}, {"vocab_size": 10**12}):
        with pytest.raises(BadInput, match="it stands for"):
            check_config(tmp_path, honest | lie, 30_000)


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def gguf(fields: list[bytes] = (), tensors: list[bytes] = (), data: bytes = b"", **counts: int) -> bytes:
    numbers = (counts.get("tensor_count", len(tensors)), counts.get("field_count", len(fields)))
    head = b"GGUF" + struct.pack("<IQQ", counts.get("version", 3), *numbers) + b"".join([*fields, *tensors])
    return head + b"\0" * (-len(head) % 32) + data


def info(name: bytes = b"w", shape: tuple = (8,), kind: int = 0, start: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, start)


def field(name: bytes, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


GOOD = gguf(
    [field(b"a", 8, text(b"llama")), field(b"b", 9, struct.pack("<IQ", 8, 1) + text(b"t"))],
    [info()],
    b"x" * 32,
)
GGUF_LIES = {
    "empty": b"",
    "another format": b"PK\x03\x04" + b"\0" * 60,
    "an old version": gguf(version=1),
    "a future version": gguf(version=2**31),
    "more tensors than bytes": gguf(tensor_count=2**40),
    "more fields than bytes": gguf(field_count=2**60),
    "a name of 16 exabytes": gguf([struct.pack("<Q", 2**64 - 1)]),
    "a text longer than the file": gguf([field(b"a", 8, struct.pack("<Q", 2**40))]),
    "a list longer than the file": gguf([field(b"a", 9, struct.pack("<IQ", 8, 2**50))]),
    "a list of numbers longer than the file": gguf([field(b"a", 9, struct.pack("<IQ", 4, 2**62))]),
    "lists in lists in lists": gguf([field(b"a", 9, struct.pack("<IQ", 9, 1) * 9)]),
    "an unknown kind of field": gguf([field(b"a", 77, b"")]),
    "no alignment": gguf([field(b"general.alignment", 4, struct.pack("<I", 0))], [info()], b"x" * 32),
    "a tensor past the end": gguf([], [info(shape=(2**40,))], b"x" * 32),
    "a product that wraps around": gguf([], [info(shape=(2**32, 2**32, 2**32))], b"x" * 32),
    "a tensor that begins past the end": gguf([], [info(start=2**40)], b"x" * 32),
    "a tensor that begins between": gguf([], [info(start=5)], b"x" * 64),
    "a million dimensions": gguf([], [text(b"w") + struct.pack("<I", 10**6)], b"x" * 32),
    "an unknown kind of tensor": gguf([], [info(kind=9999)], b"x" * 32),
    "cut": GOOD[:-20],
}


@pytest.mark.parametrize("name", GGUF_LIES)
def test_a_gguf_header_that_lies_costs_a_sentence(name: str, tmp_path: Path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (tmp_path / "m.gguf").write_bytes(GGUF_LIES[name])
    with pytest.raises(BadInput, match="is damaged"):
        check_gguf(tmp_path / "m.gguf")
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < SMALL


def test_no_change_of_bits_in_a_header_costs_more_than_a_sentence(tmp_path: Path):
    path = tmp_path / "m.gguf"
    path.write_bytes(GOOD)
    check_gguf(path)
    rng, refused = random.Random(0), 0
    for _ in range(2000):
        broken = bytearray(GOOD)
        for _ in range(rng.randint(1, 4)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path.write_bytes(broken[: rng.randint(0, len(broken))] if rng.random() < 0.3 else broken)
        try:
            check_gguf(path)
        except BadInput:
            refused += 1
    assert refused > 500
    note(f"GGUF headers tried: 2,000, refused: {refused:,}; safetensors lies: {len(LIES)}")
