"""What the model in a folder is and what it needs, from its config and its headers alone.

Knows files; neither torch nor how a model is run.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from components.errors import BadInput
from components.files import read_json
from components.models import gguf_memory
from components.models.gguf_header import GgufHeader
from components.models.gguf_memory import CacheBits
from components.models.headers import check_config, check_safetensors, number
from components.models.placement import Footprint
from components.models.spec import ModelSpec


@dataclass(frozen=True)
class StoredFootprint(Footprint):
    """What a GGUF file needs as it is, on llama.cpp. Compared by what it tells, not by its header."""

    header: GgufHeader | None = field(default=None, compare=False)
    bits: CacheBits = 16

    def bytes(self, dtype: str, quantization: str, sequences: int = 1) -> int:
        assert self.header is not None
        return gguf_memory.need(self.header, self.context, self.bits)


SEQ2SEQ_BATCH = 16  # sequences of full length whose keys and values are kept at the same time

Architecture = Literal["causal", "seq2seq", "bergamot", "use"]


def architecture(folder: Path) -> Architecture:
    """Which engine runs the model in a folder."""
    if not (folder / "config.json").exists():
        if (folder / "weights.npz").exists():
            return "use"
        return "bergamot" if next(folder.glob("*/*.intgemm.alphas.bin"), None) else "causal"
    return "seq2seq" if read_json(folder / "config.json").get("is_encoder_decoder") else "causal"


def measured(spec: ModelSpec, folder: Path, max_context: int) -> Footprint:
    """What a model needs. Raises BadInput where its files are damaged or promise what they don't hold."""
    if spec.source == "packaged" and not spec.gguf:
        return _packaged_footprint(spec, folder)
    config = read_json(folder / "config.json")
    if isinstance(config.get("text_config"), dict):
        config = config["text_config"]
    if config.get("is_encoder_decoder"):
        return _seq2seq_footprint(spec, folder, config)
    layers = number(config, "num_hidden_layers", "n_layer")
    heads = number(config, "num_attention_heads", "n_head") or 1
    head_size = number(config, "head_dim") or number(config, "hidden_size", "n_embd") // heads
    kv_heads = number(config, "num_key_value_heads") or heads
    context = number(config, "max_position_embeddings", "n_positions") or spec.context or 2048
    weights = count_weights(folder)
    check_config(folder / "config.json", config, weights)
    return Footprint(weights, 2 * layers * kv_heads * head_size, min(context, max_context))


def stored(header: GgufHeader, max_context: int, bits: CacheBits) -> StoredFootprint:
    """What a GGUF file needs that isn't converted, with no more context than `max_context`."""
    each = gguf_memory.cache_bytes(header, 1, bits)
    context = min(header.context or 4096, max_context)
    return StoredFootprint(header.parameters, each, context, cpu_only=True, header=header, bits=bits)


def count_weights(folder: Path) -> int:
    """Number of weights in a folder's safetensors files, from their headers alone.

    Raises BadInput for a file whose header is damaged or promises more than the file holds.
    """
    total = sum(check_safetensors(file) for file in sorted(folder.glob("*.safetensors")))
    if not total:
        raise BadInput(
            "There are no safetensors weights in {folder}. Delete the model and get it again.", folder=folder
        )
    return total


def _packaged_footprint(spec: ModelSpec, folder: Path) -> Footprint:
    """Bergamot: 8-bit weights on the disk, which the engine unpacks; nothing is cached between words.

    USE multilingual keeps a byte a weight in memory, and has a cache-sized working set.
    """
    if architecture(folder) == "use":
        return Footprint(spec.parameters // 4, 0, spec.context, cpu_only=True)
    weights = sum(path.stat().st_size for path in folder.glob("*/*.bin"))
    return Footprint(weights, 0, spec.context, cpu_only=architecture(folder) == "bergamot")


def _seq2seq_footprint(spec: ModelSpec, folder: Path, config: dict[str, Any]) -> Footprint:
    """An encoder-decoder model: what a batch caches, not one long text, is what takes memory."""
    context = number(config, "max_position_embeddings") or spec.context or 512
    layers = number(config, "decoder_layers", "num_decoder_layers", "num_layers") or 6
    width = number(config, "d_model") or 512
    in_batch = 2 * 2 * layers * width * SEQ2SEQ_BATCH  # keys and values, of the text and of its source
    weights = count_weights(folder)
    check_config(folder / "config.json", config, weights)
    return Footprint(weights, in_batch, min(context, 512))
