"""Whether an adapter can be used: its settings, and its matrices set against those of its base.

Knows files and their headers; of the weights, only whether they are numbers. Only LoRA in safetensors is
taken: a pickle can run any code, and other methods change the base itself, which others use at the same time.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import regex

from components.errors import BadInput, Unavailable
from components.files import read_json
from components.messages import Message, Said
from components.models.adapters import CONFIG, WEIGHTS
from components.models.headers import read_safetensors

# The settings that decide how LoRA's matrices are used. The rest is about training, or touches the base.
KEPT = (
    "r",
    "lora_alpha",
    "lora_dropout",
    "target_modules",
    "exclude_modules",
    "layers_to_transform",
    "layers_pattern",
    "rank_pattern",
    "alpha_pattern",
    "fan_in_fan_out",
    "use_rslora",
    "use_dora",
    "task_type",
)
REFUSED = {
    "modules_to_save": Said("it replaces whole layers of the base model"),
    "trainable_token_indices": Said("it changes the base model's tokens"),
    "target_parameters": Said("it changes parameters that are not linear layers"),
    "layer_replication": Said("it copies layers of the base model"),
    "alora_invocation_tokens": Said("it switches itself on in the middle of a text"),
}
TASKS = ("CAUSAL_LM", "SEQ_2_SEQ_LM")
MATRIX = re.compile(r"base_model\.model\.(.+)\.lora_(?:(A|B)\.weight|(magnitude_vector)(?:\.weight)?)")
# Of each float type: the unsigned type of its length, and the bits that are all set if it isn't finite.
FLOATS = {
    "F64": ("<u8", 0x7FF0000000000000),
    "F32": ("<u4", 0x7F800000),
    "F16": ("<u2", 0x7C00),
    "BF16": ("<u2", 0x7F80),
}
LONGEST_PATTERN = 1000  # characters
PATTERN_SECONDS = 0.05  # for one name; an honest pattern takes microseconds


def clean_config(given: Mapping[str, Any]) -> dict[str, Any]:
    """PEFT's settings, only those that say how it is used. Raises BadInput with what can't be used."""
    if not isinstance(given, Mapping) or str(given.get("peft_type", "")).upper() != "LORA":
        raise BadInput(
            "Its {config} says {given}. Only LoRA adapters can be used: other kinds change the base "
            "model itself, which others use at the same time.",
            config=CONFIG,
            given=_kind(given),
        )
    for name, why in REFUSED.items():
        if given.get(name):
            raise BadInput("The adapter can't be used: {why} ({name}).", why=why, name=name)
    if given.get("bias", "none") != "none":
        raise BadInput("The adapter can't be used: it changes the base model's biases (bias).")
    if not _positive(given.get("r")) or not isinstance(given.get("lora_alpha"), int | float):
        raise BadInput("Its {config} has no rank (r) or no lora_alpha that are numbers.", config=CONFIG)
    if (task := given.get("task_type")) and task not in TASKS:
        raise BadInput(
            "The adapter is for another task, {task}. Only those of models that answer with text can "
            "be used: CAUSAL_LM and SEQ_2_SEQ_LM.",
            task=str(task)[:40],
        )
    kept = {name: given[name] for name in KEPT if given.get(name)} | {"lora_alpha": given["lora_alpha"]}
    for name, (fits, what) in FORMS.items():
        if name in kept and not fits(kept[name]):
            raise BadInput(
                "{name} in its {config} can't be used: it has to be {what}.",
                name=name,
                config=CONFIG,
                what=what,
            )
    return {"peft_type": "LORA", "bias": "none", "inference_mode": True} | kept


def _kind(given: Any) -> Message:
    if not isinstance(given, Mapping):
        return Said("nothing")
    return str(given["peft_type"])[:40] if "peft_type" in given else Said("nothing of its kind")


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 4096


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e6


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _names(value: Any) -> bool:
    every = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and one for one in every)


def _layers(value: Any) -> bool:
    every = value if isinstance(value, list) else [value]
    return all(isinstance(one, int) for one in every)


def _ranks(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_positive, value.values()))


def _alphas(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_number, value.values()))


# What a setting has to be, where there is one.
FORMS: Mapping[str, tuple[Callable[[Any], bool], Said]] = {
    "lora_alpha": (_number, Said("a finite number")),
    "lora_dropout": (_number, Said("a finite number")),
    "target_modules": (_names, Said("names of modules, a regular expression or all-linear")),
    "exclude_modules": (_names, Said("names of modules or a regular expression")),
    "layers_to_transform": (_layers, Said("numbers of layers")),
    "layers_pattern": (_names, Said("names of lists of layers")),
    "rank_pattern": (_ranks, Said("a whole number for each name of a module")),
    "alpha_pattern": (_alphas, Said("a finite number for each name of a module")),
    "fan_in_fan_out": (_flag, Said("true or false")),
    "use_rslora": (_flag, Said("true or false")),
    "use_dora": (_flag, Said("true or false")),
}


@dataclass(frozen=True)
class Tensor:
    """What a header says about one tensor of an adapter."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    start: int  # its first byte in the file


Parts = dict[str, Tensor]  # of one module: A, B and perhaps magnitude_vector


def check_fits(adapter: Path, base: Path, base_title: str) -> dict[str, Any]:
    """Compares an adapter's matrices with its settings and with the base's, by their headers.

    Returns the settings with every module by its name: nothing has to search with a stranger's patterns
    later. Raises BadInput naming the first that doesn't fit.
    """
    own: dict[str, tuple[int, ...]] = {}
    for file in sorted(base.glob("*.safetensors")):
        own |= _shapes(file)
    if not own:
        raise Unavailable(
            "The base model {base_title} isn't on this machine yet. Download it first.", base_title=base_title
        )
    # A model saved without its head has names without the first part: compare by endings.
    by_ending = {_ending(name): size for name, size in own.items() if name.endswith(".weight")}
    settings = clean_config(read_json(adapter / CONFIG))
    modules = _modules(adapter / WEIGHTS)
    for module, parts in modules.items():
        _check_parts(module, parts, settings)
        size = by_ending.get(_ending(module + ".weight"))
        rows, columns = (size[::-1] if _transposed(base) else size) if size and len(size) == 2 else (0, 0)
        for tensor, found, wanted in (
            (parts["A"], parts["A"].shape[1], columns),
            (parts["B"], parts["B"].shape[0], rows),
        ):
            if found != wanted:
                raise _misfit(base_title, tensor.name, found, wanted)
    for parts in modules.values():
        for tensor in parts.values():
            _check_numbers(adapter / WEIGHTS, tensor)
    return _by_name(settings, modules)


def _shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors, from the header alone. Raises BadInput where it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise BadInput(
            "{name} is not a safetensors file, or it is damaged ({error}).", name=file.name, error=error
        ) from error


def _modules(weights: Path) -> dict[str, Parts]:
    """LoRA's matrices by the module that they belong to. Raises BadInput for anything else."""
    header, begin = read_safetensors(weights)
    modules: dict[str, Parts] = {}
    others = []
    for name, about in header.items():
        start = begin + about["data_offsets"][0]
        tensor = Tensor(name, tuple(about["shape"]), about["dtype"], start)
        if matrix := MATRIX.fullmatch(name):
            module, letter, magnitude = matrix.groups()
            modules.setdefault(module, {})[letter or magnitude] = tensor
        else:
            others.append(name)
    if not modules:
        raise BadInput("{weights} has no LoRA matrices in it.", weights=WEIGHTS)
    if others:
        raise BadInput(
            "The adapter can't be used: {name} is no matrix of LoRA. It would replace weights of "
            "the base model, which others use at the same time.",
            name=others[0],
        )
    return modules


def _check_parts(module: str, parts: Parts, settings: Mapping[str, Any]) -> None:
    """Raises BadInput where a module's matrices don't fit each other or the settings."""
    for part, tensor in parts.items():
        count, number = len(tensor.shape), 1 if part == "magnitude_vector" else 2
        if count != number:
            raise BadInput(
                "The number of dimensions of {name} is {count}, and LoRA needs {number}.",
                name=tensor.name,
                count=count,
                number=number,
            )
        if tensor.dtype not in FLOATS:
            raise BadInput(
                "{name} is stored as {dtype}. Save the adapter in float32, float16 or bfloat16, and "
                "upload that.",
                name=tensor.name,
                dtype=tensor.dtype,
            )
    if missing := next((letter for letter in "AB" if letter not in parts), ""):
        raise BadInput(
            "{module} has no lora_{missing} in {weights}: the adapter is not complete. Save it again "
            "and upload that.",
            module=module,
            missing=missing,
            weights=WEIGHTS,
        )
    number, other_number = parts["A"].shape[0], parts["B"].shape[1]
    if number != other_number:
        raise BadInput(
            "The two matrices of {module} don't belong together: lora_A has rank {number}, and "
            "lora_B has rank {other_number}.",
            module=module,
            number=number,
            other_number=other_number,
        )
    wanted = _for_module(settings.get("rank_pattern", {}), module, settings["r"])
    if number != wanted:
        raise BadInput(
            "Its {config} says that {module} has rank {wanted}, but its matrices have rank {number}. "
            "Are both files of the same adapter?",
            config=CONFIG,
            module=module,
            wanted=wanted,
            number=number,
        )
    _check_target(module, settings.get("target_modules"))
    _check_magnitude(module, parts, bool(settings.get("use_dora")))


def _check_target(module: str, target: Any) -> None:
    if not target:
        raise BadInput(
            "Its {config} doesn't say which modules the adapter is for (target_modules).", config=CONFIG
        )
    if isinstance(target, str):
        found = target == "all-linear" or _matches(target, module)
    else:
        found = any(module == one or module.endswith(f".{one}") for one in target)
    if not found:
        raise BadInput(
            "There are matrices for {module}, which target_modules in {config} leaves out. Are both "
            "files of the same adapter?",
            module=module,
            config=CONFIG,
        )


def _check_magnitude(module: str, parts: Parts, dora: bool) -> None:
    magnitude = parts.get("magnitude_vector")
    if magnitude and not dora:
        raise BadInput(
            "{name} is part of DoRA, but its {config} doesn't say so (use_dora).",
            name=magnitude.name,
            config=CONFIG,
        )
    if dora and (not magnitude or magnitude.shape != parts["B"].shape[:1]):
        raise BadInput(
            "{module} has no magnitude in {weights} that fits: DoRA needs one for each module.",
            module=module,
            weights=WEIGHTS,
        )


def _check_numbers(weights: Path, tensor: Tensor) -> None:
    kind, infinite = FLOATS[tensor.dtype]
    bits = np.memmap(weights, kind, "r", tensor.start, tensor.shape)
    if bool(((bits & infinite) == infinite).any()):
        raise BadInput(
            "{name} has weights that are not finite numbers (NaN): the training went wrong before "
            "the adapter was saved.",
            name=tensor.name,
        )


def _by_name(settings: Mapping[str, Any], modules: Mapping[str, Parts]) -> dict[str, Any]:
    """The same settings without patterns, for the modules with matrices: elsewhere, nothing was learned."""
    alphas = settings.get("alpha_pattern", {})
    left = ("exclude_modules", "layers_to_transform", "layers_pattern")
    kept = {name: value for name, value in settings.items() if name not in left}
    # PEFT searches with these keys.
    ranks = {re.escape(module): parts["A"].shape[0] for module, parts in modules.items()}
    own = {re.escape(module): _for_module(alphas, module, settings["lora_alpha"]) for module in modules}
    return kept | {
        "target_modules": sorted(modules),
        "rank_pattern": {name: rank for name, rank in ranks.items() if rank != settings["r"]},
        "alpha_pattern": {name: alpha for name, alpha in own.items() if alpha != settings["lora_alpha"]},
    }


def _for_module(pattern: Mapping[str, Any], module: str, otherwise: Any) -> Any:
    """What a pattern of PEFT's says about one module."""
    found = (value for key, value in pattern.items() if _matches(rf"(.*\.)?({key})", module))
    return next(found, otherwise)


def _matches(pattern: str, name: str) -> bool:
    """Raises BadInput for what is no regular expression, and for one that would keep the app busy."""
    try:
        if len(pattern) <= LONGEST_PATTERN:
            return regex.fullmatch(pattern, name, timeout=PATTERN_SECONDS) is not None
    except (regex.error, TimeoutError, RecursionError):
        pass
    raise BadInput(
        "{pattern} in its {config} can't be used: it is no regular expression, or it takes too long.",
        pattern=pattern[:100],
        config=CONFIG,
    )


def _misfit(base: str, name: str, size: int, wanted: object) -> BadInput:
    if wanted:
        return BadInput(
            "This adapter was made for another base than {base}: {name} is for {size} values, and "
            "{base} has {wanted} there.",
            base=base,
            name=name,
            size=size,
            wanted=wanted,
        )
    return BadInput(
        "This adapter was made for another base than {base}: {name} is for {size} values, and "
        "{base} has no such layer.",
        base=base,
        name=name,
        size=size,
    )


def _ending(name: str) -> str:
    """The part of a tensor's name from the layers on."""
    parts = name.split(".")
    first = next((i for i, part in enumerate(parts) if part.isdigit()), None)
    return ".".join(parts[max(first - 1, 0) :]) if first is not None else parts[-2]


def _transposed(base: Path) -> bool:
    """GPT-2 keeps its matrices transposed."""
    return read_json(base / "config.json").get("model_type") == "gpt2"
