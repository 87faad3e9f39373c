"""What a GGUF file says of itself before it is loaded: what it is, what it needs, and what is wrong with it."""

from dataclasses import replace
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType

from components.config import GB
from components.errors import BadInput
from components.models.catalog import CATALOGUE, package_file
from components.models.gguf_header import header_of, later_part, read_gguf, read_tokens
from components.models.gguf_memory import (
    cache_bytes,
    cells,
    checked,
    fitting_bits,
    fitting_context,
    need,
    refused,
)
from tests.gguf_files import QWEN3_8B, tiny


def test_a_header_tells_what_the_model_is(tmp_path: Path):
    header = read_gguf(
        tiny(tmp_path / "m.gguf", "qwen3", kind=GGMLQuantizationType.Q8_0, general__name="Mini")
    )
    assert (header.architecture, header.quantization, header.name) == ("qwen3", "Q8_0", "Mini")
    assert (header.layers, header.heads, header.kv_heads, header.key_length) == (2, 4, (2, 2), 32)
    assert header.context == 512
    assert header.vocabulary == 260
    assert "im_start" in header.chat_template
    assert not refused(header)
    tokens, kinds = read_tokens(tmp_path / "m.gguf")
    assert tokens[257] == "<|im_start|>"
    assert kinds[257] == 3


def test_the_packaged_file_is_read_as_it_is():
    if not (source := package_file(CATALOGUE[0])):
        pytest.skip("its package isn't installed")
    header = read_gguf(source)
    assert (header.quantization, header.parameters, header.context) == ("Q4_1", 134_515_008, 8192)
    assert not refused(header)


def test_a_model_in_parts_is_one_model(tmp_path: Path):
    whole = read_gguf(tiny(tmp_path / "whole.gguf"))
    tiny(tmp_path / "m.gguf", parts=3)
    parts = sorted(tmp_path.glob("m-*.gguf"))
    assert [part.name for part in parts] == [f"m-0000{i}-of-00003.gguf" for i in (1, 2, 3)]
    header = read_gguf(parts[0])
    assert header.files == tuple(parts)
    assert header.parameters == whole.parameters
    assert [later_part(part) for part in parts] == [False, True, True]
    with pytest.raises(BadInput, match=r"part 2 of 3 .* Choose its first part, m-00001-of-00003\.gguf"):
        read_gguf(parts[1])
    parts[2].unlink()
    with pytest.raises(BadInput, match=r"comes in 3 parts, and these are missing: .*m-00003-of-00003"):
        read_gguf(parts[0])


def test_a_truncated_file_is_told_before_it_is_loaded(tmp_path: Path):
    path = tiny(tmp_path / "m.gguf")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(BadInput, match=r"is damaged: the tensor .* goes past the end"):
        read_gguf(path)


def test_the_first_bytes_of_a_download_tell_as_much_as_the_file(tmp_path: Path):
    path = tiny(tmp_path / "m.gguf")
    data = path.read_bytes()
    found = header_of(data[:20_000], len(data), path)
    assert replace(found, fields={}) == replace(read_gguf(path), fields={})
    with pytest.raises(BadInput, match="only its first 500 bytes are there"):
        header_of(data[:500], len(data), path)


@pytest.mark.parametrize(
    ("architecture", "more", "says"),
    [
        ("martian9", {}, "'martian9' isn't known"),
        ("bert", {}, "writes no text"),
        ("llama", {"general__type": "adapter"}, "an adapter, not a model"),
        ("clip", {"general__type": "mmproj"}, "writes no text"),
    ],
)
def test_a_file_that_is_no_language_model_is_refused_in_a_sentence(
    architecture: str, more: dict, says: str, tmp_path: Path
):
    header = read_gguf(tiny(tmp_path / "m.gguf", architecture, **more))
    assert says in str(refused(header))
    with pytest.raises(BadInput, match=r"m\.gguf can't be used"):
        checked(header)


def test_an_8b_model_in_4_bits_fits_a_laptop_with_a_context_that_is_told():
    assert need(QWEN3_8B, 4096) == pytest.approx(6.0 * GB, rel=0.05)
    assert cache_bytes(QWEN3_8B, 8192) == 8192 * 36 * 8 * 256 * 2
    assert fitting_context(QWEN3_8B, 5 * GB) == 0  # nothing is left of 8 GB for it
    assert fitting_context(QWEN3_8B, 6 * GB) in range(3000, 5500)
    assert fitting_context(QWEN3_8B, 6 * GB, bits=8) in range(6000, 10_000)
    assert fitting_context(QWEN3_8B, 13 * GB) == 40_960
    assert fitting_context(QWEN3_8B, 28 * GB) == 40_960
    assert fitting_context(QWEN3_8B, 28 * GB, longest=8192) == 8192


def test_those_who_ask_beside_a_long_conversation_get_room_only_where_there_is_some():
    each = cache_bytes(QWEN3_8B, 1)
    assert cells(QWEN3_8B, 8192, 0) == cells(QWEN3_8B, 8192, -GB) == 8192
    assert cells(QWEN3_8B, 8192, 2000 * each) == 9192
    assert cells(QWEN3_8B, 8192, 100 * GB) == 8192 + 4096
    assert fitting_bits(QWEN3_8B, 8) == 8
    assert fitting_bits(replace(QWEN3_8B, key_length=80), 8) == 16


def test_layers_that_keep_little_or_nothing_are_not_counted_as_if_they_kept_all():
    half = replace(QWEN3_8B, window=1024, windowed=18)
    assert cache_bytes(half, 40_960) < 0.55 * cache_bytes(QWEN3_8B, 40_960)
    sparse = replace(QWEN3_8B, kv_heads=(0, 0, 0, 8) * 9)
    assert cache_bytes(sparse, 8192) * 4 == cache_bytes(QWEN3_8B, 8192)
