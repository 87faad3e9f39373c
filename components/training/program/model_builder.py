"""The model that is trained: the base as its run says, with LoRA beside it or some of its layers set free.

Runs in the training program. Knows torch, transformers and peft; only safetensors, no code of a model's own,
nothing from the network.
"""

import json
import math
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn

from components.errors import BadInput, Unavailable
from components.training.folder import Plan
from components.training.hyperparameters import TrainingSettings


def is_seq2seq(folder: str | Path) -> bool:
    config = json.loads(Path(folder, "config.json").read_text(encoding="utf-8"))
    return bool(config.get("is_encoder_decoder"))


def base_arguments(plan: Plan) -> dict[str, Any]:
    """The keyword arguments of `from_pretrained` for the base."""
    arguments: dict[str, Any] = {
        # Whole weights learn in float32, computed in 16 bits where the device has them (see `trainer`).
        "dtype": getattr(torch, plan.precision if plan.settings.method in ("lora", "qlora") else "float32"),
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": True,
    }
    if plan.settings.method == "qlora":
        arguments["quantization_config"] = four_bits(plan)
    if plan.device == "cuda":
        arguments["device_map"] = {"": int(os.environ.get("LOCAL_RANK", "0"))}
    return arguments


def four_bits(plan: Plan) -> Any:
    """QLoRA's base: normal floats of 4 bits, quantized twice. Raises Unavailable where it can't run."""
    import importlib.util

    from transformers import BitsAndBytesConfig

    if plan.device != "cuda":
        raise Unavailable("QLoRA keeps the model in 4 bits, which needs an NVIDIA card. Choose LoRA instead.")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise Unavailable("QLoRA needs a package: pip install bitsandbytes. Or choose LoRA.")
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, plan.precision),
    )


def load_base(plan: Plan) -> Any:
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM
    from transformers.utils import logging

    from components.models.engines import recurrent  # noqa: F401 - makes it known to transformers

    logging.disable_progress_bar()
    kind = AutoModelForSeq2SeqLM if is_seq2seq(plan.base_folder) else AutoModelForCausalLM
    model = kind.from_pretrained(plan.base_folder, **base_arguments(plan))
    model.config.use_cache = False  # with a cache, transformers doesn't see where a packed row ends
    return model


def build(plan: Plan) -> Any:
    """The base, made ready to learn by the run's method."""
    model, settings = load_base(plan), plan.settings
    if settings.method in ("lora", "qlora"):
        return _with_lora(model, plan)
    if settings.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    if settings.method == "freeze":
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        for layer in last_layers(model, settings.last_layers):
            layer.requires_grad_(True)
    return model


def _with_lora(model: Any, plan: Plan) -> Any:
    from peft import LoraConfig, TaskType, get_peft_model, prepare_model_for_kbit_training

    if not any(isinstance(module, nn.Linear) for module in model.modules()):
        raise BadInput("An LSTM has no layers that LoRA could be put beside. Choose the method Full.")
    settings = plan.settings
    if settings.method == "qlora":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=settings.checkpointing)
    elif settings.checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    seq2seq = bool(getattr(model.config, "is_encoder_decoder", False))
    torch.manual_seed(settings.seed)  # LoRA's matrices begin at random
    return get_peft_model(
        model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules="all-linear",
            task_type=TaskType.SEQ_2_SEQ_LM if seq2seq else TaskType.CAUSAL_LM,
        ),
    )


def layers_of(model: nn.Module) -> nn.ModuleList:
    """The model's layers in order; of an encoder-decoder model, the decoder's.

    Raises BadInput for a model that doesn't keep its layers in one list.
    """
    lists = [(name, m) for name, m in model.named_modules() if isinstance(m, nn.ModuleList) and len(m) > 1]
    decoders = [(name, m) for name, m in lists if "decoder" in name] or lists
    outer = [m for name, m in decoders if not any(name.startswith(f"{other}.") for other, _ in decoders)]
    if not outer:
        raise BadInput("This model has no list of layers that could be frozen. Choose LoRA or full.")
    return max(outer, key=len)


def last_layers(model: nn.Module, count: int) -> list[nn.Module]:
    """The last `count` layers, the last one first."""
    return list(reversed(list(layers_of(model))))[:count]


def unfrozen_at(settings: TrainingSettings, step: int, steps: int) -> int:
    """How many of the last layers learn at a step: one more at a time over the first half of the run."""
    if not settings.gradual or settings.last_layers == 1:
        return settings.last_layers
    each = max(math.ceil(steps / 2 / settings.last_layers), 1)
    return min(1 + step // each, settings.last_layers)


def trainable(model: Any) -> tuple[int, int]:
    """Weights that learn, and all of them."""
    every = list(model.parameters())
    return sum(p.numel() for p in every if p.requires_grad), sum(p.numel() for p in every)
