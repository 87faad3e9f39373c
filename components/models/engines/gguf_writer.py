"""A causal model of Hugging Face's as a GGUF file, for the families whose matrices have a known place in one.

Knows both forms; neither torch nor how a model is run. Where the model came out of a GGUF file, that file's
description and tokenizer are taken over; else they are made of config.json and tokenizer.json (`gguf_words`).
One matrix is in memory at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gguf import GGUFReader, GGUFWriter, get_tensor_name_map
from gguf.constants import MODEL_ARCH_NAMES

from components.errors import BadInput
from components.files import read_json
from components.messages import Said
from components.models.engines.gguf_adapter import TURNED, turned
from components.models.engines.gguf_kinds import Kind, Stored, rounded, stored_as
from components.models.engines.gguf_words import add_words
from components.models.gguf_families import FAMILIES, rope, why_not
from components.models.headers import read_safetensors

_TYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "F64": "<f8"}
# What a header says of the file that it came from, not of the model.
_OF_THE_FILE = ("GGUF.", "split.", "quantize.", "general.architecture", "general.file_type", "general.name")
_NO_MATRIX = ("rope_freqs.weight",)  # tensors that aren't trained: taken over with the header

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Matrix:
    """A tensor of the model, and where its numbers are."""

    name: str  # in the GGUF file
    shape: tuple[int, ...]
    source: Path
    dtype: str
    start: int  # bytes
    heads: int  # whose rows change their order; 0: none

    def read(self) -> npt.NDArray[np.float32]:
        raw: Array = np.memmap(self.source, _TYPES[self.dtype], "r", self.start, self.shape)
        if self.dtype == "BF16":  # the upper half of a float32
            raw = (raw.astype(np.uint32) << 16).view(np.float32)
        numbers = raw.astype(np.float32)
        if not self.heads:
            return numbers
        return turned(numbers.reshape(len(numbers), -1), self.heads).reshape(self.shape)


def write(folder: Path, file: Path, kind: Kind, name: str, base: Path | None = None) -> None:
    """Writes the model in a folder, with tokenizer and chat template. Raises BadInput saying why not."""
    if why := why_not(folder, base):
        raise BadInput("There is no GGUF file of this model: {why}.", why=why)
    about = read_json(folder / "config.json")
    architecture = FAMILIES[about["model_type"]]
    matrices = _matrices(folder, about, architecture)
    writer = GGUFWriter(file, architecture)
    if base is None:
        _describe(writer, about)
        add_words(writer, folder, _rows_of("token_embd.weight", matrices))
        kept: dict[str, Array] = {}
    else:
        kept = _take_over(writer, base, _rows_of("token_embd.weight", matrices))
    writer.add_name(name)
    writer.add_file_type(int(kind.file_type))
    _write_all(writer, matrices, kept, kind, int(about["num_hidden_layers"]))


def _write_all(
    writer: GGUFWriter, matrices: list[Matrix], kept: dict[str, Array], kind: Kind, layers: int
) -> None:
    tied = "output.weight" not in {one.name for one in matrices}
    how: dict[str, Stored] = {}
    for one in matrices:
        flat = len(one.shape) < 2
        how[one.name] = Stored.F32 if flat else stored_as(kind, one.name, layers, one.shape[-1], tied)
        dummy = rounded(np.zeros((1, one.shape[-1]), np.float32), how[one.name])
        rows = 1 if flat else one.shape[0]
        size = dummy.nbytes * rows
        shape = (rows, dummy.shape[-1]) if dummy.dtype == np.uint8 else one.shape
        writer.add_tensor_info(one.name, shape, dummy.dtype, size, how[one.name])
    for name, numbers in kept.items():
        writer.add_tensor_info(name, numbers.shape, numbers.dtype, numbers.nbytes, Stored.F32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for one in matrices:
        writer.write_tensor_data(rounded(one.read(), how[one.name]))
    for numbers in kept.values():
        writer.write_tensor_data(numbers)
    writer.close()


def _matrices(folder: Path, about: Mapping[str, Any], architecture: str) -> list[Matrix]:
    """All tensors under their names in a GGUF file. Raises BadInput for one that has no place there."""
    layers = int(about["num_hidden_layers"])
    key = next(key for key, name in MODEL_ARCH_NAMES.items() if name == architecture)
    names = get_tensor_name_map(key, layers)
    heads = {"q_proj": int(about["num_attention_heads"])}
    heads["k_proj"] = int(about.get("num_key_value_heads") or heads["q_proj"])
    found = []
    for name, tensor, source, at in _tensors(folder):
        place = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if place is None or tensor["dtype"] not in _TYPES:
            raise BadInput(
                "There is no GGUF file of this model: {why}.",
                why=Said("{name} has no place in it", name=name),
            )
        part = name.split(".")[-2]
        order = heads.get(part, 0) if architecture in TURNED else 0
        start = at + tensor["data_offsets"][0]
        found.append(Matrix(place, tuple(tensor["shape"]), source, tensor["dtype"], start, order))
    if about.get("tie_word_embeddings"):
        found = [one for one in found if one.name != "output.weight"]
    return found


def _tensors(folder: Path) -> Iterator[tuple[str, Mapping[str, Any], Path, int]]:
    for file in sorted(folder.glob("*.safetensors")):
        header, at = read_safetensors(file)
        for name, tensor in header.items():
            if not name.endswith("rotary_emb.inv_freq"):
                yield name, tensor, file, at


def _rows_of(name: str, matrices: list[Matrix]) -> int:
    return next((one.shape[0] for one in matrices if one.name == name), 0)


def _describe(writer: GGUFWriter, about: Mapping[str, Any]) -> None:
    """The sizes of the model."""
    heads = int(about["num_attention_heads"])
    width = int(about.get("head_dim") or about["hidden_size"] // heads)
    writer.add_context_length(int(about["max_position_embeddings"]))
    writer.add_embedding_length(int(about["hidden_size"]))
    writer.add_block_count(int(about["num_hidden_layers"]))
    writer.add_feed_forward_length(int(about["intermediate_size"]))
    writer.add_head_count(heads)
    writer.add_head_count_kv(int(about.get("num_key_value_heads") or heads))
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(float(rope(about)["rope_theta"]))
    writer.add_layer_norm_rms_eps(float(about["rms_norm_eps"]))
    writer.add_vocab_size(int(about["vocab_size"]))


def _take_over(writer: GGUFWriter, base: Path, words: int) -> dict[str, Array]:
    """The description of the file that the model came out of; returns its tensors that aren't trained."""
    reader = GGUFReader(base)
    for name, field in reader.fields.items():
        if name.startswith(_OF_THE_FILE):
            continue
        is_list = field.types[0].name == "ARRAY"
        inner = field.types[-1] if is_list else None
        writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
    tokens = reader.fields.get("tokenizer.ggml.tokens")
    if tokens is None or len(tokens.data) != words:
        raise BadInput(
            "There is no GGUF file of this model: {why}.",
            why=Said("its vocabulary isn't that of {name} any more", name=base.name),
        )
    return {one.name: np.array(one.data) for one in reader.tensors if one.name in _NO_MATRIX}
