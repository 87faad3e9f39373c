"""A checkpoint as the result of its run, where the run didn't come to its end.

Moves files only; knows neither torch nor the queue.
"""

import json
import os
import shutil

from components.errors import BadInput
from components.training.folder import COMPLETE, RunFolder

# What a checkpoint has beside the weights: the state of optimizer, schedule and chance. Pickles, mostly.
_STATE = (
    "optimizer*",
    "scheduler*",
    "scaler*",
    "rng_state*",
    "trainer_state.json",
    "training_args.bin",
    "*.pt",
)


def take_checkpoint(folder: RunFolder) -> None:
    """Makes the last whole checkpoint what the run has made, in one step. Raises BadInput without one."""
    checkpoint, plan = folder.last_checkpoint(), folder.plan()
    if checkpoint is None:
        raise BadInput("This run has no whole checkpoint yet, so there is nothing to take.")
    adapter = plan.settings.method in ("lora", "qlora")
    part, into = folder.path / ".part", folder.adapter if adapter else folder.model
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(checkpoint, part, ignore=shutil.ignore_patterns(COMPLETE, "README.md", *_STATE))
    # As at the end of a run: no path on this machine, and the cache that was off for the training only.
    name, setting = ("adapter_config.json", {"base_model_name_or_path": plan.base_id})
    if not adapter:
        name, setting = ("config.json", {"use_cache": True})
    read = json.loads((part / name).read_text("utf-8"))
    (part / name).write_text(json.dumps(read | setting, indent=2), "utf-8")
    shutil.rmtree(into, ignore_errors=True)
    os.replace(part, into)
