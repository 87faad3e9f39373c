"""A program: the baseline of `benchmarks.fine_tune`: peft and torch alone, as a tutorial would write it.

    python -m benchmarks.plain_peft FOLDER

FOLDER is a run's: the same base, data, settings and order of rows. Makes one step for each line on its stdin,
so that another program can take turns with it. Prints one JSON object per line: the loss before, each step,
the end.
"""

import json
import sys
import time
from itertools import count, islice
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM, get_scheduler

from components.training.folder import RunFolder
from components.training.program.batches import Collator, Examples, Order, examples_of
from components.training.program.tokenizer import load_tokenizer
from components.training.program.trainer import steps_in
from components.training.program.trial import peak_bytes


def loss_of(model, loader) -> float:
    total = count = 0.0
    model.eval()
    with torch.no_grad():
        for batch in loader:
            tokens = int((batch["labels"][:, 1:] != -100).sum())
            total, count = total + float(model(**batch).loss) * tokens, count + tokens
    model.train()
    return total / count


def tell(**facts) -> None:
    print(json.dumps(facts), flush=True)


def main() -> None:
    folder = RunFolder(Path(sys.argv[1]))
    plan = folder.plan()
    s, tokenizer = plan.settings, load_tokenizer(plan.base_folder)
    if s.threads:
        torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    train, valid = (examples_of(folder.rows(part), tokenizer, s.length, False) for part in ("train", "valid"))
    valid = sorted(valid, key=lambda one: -one.length)
    base = AutoModelForCausalLM.from_pretrained(plan.base_folder, dtype=getattr(torch, plan.precision))
    torch.manual_seed(s.seed)
    config = LoraConfig(
        r=s.rank,
        lora_alpha=s.alpha,
        lora_dropout=s.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(base, config)
    collator, epoch, steps = Collator(tokenizer.pad_token_id, False), [0], steps_in(plan, len(train))
    order = Order([one.length for one in train], s.batch, s.seed, lambda: epoch[0])
    loader = DataLoader(Examples(train), s.batch, sampler=order, collate_fn=collator)
    held_out = DataLoader(Examples(valid), s.batch, collate_fn=collator)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=s.learning_rate, weight_decay=s.weight_decay)
    scheduler = get_scheduler(s.schedule, optimizer, round(steps * s.warmup), steps)

    def groups():
        for epoch[0] in count():
            batches = iter(loader)
            while group := list(islice(batches, s.accumulation)):
                yield group

    tell(base_loss=loss_of(model, held_out))
    for group, _ in zip(groups(), sys.stdin, strict=False):
        started = time.perf_counter()
        learnt = [int((batch["labels"][:, 1:] != -100).sum()) for batch in group]
        for batch, tokens in zip(group, learnt, strict=True):
            (model(**batch).loss * tokens / sum(learnt)).backward()
        torch.nn.utils.clip_grad_norm_(learning, s.clip)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        seconds = time.perf_counter() - started
        tell(tokens=sum(int(batch["attention_mask"].sum()) for batch in group), seconds=seconds)
    tell(tuned_loss=loss_of(model, held_out), peak_bytes=peak_bytes())


if __name__ == "__main__":
    main()
