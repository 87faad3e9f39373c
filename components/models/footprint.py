"""What the model in a folder is and what it needs, from its config and its headers alone.

Knows files; neither torch nor how a model is run.
"""

import json
from pathlib import Path
from typing import Any, Literal

from components.errors import BadInput
from components.files import read_json
from components.models.catalog import ModelSpec
from components.models.headers import check_config, check_safetensors
from components.models.placement import Footprint

SEQ2SEQ_BATCH = 16  # sequences of full length whose keys and values are kept at the same time

Architecture = Literal["causal", "seq2seq", "bergamot"]


def architecture(folder: Path) -> Architecture:
    """Which engine runs the model in a folder."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "bergamot" if next(folder.glob("*/*.intgemm.alphas.bin"), None) else "causal"
    return "seq2seq" if config.get("is_encoder_decoder") else "causal"


def measured(spec: ModelSpec, folder: Path, max_context: int) -> Footprint:
    """What a model needs. Raises BadInput where its files are damaged or promise what they don't hold."""
    if spec.source == "packaged" and not spec.gguf:
        return _packaged_footprint(spec, folder)
    config = read_json(folder / "config.json")
    config = config.get("text_config") or config
    if config.get("is_encoder_decoder"):
        return _seq2seq_footprint(spec, folder, config)
    layers = config.get("num_hidden_layers") or config.get("n_layer") or 0
    heads = config.get("num_attention_heads") or config.get("n_head") or 1
    width = config.get("hidden_size") or config.get("n_embd") or 0
    head_size = config.get("head_dim") or width // heads
    kv_heads = config.get("num_key_value_heads") or heads
    context = config.get("max_position_embeddings") or config.get("n_positions") or spec.context or 2048
    context = min(context, max_context)
    weights = count_weights(folder)
    check_config(folder / "config.json", config, weights)
    return Footprint(weights, 2 * layers * kv_heads * head_size, context)


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
    """Bergamot: 8-bit weights on the disk, which the engine unpacks; nothing is cached between words."""
    weights = sum(path.stat().st_size for path in folder.glob("*/*.bin"))
    return Footprint(weights, 0, spec.context, cpu_only=architecture(folder) == "bergamot")


def _seq2seq_footprint(spec: ModelSpec, folder: Path, config: dict[str, Any]) -> Footprint:
    """An encoder-decoder model: what a batch caches, not one long text, is what takes memory."""
    context = config.get("max_position_embeddings") or spec.context or 512
    layers = config.get("decoder_layers") or config.get("num_decoder_layers") or config.get("num_layers") or 6
    width = config.get("d_model") or 512
    in_batch = 2 * 2 * layers * width * SEQ2SEQ_BATCH  # keys and values, of the text and of its source
    weights = count_weights(folder)
    check_config(folder / "config.json", config, weights)
    return Footprint(weights, in_batch, min(context, 512))
