"""LoRA adapters beside one loaded model, chosen step by step.

Knows torch and peft. The base's own weights are never touched: a layer with an adapter adds its product to
the base's, or doesn't, so base and adapters answer several people in turn without loading anything twice.
"""

import logging
from pathlib import Path
from typing import Any

from components.errors import AppError, BadInput
from components.files import read_json
from components.models.adapters import CONFIG, WEIGHTS
from components.models.lora import clean_config


class Adapters:
    """All adapters on one model. Use it on the engine's thread only."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._peft: Any = None
        self._chosen: str | None = None  # what the layers are set to now
        self._names: dict[tuple[str, int], str] = {}

    def add(self, folder: Path) -> str:
        """Loads an adapter, once, and returns its name. Raises BadInput if it doesn't fit the model."""
        key = str(folder), (folder / WEIGHTS).stat().st_mtime_ns
        if key in self._names:
            return self._names[key]
        name = f"a{len(self._names)}"
        try:
            self._load(folder, name)
        except AppError:
            raise
        except (RuntimeError, ValueError, KeyError) as error:
            self._forget(name)
            raise BadInput(
                "The adapter doesn't fit this base model: {error}", error=str(error)[:300]
            ) from error
        self._names[key] = name
        self._chosen = name  # peft switches a new one on
        self.choose(None)
        return name

    def choose(self, name: str | None) -> None:
        """Sets all layers to one adapter, or to none. Costs nothing when nothing changes."""
        if self._peft is None or name == self._chosen:
            return
        tuner = self._peft.base_model
        if name is None:
            tuner.disable_adapter_layers()
        else:
            tuner.set_adapter(name)
            tuner.enable_adapter_layers()
        self._chosen = name

    def _load(self, folder: Path, name: str) -> None:
        from peft import LoraConfig, PeftModel
        from safetensors.torch import load_file

        given = clean_config(read_json(folder / CONFIG))
        given.pop("peft_type")
        config = LoraConfig(**given)
        if self._peft is None:
            self._peft = PeftModel(self._model, config, adapter_name=name)
            self._peft.eval()
        else:
            self._peft.add_adapter(name, config)
        from peft import set_peft_model_state_dict

        result: Any = set_peft_model_state_dict(self._peft, load_file(folder / WEIGHTS), adapter_name=name)
        if result.unexpected_keys:
            raise BadInput(
                "The adapter has matrices for layers that the base lacks: {name}",
                name=result.unexpected_keys[0],
            )
        self._peft.eval().requires_grad_(False)

    def _forget(self, name: str) -> None:
        if self._peft is None:
            return
        try:
            if name in self._peft.peft_config:
                self._peft.base_model.delete_adapter(name)
        except (ValueError, KeyError, RuntimeError):
            logging.getLogger(__name__).warning("The adapter %s could not be taken out again", name)
        self._chosen = name
        self.choose(None)
