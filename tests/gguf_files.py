"""Real GGUF files for the tests, made here: tiny models with random weights, parts, and other quantizations."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFReader, GGUFWriter, TokenType, quants

from components.models.engines.gguf_kinds import rounded
from components.models.gguf_header import GgufHeader

CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
LAYERS, WIDTH, HEADS, KV_HEADS, HIDDEN = 2, 128, 4, 2, 256

# Qwen3 8B in Q4_K_M, as its publisher's file says.
QWEN3_8B = GgufHeader(
    files=(Path("Qwen3-8B-Q4_K_M.gguf"),),
    size=5_027_783_488,
    architecture="qwen3",
    quantization="Q4_K_M",
    parameters=8_190_735_360,
    context=40_960,
    layers=36,
    heads=32,
    kv_heads=(8,) * 36,
    key_length=128,
    value_length=128,
    width=4096,
    hidden=12_288,
    vocabulary=151_936,
    window=0,
    windowed=0,
    kind="model",
    name="Qwen3 8B",
    chat_template="{{ messages }}",
    fields={},
)


def tiny(
    path: Path,
    architecture: str = "llama",
    template: str = CHAT,
    kind: GGMLQuantizationType = GGMLQuantizationType.F16,
    parts: int = 1,
    context: int = 512,
    **more: Any,
) -> Path:
    """A model of the family with random weights, whose tokens are bytes. `more`: texts of the header."""
    rng = np.random.default_rng(7)
    writer = GGUFWriter(
        path, architecture, split_max_tensors=-(-_count(architecture) // parts) if parts > 1 else 0
    )
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    if architecture == "qwen3":  # the family's heads are of another width where nothing is said
        writer.add_key_length(WIDTH // HEADS)
        writer.add_value_length(WIDTH // HEADS)
    tokens = [*(chr(_shown(byte)) for byte in range(256)), *SPECIAL, "hi"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.NORMAL] * 256 + [TokenType.CONTROL] * len(SPECIAL) + [TokenType.NORMAL])
    writer.add_token_merges([f"{tokens[104]} {tokens[105]}"])
    writer.add_eos_token_id(258)
    writer.add_bos_token_id(256)
    writer.add_add_bos_token(False)
    if template:
        writer.add_chat_template(template)
    for name, value in more.items():
        writer.add_string(name.replace("__", "."), value)
    for name, shape in _shapes(architecture, len(tokens)).items():
        flat = name.endswith(("norm.weight", ".bias"))
        array = np.ones(shape, np.float32) if flat else rng.normal(0, 0.05, shape).astype(np.float32)
        stored = GGMLQuantizationType.F32 if flat else _fitting(kind, array.shape[-1])
        writer.add_tensor(name, rounded(array, stored), raw_dtype=stored)
    _close(writer)
    return path


def requantized(source: Path, path: Path, kind: GGMLQuantizationType, **fields: Any) -> Path:
    """The same model with its matrices in another kind; `fields` replaces texts of the header."""
    reader = GGUFReader(source)
    writer = GGUFWriter(path, reader.get_field("general.architecture").contents())
    for name, field in reader.fields.items():
        if name not in ("general.architecture", "general.file_type") and not name.startswith("GGUF."):
            kept = fields.get(name.replace(".", "__"), field.contents())
            is_list = field.types[0].name == "ARRAY"
            writer.add_key_value(name, kept, field.types[0], sub_type=field.types[-1] if is_list else None)
    for tensor in reader.tensors:
        data, stored = tensor.data, tensor.tensor_type
        if stored != GGMLQuantizationType.F32:
            array, stored = quants.dequantize(data, stored), _fitting(kind, int(tensor.shape[0]))
            data = rounded(array, stored)
        writer.add_tensor(tensor.name, data, raw_dtype=stored)
    _close(writer)
    return path


def _fitting(kind: GGMLQuantizationType, columns: int) -> GGMLQuantizationType:
    """The kind, or Q8_0 for rows that aren't a multiple of its block: 256 numbers for those with a K."""
    return GGMLQuantizationType.Q8_0 if columns % GGML_QUANT_SIZES[kind][0] else kind


def _close(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _shown(byte: int) -> int:
    """The character that stands for a byte in GPT-2's vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return byte if byte in plain else 256 + [b for b in range(256) if b not in plain].index(byte)


def _count(architecture: str) -> int:
    return len(_shapes(architecture, 1))


def _shapes(architecture: str, tokens: int) -> Mapping[str, tuple[int, ...]]:
    head = WIDTH // HEADS
    found: dict[str, tuple[int, ...]] = {"token_embd.weight": (tokens, WIDTH), "output_norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        block: dict[str, tuple[int, ...]] = {
            "attn_norm.weight": (WIDTH,),
            "attn_q.weight": (WIDTH, WIDTH),
            "attn_k.weight": (KV_HEADS * head, WIDTH),
            "attn_v.weight": (KV_HEADS * head, WIDTH),
            "attn_output.weight": (WIDTH, WIDTH),
            "ffn_norm.weight": (WIDTH,),
            "ffn_gate.weight": (HIDDEN, WIDTH),
            "ffn_up.weight": (HIDDEN, WIDTH),
            "ffn_down.weight": (WIDTH, HIDDEN),
        }
        if architecture == "qwen2":
            block |= {
                "attn_q.bias": (WIDTH,),
                "attn_k.bias": (KV_HEADS * head,),
                "attn_v.bias": (KV_HEADS * head,),
            }
        if architecture == "qwen3":
            block |= {"attn_q_norm.weight": (head,), "attn_k_norm.weight": (head,)}
        found |= {f"blk.{layer}.{name}": shape for name, shape in block.items()}
    return found
