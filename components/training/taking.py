"""A checkpoint as the result of its run, where the run didn't come to its end.

Moves files only; knows neither torch nor the queue.
"""

import json
import os
import shutil

from components.errors import BadInput
from components.training.folder import COMPLETE, RunFolder

_ADAPTER = ("adapter_config.json", "adapter_model.safetensors")
# What a checkpoint has beside a whole model: the state of optimizer, schedule and chance. Pickles, mostly.
_STATE = ("*.pt", "*.pth", "*.bin", "trainer_state.json", "README.md", COMPLETE)


def take_checkpoint(folder: RunFolder) -> None:
    """Makes the last whole checkpoint what the run has made, in one step. Raises BadInput without one."""
    checkpoint, plan = folder.last_checkpoint(), folder.plan()
    if checkpoint is None:
        raise BadInput("This run has no whole checkpoint yet, so there is nothing to take.")
    adapter = plan.settings.method in ("lora", "qlora")
    part, into = folder.path / ".part", folder.adapter if adapter else folder.model
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for path in checkpoint.iterdir():
        wanted = path.name in _ADAPTER if adapter else not any(map(path.match, _STATE))
        if wanted and path.is_file():
            shutil.copyfile(path, part / path.name)
    # As at the end of a run: no path on this machine, and the cache that was off for the training only.
    name = "adapter_config.json" if adapter else "config.json"
    setting: dict[str, object] = {"base_model_name_or_path": plan.base_id} if adapter else {"use_cache": True}
    read = json.loads((part / name).read_text("utf-8"))
    (part / name).write_text(json.dumps(read | setting, indent=2), "utf-8")
    shutil.rmtree(into, ignore_errors=True)
    os.replace(part, into)
