"""A program: one .gguf file in, a Hugging Face folder with safetensors out.

    python -m components.models.engines.conversion FILE.gguf FOLDER

It is a process of its own, so that all its memory is given back and that being killed costs a message, not
the app. Prints one JSON object per line: {"stage", "share"}, or {"error"} at the end.
Knows nothing of locks and stores: `library` gives it an empty folder and moves that into place.
"""

import errno
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from components import lifeline
from components.errors import AppError
from components.messages import Said, to_json
from components.models.gguf_header import check_gguf
from components.priority import step_aside

# Below this many weights float32 is kept: it loads without a conversion (0.1 s instead of 0.9 s).
FLOAT32_WEIGHTS = 500_000_000
CONTROL_TOKEN = 3  # gguf.TokenType.CONTROL


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def stage(message: Said, share: float) -> None:
    say(stage=to_json(message), share=share)


def convert(source: Path, folder: Path) -> None:
    """Writes model, tokenizer and chat template of `source` into `folder`, which exists."""
    stage(Said("starting the converter"), 0.02)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    from transformers.utils import logging

    logging.disable_progress_bar()
    stage(Said("reading the tokenizer"), 0.15)
    where = {"gguf_file": source.name, "local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(source.parent, **where)
    _mark_control_tokens(tokenizer, source)
    tokenizer.save_pretrained(folder)
    stage(Said("reading the weights"), 0.4)
    model: Any = AutoModelForCausalLM.from_pretrained(
        source.parent, quantization_config=GgufConfig(dequantize=True), **where
    )
    for holder, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
        if hasattr(holder, name):  # otherwise save_pretrained takes the model for a quantized one
            delattr(holder, name)
    if model.num_parameters() > FLOAT32_WEIGHTS:
        model = model.to(torch.float16)
    _check_disk(folder, model.num_parameters() * model.dtype.itemsize)
    stage(Said("writing"), 0.85)
    model.save_pretrained(folder)
    stage(Said("written"), 1.0)


def _mark_control_tokens(tokenizer: Any, source: Path) -> None:
    """GGUF says which tokens are never text; transformers reads only the named ones of them."""
    from gguf import GGUFReader

    fields = GGUFReader(source).fields
    types, tokens = fields.get("tokenizer.ggml.token_type"), fields.get("tokenizer.ggml.tokens")
    if types is None or tokens is None:
        return
    control = [
        bytes(tokens.parts[tokens.data[i]]).decode("utf-8")
        for i, part in enumerate(types.data)
        if int(types.parts[part][0]) == CONTROL_TOKEN
    ]
    known = set(tokenizer.all_special_tokens)
    tokenizer.add_special_tokens({"extra_special_tokens": [t for t in control if t not in known]})


def _check_disk(folder: Path, need: int) -> None:
    if shutil.disk_usage(folder).free < need * 1.02:
        raise OSError(errno.ENOSPC, "No space left for the converted model")


def main() -> int:
    lifeline.hold()
    step_aside()
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        check_gguf(source)
        convert(source, folder)
    except Exception as error:  # noqa: BLE001 - the last line of a program: every failure is reported
        detail = to_json(error.message) if isinstance(error, AppError) else str(error)[:500]
        say(error=_kind(error), detail=detail)
        return 1
    return 0


def _kind(error: Exception) -> str:
    """Which sentence the person gets; `library` has the sentences. Libraries wrap what the system says."""
    if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "No space left" in str(error):
        return "disk"
    return "memory" if isinstance(error, MemoryError) or "memory" in str(error).lower() else "file"


if __name__ == "__main__":
    sys.exit(main())
