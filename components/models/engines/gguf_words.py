"""A tokenizer of Hugging Face's as a GGUF file describes one: tokens, merges, control tokens, chat template.

Knows tokenizer.json of the two usual kinds. How llama.cpp cuts a text into words before it merges is a name
in the file, which no tokenizer has: it is found by trying which one gives the same tokens (`cuts_alike`).
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFWriter, LlamaHfVocab, SpecialVocab, TokenType

from components.errors import BadInput
from components.files import read_json
from components.messages import Said

# Names of llama.cpp's, the most frequent first.
CUTS = (
    "qwen2",
    "llama-bpe",
    "smollm",
    "gpt-2",
    "tekken",
    "gpt-4o",
    "deepseek-llm",
    "falcon",
    "starcoder",
    "refact",
)
# Words, numbers, blanks, quotes, code and scripts: where the ways to cut differ.
PROBE = (
    "In 1911 she'd paid 12,345.67 for it; they'LL say: \"I'm not sure\"...\n\n"
    "  def f(x):\n\treturn x**2  # ok\n"
    "café naïve Привет, мир! 你好，世界。 3 33 333 3333 33333 😀 a_b-c/d   \n \n end"
)
_SIZE = 32  # of the model that is made to try


def add_words(writer: GGUFWriter, folder: Path, words: int) -> None:
    """Adds what a header says of the tokenizer in a folder. `words`: tokens that the model has a row for.

    Raises BadInput for a tokenizer of another kind, or one that no name of llama.cpp's fits.
    """
    about = read_json(folder / "tokenizer.json")
    model = about.get("model") or {}
    if model.get("type") == "BPE" and not model.get("byte_fallback") and "ByteLevel" in json.dumps(about):
        _add_bytes(writer, folder, about, words, _cut(folder, about, words))
    elif model.get("type") == "BPE" and model.get("byte_fallback"):
        _add_pieces(writer, folder, words)
    else:
        raise _refused(Said("its tokenizer is of another kind ({name})", name=str(model.get("type"))[:40]))


def _add_bytes(writer: GGUFWriter, folder: Path, about: dict[str, Any], words: int, cut: str) -> None:
    """Tokens that are made of bytes, as GPT-2, Llama 3 and Qwen have them."""
    texts = {number: text for text, number in about["model"]["vocab"].items()}
    kinds = dict.fromkeys(texts, TokenType.NORMAL)
    for added in about.get("added_tokens") or ():
        texts[added["id"]] = added["content"]
        kinds[added["id"]] = TokenType.CONTROL if added.get("special") else TokenType.USER_DEFINED
    if max(texts, default=0) >= words:
        raise _refused(Said("its tokenizer has more tokens than the model has rows"))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(cut)
    writer.add_token_list([texts.get(number, f"[PAD{number}]") for number in range(words)])
    writer.add_token_types([kinds.get(number, TokenType.UNUSED) for number in range(words)])
    SpecialVocab(folder, load_merges=True, n_vocab=words).add_to_gguf(writer, quiet=True)


def _add_pieces(writer: GGUFWriter, folder: Path, words: int) -> None:
    """Tokens that are pieces of text with single bytes beside them, as Llama 2 and Mistral have them."""
    texts, scores, kinds = (list(part) for part in zip(*LlamaHfVocab(folder).all_tokens(), strict=True))
    if len(texts) > words:
        raise _refused(Said("its tokenizer has more tokens than the model has rows"))
    spare = range(len(texts), words)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([*texts, *(f"[PAD{number}]".encode() for number in spare)])
    writer.add_token_scores([*scores, *(-1000.0 for _ in spare)])
    writer.add_token_types([*kinds, *(TokenType.UNUSED for _ in spare)])
    SpecialVocab(folder, n_vocab=words).add_to_gguf(writer, quiet=True)


def _cut(folder: Path, about: dict[str, Any], words: int) -> str:
    """The name under which llama.cpp cuts texts as this tokenizer does. Raises BadInput where none does."""
    from tokenizers import Tokenizer

    wanted = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(PROBE, add_special_tokens=False).ids
    for cut in CUTS:
        if cuts_alike(folder, about, words, cut, wanted):
            return cut
    raise _refused(Said("llama.cpp has no way to cut texts as its tokenizer does"))


def cuts_alike(folder: Path, about: dict[str, Any], words: int, cut: str, wanted: Sequence[int]) -> bool:
    """Whether llama.cpp makes the same tokens of the probe, tried with a model of one tiny layer."""
    from components.models.engines.llama import LlamaEngine
    from components.models.gguf_header import read_gguf

    with tempfile.TemporaryDirectory() as place:
        file = Path(place, f"{cut}.gguf")
        writer = GGUFWriter(file, "llama")
        for add in (writer.add_embedding_length, writer.add_feed_forward_length, writer.add_context_length):
            add(_SIZE)
        writer.add_block_count(1)
        writer.add_head_count(1)
        writer.add_layer_norm_rms_eps(1e-5)
        _add_bytes(writer, folder, about, words, cut)
        square, row = np.zeros((_SIZE, _SIZE), np.float32), np.ones(_SIZE, np.float32)
        writer.add_tensor("token_embd.weight", np.zeros((words, _SIZE), np.float16))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
            writer.add_tensor(f"blk.0.{name}.weight", square)
        for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
            writer.add_tensor(f"{name}.weight", row)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        engine = LlamaEngine(read_gguf(file), _SIZE, _SIZE)
        try:
            engine.load(1)
        except BadInput:  # a library that doesn't know this name yet
            return False
        return engine.tokenizer(PROBE, add_special_tokens=False)["input_ids"] == list(wanted)


def _refused(why: Said) -> BadInput:
    return BadInput("There is no GGUF file of this model: {why}.", why=why)
