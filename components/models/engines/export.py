"""A program: one Hugging Face folder in, the same causal model as OpenVINO's files out, 8 bits a weight.

    python -m components.models.engines.export FOLDER OUT

The model is traced by OpenVINO's PyTorch frontend, its key-value cache made a state of the model (what
Optimum does for its exports, which can't be installed beside this transformers), and its matrices are
rounded to 8 bits with a scale and a zero point for each row, as NNCF's INT8_ASYM does. OpenVINO can read a
GGUF file directly, but rounds the minimum that each block of Q4_1 has: 22% more perplexity.
The result is compared with the original on a text; a model that lost more than 2% of perplexity is refused.
Prints one JSON object per line, as `conversion` does.
"""

import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from components import lifeline
from components.files import read_json
from components.messages import Message, Said, to_json
from components.priority import step_aside

FILE = "openvino_model.xml"
MOST_LOST = 1.02  # of perplexity
LEAST_FREE = 16_000_000  # bytes on the disk: with less left, this is the reason that a file wasn't written
TEXT = (
    "The lighthouse stood at the end of a long stone pier. Every evening at six the keeper climbed the "
    "one hundred and twelve steps, trimmed the wick and wound the clockwork that turned the lamp. In 1911 "
    "a storm carried away the pier, and for nine days nobody could reach him. He wrote in his book: the "
    "wind has dropped, the bread is gone, the light is burning. When the boat came at last he asked for "
    "two things, salt and news, and went back up the stairs before it was dark."
)


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def stage(message: Said, share: float, **more: Any) -> None:
    say(stage=to_json(message), share=share, **more)


class Refused(Exception):
    """The model can't be run by OpenVINO; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def export(folder: Path, out: Path) -> None:
    """Writes the model of `folder` into `out`, which exists. Raises Refused."""
    stage(Said("reading the model"), 0.05)
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # it would report every conversion
    import openvino
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    from components.models.engines.recurrent import RecurrentConfig

    logging.disable_progress_bar()
    where: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    if read_json(folder / "config.json").get("model_type") == RecurrentConfig.model_type:
        raise Refused(Said("its attention looks at a window, or it keeps another kind of state"))
    model: Any = AutoModelForCausalLM.from_pretrained(
        folder, dtype="float32", attn_implementation="sdpa", use_safetensors=True, **where
    ).eval()
    ids = AutoTokenizer.from_pretrained(folder, **where)(TEXT)["input_ids"]
    before = _perplexity_of_torch(model, ids)
    stage(Said("tracing"), 0.25)
    traced = _stateful(*_traced(model))
    stage(Said("rounding to 8 bits"), 0.7)
    for node in traced.get_ops():
        if node.get_type_name() == "MatMul":
            _round_weights(node)
    openvino.save_model(traced, out / FILE, compress_to_fp16=True)
    stage(Said("comparing"), 0.85)
    after = _perplexity_of_openvino(out / FILE, ids)
    if not after <= before * MOST_LOST:
        raise Refused(Said("perplexity rose from {before:.2f} to {after:.2f}", before=before, after=after))
    stage(Said("written"), 1.0, perplexity=[round(before, 3), round(after, 3)])


def _traced(model: Any) -> tuple[Any, list[tuple[int, int]]]:
    """The model as a graph with its cache as inputs and outputs; (heads, size) of each cached tensor."""
    import openvino
    import torch
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    with torch.inference_mode():
        first: Any = model(input_ids=torch.zeros((1, 1), dtype=torch.long), use_cache=True).past_key_values
    if not isinstance(first, DynamicCache) or any(type(layer) is not DynamicLayer for layer in first.layers):
        raise Refused(Said("its attention looks at a window, or it keeps another kind of state"))
    layers: list[Any] = first.layers
    sizes = [(t.shape[1], t.shape[3]) for layer in layers for t in (layer.keys, layer.values)]

    class Traceable(torch.nn.Module):
        """The model with a flat cache, and with the mask made here: transformers' own can't be traced."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, position_ids: Any, past: Any) -> Any:
            cache: Any = DynamicCache(config=model.config)
            for index, layer in enumerate(cache.layers):
                layer.keys, layer.values = past[2 * index], past[2 * index + 1]
                layer.dtype, layer.device, layer.is_initialized = past[0].dtype, past[0].device, True
            new, all_ = input_ids.shape[1], attention_mask.shape[1]
            earlier = torch.arange(all_)[None, :] <= torch.arange(new)[:, None] + (all_ - new)
            seen = earlier[None, None] & (attention_mask[:, None, None, :] > 0)
            mask = torch.zeros((), dtype=torch.float32).masked_fill(~seen, torch.finfo(torch.float32).min)
            made = self.model(
                input_ids=input_ids,
                attention_mask=mask,
                position_ids=position_ids,
                past_key_values=cache,
                use_cache=True,
            )
            kept = [t for layer in made.past_key_values.layers for t in (layer.keys, layer.values)]
            return made.logits, *kept

    example = {
        "input_ids": torch.zeros((2, 2), dtype=torch.long),
        "attention_mask": torch.ones((2, 5), dtype=torch.long),
        "position_ids": torch.arange(3, 5)[None].repeat(2, 1),
        "past": [torch.zeros((2, heads, 3, size)) for heads, size in sizes],
    }
    with torch.inference_mode():
        return openvino.convert_model(Traceable(), example_input=example), sizes


def _stateful(model: Any, sizes: list[tuple[int, int]]) -> Any:
    """The cache moved into the model, with the names and the `beam_idx` input that GenAI looks for."""
    import openvino
    from openvino import opset13 as ops
    from openvino._offline_transformations import apply_make_stateful_transformation

    texts, past = model.inputs[:3], model.inputs[3:]
    for port, name in zip(texts, ("input_ids", "attention_mask", "position_ids"), strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    beams = ops.parameter([-1], np.int32, name="beam_idx")
    beams.output(0).get_tensor().add_names({"beam_idx"})
    model.add_parameters([beams])
    model.outputs[0].get_tensor().set_names({"logits"})
    for index, (port, (heads, size)) in enumerate(zip(past, sizes, strict=True)):
        port.get_tensor().set_names({f"past.{index}"})
        model.outputs[index + 1].get_tensor().set_names({f"present.{index}"})
        node = port.get_node()
        node.set_partial_shape(openvino.PartialShape([-1, heads, -1, size]))
        readers = list(node.output(0).get_target_inputs())
        chosen = ops.gather(node.output(0), beams, ops.constant(0, dtype=np.int64))
        for reader in readers:
            reader.replace_source_output(chosen.output(0))
    model.validate_nodes_and_infer_types()
    apply_make_stateful_transformation(model, {f"past.{i}": f"present.{i}" for i in range(len(past))})
    _start_empty(model)
    return model


def _start_empty(model: Any) -> None:
    """Lets each state begin with no tokens, for any number of texts."""
    from openvino import opset13 as ops

    shape = ops.shape_of(model.input("input_ids").get_node(), output_type="i64")
    texts = ops.gather(shape, ops.constant([0], dtype=np.int64), ops.constant(0, dtype=np.int64))
    for node in model.get_ops():
        if node.get_type_name() == "ReadValue":
            _, heads, _, size = node.get_output_partial_shape(0)
            rest = ops.constant([heads.get_length(), 0, size.get_length()], dtype=np.int64)
            empty = ops.constant(0.0, dtype=np.float32)
            node.set_arguments([ops.broadcast(empty, ops.concat([texts, rest], 0))])
    model.validate_nodes_and_infer_types()


def _round_weights(product: Any) -> None:
    """Replaces a float matrix by 8-bit numbers, each row w = (q - zero) * scale."""
    from openvino import opset13 as ops

    constant = product.input(1).get_source_output().get_node()
    if constant.get_type_name() != "Constant" or not product.get_attributes().get("transpose_b"):
        return
    weights = constant.data.astype(np.float32)
    if weights.ndim != 2:
        return
    low = np.minimum(weights.min(axis=1, keepdims=True), 0)
    high = np.maximum(weights.max(axis=1, keepdims=True), 0)
    scale = np.maximum((high - low) / 255, np.finfo(np.float16).tiny).astype(np.float16)
    step = scale.astype(np.float32)
    zero = np.clip(np.round(-low / step), 0, 255)
    rounded = np.clip(np.round(weights / step) + zero, 0, 255).astype(np.uint8)
    wide = ops.subtract(
        ops.convert(ops.constant(rounded), "f16"), ops.convert(ops.constant(zero.astype(np.uint8)), "f16")
    )
    exact = ops.convert(ops.multiply(wide, ops.constant(scale)), "f32")
    for reader in constant.output(0).get_target_inputs():
        reader.replace_source_output(exact.output(0))


def _perplexity_of_torch(model: Any, ids: list[int]) -> float:
    import torch

    with torch.inference_mode():
        row = torch.tensor([ids])
        return math.exp(float(model(input_ids=row, labels=row).loss))


def _perplexity_of_openvino(file: Path, ids: list[int]) -> float:
    """Reads the text in two parts, so that the cache is used."""
    import openvino

    request = openvino.Core().compile_model(file, "CPU").create_infer_request()
    half, logits = len(ids) // 2, []
    for begin, end in ((0, half), (half, len(ids))):
        found = request.infer(
            {
                "input_ids": np.array([ids[begin:end]], np.int64),
                "attention_mask": np.ones((1, end), np.int64),
                "position_ids": np.arange(begin, end, dtype=np.int64)[None],
                "beam_idx": np.zeros(1, np.int32),
            }
        )
        logits.append(next(iter(found.values()))[0].astype(np.float64))
    rows = np.concatenate(logits)[:-1]
    rows -= rows.max(axis=1, keepdims=True)
    chosen = rows[np.arange(len(rows)), ids[1:]] - np.log(np.exp(rows).sum(axis=1))
    return float(np.exp(-chosen.mean()))


def main() -> int:
    lifeline.hold()
    step_aside()
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]))
    except Refused as error:
        say(error="refused", detail=to_json(error.message))
    except Exception as error:  # noqa: BLE001 - the last line of a program: every failure is reported
        # OpenVINO says only "iostream error" of a file that it can't write.
        full = "No space left" in str(error) or shutil.disk_usage(sys.argv[2]).free < LEAST_FREE
        say(error="disk" if full else "failed", detail=f"{type(error).__name__}: {str(error)[:300]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
