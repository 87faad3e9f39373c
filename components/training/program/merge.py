"""A program: puts an adapter into its base's weights and saves the whole as one model.

    python -m components.training.program.merge RUN OUT

Knows torch and peft. Only safetensors are read and written.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from components import lifeline
from components.training.folder import RunFolder
from components.training.program.model_builder import is_seq2seq
from components.training.program.tokenizer import load_tokenizer


def main(argv: Sequence[str] | None = None) -> int:
    run, out = list(sys.argv[1:] if argv is None else argv)
    folder = RunFolder(Path(run))
    merge(folder, Path(out))
    return 0


def merge(folder: RunFolder, out: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    plan = folder.plan()
    kind = AutoModelForSeq2SeqLM if is_seq2seq(plan.base_folder) else AutoModelForCausalLM
    options = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
    if folder.result == folder.model:
        model = kind.from_pretrained(folder.model, **options)
    else:
        base = kind.from_pretrained(plan.base_folder, **options)
        model = PeftModel.from_pretrained(base, str(folder.adapter)).merge_and_unload()
    model.save_pretrained(out)
    load_tokenizer(plan.base_folder).save_pretrained(out)


if __name__ == "__main__":
    lifeline.hold()
    sys.exit(main())
