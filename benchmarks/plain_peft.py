"""A program: the baseline of `benchmarks.fine_tune`: peft and torch alone, as a tutorial would write it.

    python -m benchmarks.plain_peft FOLDER

FOLDER is a run's: the same base, data, settings and order of rows. Prints one JSON object.
"""

import json
import math
import sys
import time
from itertools import islice
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM, get_scheduler

from components.training.building import load_tokenizer
from components.training.feeding import Collator, Examples, Order, examples_of
from components.training.folder import RunFolder
from components.training.trainer import steps_in
from components.training.trial import peak_bytes


def loss_of(model, loader) -> float:
    total = count = 0.0
    model.eval()
    with torch.no_grad():
        for batch in loader:
            tokens = int((batch["labels"][:, 1:] != -100).sum())
            total, count = total + float(model(**batch).loss) * tokens, count + tokens
    model.train()
    return total / count


def main() -> None:
    folder = RunFolder(Path(sys.argv[1]))
    plan = folder.plan()
    s, tokenizer = plan.settings, load_tokenizer(plan.base_folder)
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
    before, tokens, seconds, step = loss_of(model, held_out), 0, 0.0, 0
    while step < steps:
        batches = iter(loader)
        for _ in range(math.ceil(len(loader) / s.accumulation)):
            group = list(islice(batches, s.accumulation))
            if step == steps or not group:
                break
            started = time.perf_counter()
            count = sum(int((b["labels"][:, 1:] != -100).sum()) for b in group)
            for batch in group:
                learnt = int((batch["labels"][:, 1:] != -100).sum())
                (model(**batch).loss * learnt / count).backward()
            torch.nn.utils.clip_grad_norm_(learning, s.clip)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
            seconds += time.perf_counter() - started
            tokens += sum(int(b["attention_mask"].sum()) for b in group)
            step += 1
        epoch[0] += 1
    after = loss_of(model, held_out)
    found = {"base_loss": before, "tuned_loss": after, "tokens_per_second": tokens / seconds}
    print(json.dumps(found | {"peak_bytes": peak_bytes(), "steps": step}))


if __name__ == "__main__":
    main()
