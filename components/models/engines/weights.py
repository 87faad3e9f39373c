"""A folder and a placement in, a model and its tokenizer out: dtype, device map, quantization.

Runs in the engine process. Only safetensors, no code from a model, nothing from the network.
"""

import importlib.util
from pathlib import Path
from typing import Any

from components.errors import Unavailable
from components.models.placement import Placement


def load_arguments(placement: Placement) -> dict[str, Any]:
    """The keyword arguments of `from_pretrained` that put a model on its chosen place."""
    import torch

    arguments: dict[str, Any] = {
        "dtype": getattr(torch, placement.dtype),
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": True,
    }
    if len(placement.devices) > 1:
        arguments["device_map"] = "auto"
        arguments["max_memory"] = {device.index: device.free for device in placement.devices}
    elif placement.devices[0].kind != "cpu":
        arguments["device_map"] = {"": placement.devices[0].label}
    if placement.quantization != "none":
        arguments["quantization_config"] = _quantization(placement)
    return arguments


def load_causal(folder: Path, placement: Placement) -> tuple[Any, Any]:
    """A causal language model in evaluation mode and its tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    from components.models.engines import recurrent  # noqa: F401 - makes it known to transformers

    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    arguments = load_arguments(placement)
    if not may_flash(placement):
        return AutoModelForCausalLM.from_pretrained(folder, **arguments).eval(), tokenizer
    try:
        flash = {"attn_implementation": "flash_attention_2"}
        model = AutoModelForCausalLM.from_pretrained(folder, **arguments, **flash)
    except (ValueError, ImportError):  # not this model, or not this card
        model = AutoModelForCausalLM.from_pretrained(folder, **arguments)
    return model.eval(), tokenizer


def may_flash(placement: Placement) -> bool:
    """Whether FlashAttention may be asked for; transformers takes SDPA otherwise."""
    halves = placement.devices[0].kind == "cuda" and placement.dtype != "float32"
    return halves and importlib.util.find_spec("flash_attn") is not None


def load_embedding(folder: Path, placement: Placement) -> tuple[Any, Any]:
    """An encoder in evaluation mode and its tokenizer."""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    model = AutoModel.from_pretrained(folder, **load_arguments(placement))
    return model.eval(), tokenizer


def load_seq2seq(folder: Path, placement: Placement) -> tuple[Any, Any]:
    """An encoder-decoder model in evaluation mode and its tokenizer."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, **load_arguments(placement))
    return model.eval(), tokenizer


def _quantization(placement: Placement) -> Any:
    import torch
    from transformers import BitsAndBytesConfig

    if importlib.util.find_spec("bitsandbytes") is None:
        raise Unavailable(
            "The settings ask for {quantization} quantization, which needs a package: `pip install "
            "bitsandbytes`. Or set quantization to none.",
            quantization=placement.quantization,
        )
    if placement.quantization == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=getattr(torch, placement.dtype),
        bnb_4bit_use_double_quant=True,
    )
