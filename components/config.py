"""One frozen Config, read once from `wordbench.toml` and the environment (which wins).

Knows nothing about models or pages: it only names folders, limits and choices.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from components.errors import BadInput
from components.messages import Said, sentences

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "WORDBENCH_"
SERVER = "server:"  # begins the ids of models on servers: server:NAME/MODEL
GB = 1_000_000_000
# The lowest and highest value of each number, where it isn't from 0 to MOST.
MOST = 10**9
RANGES: Mapping[str, tuple[float, float]] = {
    "keep_alive": (0, MOST),
    "memory_budget_gb": (0.01, MOST),
    "max_context": (16, MOST),
    "parallel": (1, 1024),
    "batch": (1, 1024),
    "threads": (1, 1024),
    "upload_mb": (1, 100_000),
    "adapter_mb": (1, 100_000),
    "document_memory_mb": (1, MOST),
    "document_seconds": (0.1, MOST),
    "document_pages": (1, MOST),
    "document_unpacked_mb": (1, MOST),
    "document_nesting": (1, 100_000),
    "ocr_pages": (1, MOST),
    "ocr_seconds": (0.1, MOST),
    "ocr_memory_mb": (1, MOST),
    "ocr_megapixels": (1, 1000),
    "hub_timeout": (0.1, 86_400),
    "metrics_port": (0, 65_535),
    "context": (1, MOST),
    "timeout": (0.1, 86_400),
}
# What a setting of each kind is written as.
WANTED: Mapping[type, Said] = {
    int: Said("a whole number"),
    float: Said("a number"),
    bool: Said("true or false"),
    str: Said("a text"),
    Path: Said("the path of a folder or file"),
}

Dtype = Literal["auto", "float32", "float16", "bfloat16"]
Quantization = Literal["none", "8bit", "4bit"]
Wanted = Literal["auto", "llama.cpp", "openvino", "transformers"]


@dataclass(frozen=True)
class ModelSettings:
    """How one model is to be loaded, from `[models."ID"]` in wordbench.toml."""

    dtype: Dtype = "auto"
    quantization: Quantization = "none"  # bitsandbytes, on CUDA only
    pinned: bool = False  # a pinned model is never evicted or unloaded for being idle
    context: int | None = None  # tokens; less than the model's own saves memory
    engine: Literal["", "auto", "llama.cpp", "openvino", "transformers"] = ""  # empty: as for all models
    cache: Literal["", "16bit", "8bit"] = ""  # empty: as for all models


@dataclass(frozen=True)
class ServerSettings:
    """A server that models run on, from `[servers.NAME]` in wordbench.toml, the environment or secrets."""

    url: str  # of its OpenAI-compatible API; without a path, /v1 is meant
    key: str = field(default="", repr=False)  # sent as a bearer token, shown nowhere
    models: tuple[str, ...] = ()  # their names, for a server that doesn't list them
    context: int | None = None  # tokens, where the server doesn't say
    parallel: int = 16  # requests at once for one of its models
    timeout: float = 120.0  # seconds without a word before it counts as gone


@dataclass(frozen=True)
class Config:
    """Settings of one server process. Each is a line of wordbench.toml or WORDBENCH_<NAME>."""

    data_dir: Path = ROOT / "data"  # everything that the app writes
    models_dir: Path | None = None  # a person's own models: Hugging Face folders and .gguf files
    database_url: str = ""  # any SQLAlchemy URL; empty: SQLite in data_dir
    default_model: str = "smollm2-135m-instruct"  # loaded in the background at start; empty: none
    device: Literal["auto", "cpu", "mps", "cuda"] = "auto"
    engine: Wanted = "auto"  # what runs causal models on a CPU
    prepare_openvino: bool = True  # make it ready for a GGUF file's model too, when nobody waits
    cache: Literal["16bit", "8bit"] = "16bit"  # of what a model on llama.cpp has read
    memory_budget_gb: float | None = None  # for all loaded models together; None: what is free
    keep_alive: float = 600.0  # seconds after which an idle model is unloaded
    max_context: int = 32_768  # tokens to keep memory for, where a model could read more
    parallel: int = 4  # requests that one model works on at the same time, token by token
    batch: int = 32  # requests at once where the engine runs them in one batch
    queue_limit: int = 16  # requests that may wait for one model before more are refused
    threads: int | None = None  # CPU threads of the engine; None: one per core
    upload_mb: int = 25  # largest file that a person may upload
    adapter_mb: int = 250  # largest adapter
    document_memory_mb: int = 1000  # for reading one document, in a process of its own
    document_seconds: float = 60.0  # of computing, for reading one document
    document_pages: int = 2000  # pages, slides or sheets of one document
    document_unpacked_mb: int = 200  # what the compressed parts of one document may unpack to
    document_nesting: int = 256  # elements inside each other in one document
    ocr_pages: int = 300  # pages of one document that are read from pictures
    ocr_seconds: float = 60.0  # of computing, for one of them
    ocr_memory_mb: int = 2500  # for the process while it reads them
    ocr_megapixels: int = 100  # pixels of one picture, in millions
    accelerate_config: Path | None = None  # for training on several machines: `accelerate config` writes one
    hub_timeout: float = 10.0  # seconds without an answer before the hub counts as unreachable
    mode: Literal["local", "open", "signed in"] = "local"  # who uses this server; see components/access.py
    hosts: tuple[str, ...] = ()  # names that this server answers to, beside localhost and its addresses
    allowed_domains: tuple[str, ...] = ()  # e-mail domains that may sign in; neither this nor groups: all
    allowed_groups: tuple[str, ...] = ()  # groups that may sign in
    groups_claim: str = "groups"  # where the ID token has a person's groups
    administrators: tuple[str, ...] = ()  # e-mail addresses or subjects
    administrator_groups: tuple[str, ...] = ()
    # Of one person; 0: no limit; not given: none in the mode "local", the ones in quotas.py in the others
    person_requests: int | None = None  # at once
    person_requests_per_minute: int | None = None
    person_upload_mb: int | None = None  # within 24 hours
    person_stored_mb: int | None = None
    person_training_runs: int | None = None  # at once
    expire_days: float = 0.0  # what nobody has used for longer is deleted; 0: never
    metrics_port: int = 0  # Prometheus metrics and /ready on 127.0.0.1; 0: off
    metrics_address: str = "127.0.0.1"
    log_format: Literal["text", "json"] = "text"
    models: Mapping[str, ModelSettings] = field(default_factory=dict)
    servers: Mapping[str, ServerSettings] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'wordbench.db'}"

    @property
    def store_dir(self) -> Path:
        """Converted and downloaded models, one folder each."""
        return self.data_dir / "models"

    def for_model(self, model_id: str) -> ModelSettings:
        return self.models.get(model_id, ModelSettings())

    def parallel_for(self, model_id: str) -> int:
        """How many requests one model works on at the same time."""
        name = model_id.removeprefix(SERVER).split("/")[0]
        if not model_id.startswith(SERVER):
            return self.parallel
        return self.servers.get(name, ServerSettings("")).parallel  # or one that was added in the page


def read_config(
    env: Mapping[str, str] = os.environ, root: Path = ROOT, secrets: Mapping[str, Any] | None = None
) -> Config:
    """The settings in force. Raises BadInput naming the setting that can't be understood.

    `secrets` holds settings of servers, by name, that are kept elsewhere: above all their keys.
    """
    path = Path(env.get(PREFIX + "CONFIG") or root / "wordbench.toml")
    text, given = read_toml(path)
    try:
        return _config(given, path, env, secrets or {})
    except BadInput as error:
        raise _placed(error, path, text, env) from error


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """A file's text and what it says; empty where there is none. Raises BadInput with what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(
            "The settings file {path} is not valid TOML: {error}.", path=path, error=error
        ) from error
    except (OSError, ValueError) as error:  # a folder, a name with a zero character
        why = getattr(error, "strerror", None) or error
        raise BadInput("The settings file {path} can't be read: {error}.", path=path, error=why) from error


def _config(given: dict[str, Any], path: Path, env: Mapping[str, str], secrets: Mapping[str, Any]) -> Config:
    """The settings of a file, and over them those of the environment."""
    models = {name: _model_settings(name, raw) for name, raw in _tables("models", given).items()}
    servers = _servers(_tables("servers", given), secrets, env)
    known = {f.name: f for f in fields(Config) if f.name not in ("models", "servers")}
    for name in given:
        if name not in known:
            raise BadInput(
                "The setting {name!r} in {path} is not known. Known: {known}.",
                name=name,
                path=path,
                known=", ".join(known),
            )
    given |= {n: env[PREFIX + n.upper()] for n in known if env.get(PREFIX + n.upper()) is not None}
    config = Config(models=models, servers=servers)
    config = replace(config, **{name: _parse(name, known[name].type, raw) for name, raw in given.items()})
    return replace(config, servers=_with_default(config))


def _placed(error: BadInput, path: Path, text: str, env: Mapping[str, str]) -> BadInput:
    """The same error with the line of the file that has the setting, if it can be told."""
    name = str(dict(error.message.values).get("name", "")) if isinstance(error.message, Said) else ""
    if not name or PREFIX + name.upper() in env:
        return error
    header, inside = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        plain = re.sub(r"[\s\"']", "", line.partition("#")[0])
        if plain.startswith("["):
            header = plain.strip("[]")
        key = ".".join(filter(None, [header, plain.partition("=")[0]])) if "=" in plain else header
        if key == name:
            return _in_line(error, number, path)
        if "=" in plain and name.startswith(f"{key}."):  # a = {b = …}
            inside = number
    return _in_line(error, inside, path) if inside else error


def _in_line(error: BadInput, number: int, path: Path) -> BadInput:
    return BadInput(sentences(error.message, Said("It is in line {line} of {path}.", line=number, path=path)))


def _tables(name: str, given: dict[str, Any]) -> Mapping[str, Any]:
    """Takes the tables of models or servers out of the settings."""
    raw = given.pop(name, {})
    if not isinstance(raw, Mapping):
        raise BadInput(
            "The setting {name} is {raw}; a table for each is expected there, like [{name}.example].",
            name=name,
            raw=repr(raw),
        )
    return raw


def _in_range(name: str, value: float) -> float:
    low, high = RANGES.get(name.rpartition(".")[2], (0, MOST))
    if not low <= value <= high:
        raise BadInput(
            "The setting {name} is {value:g}; it must be between {low:g} and {high:g}.",
            name=name,
            value=value,
            low=low,
            high=high,
        )
    return value


def _names(name: str, raw: Any) -> tuple[str, ...]:
    """A list of texts; in the environment, separated by commas."""
    given = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise BadInput(
            "The setting {name} is {raw!r}; a list of texts is expected there.", name=name, raw=raw
        )
    return tuple(one.strip() for one in given if one.strip())


def _model_settings(name: str, raw: Any) -> ModelSettings:
    known = {f.name: f for f in fields(ModelSettings)}
    if not isinstance(raw, Mapping):
        raise BadInput(
            "The setting {name} is {raw!r}; a table is expected there: [{name}].",
            name=f"models.{name}",
            raw=raw,
        )
    for key in raw:
        if key not in known:
            raise _unknown(f"models.{name}.{key}", known)
    return ModelSettings(**{k: _parse(f"models.{name}.{k}", known[k].type, v) for k, v in raw.items()})


def _servers(
    given: Mapping[str, Any], secrets: Mapping[str, Any], env: Mapping[str, str]
) -> dict[str, ServerSettings]:
    """Every server by name: of the file, over it the secrets, over them WORDBENCH_SERVER_<NAME>_<SETTING>."""
    found = {name: dict(_table(name, raw)) for name, raw in given.items()}
    if not isinstance(secrets, Mapping):
        raise BadInput(
            "The setting {name} is {raw}; a table for each is expected there, like [{name}.example].",
            name="servers",
            raw=repr(secrets)[:100],
        )
    for name, raw in secrets.items():
        found.setdefault(name, {}).update(_table(name, raw))
    by_variable = {re.sub(r"\W", "_", name).upper(): name for name in found}
    ends = "|".join(f.name.upper() for f in fields(ServerSettings))
    for variable, value in env.items():
        if match := re.fullmatch(rf"{PREFIX}SERVER_(\w+?)_({ends})", variable):
            name = by_variable.get(match[1], match[1].lower())
            found.setdefault(name, {})[match[2].lower()] = value
    return {name: server_settings(name, raw) for name, raw in found.items()}


def _with_default(config: Config) -> Mapping[str, ServerSettings]:
    """The servers; a default model on one of them is known before the server has been asked."""
    name, _, model = config.default_model.removeprefix(SERVER).partition("/")
    one = config.servers.get(name) if config.default_model.startswith(SERVER) else None
    if one is None or not model or model in one.models:
        return config.servers
    return {**config.servers, name: replace(one, models=(*one.models, model))}


def _table(name: str, raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise BadInput(
            "The setting {name} must be a table: [{name}] with a line url = ….", name=f"servers.{name}"
        )
    return raw


def server_settings(name: str, raw: Mapping[str, Any]) -> ServerSettings:
    """One server from its settings as they were written. Raises BadInput naming what can't be understood."""
    known = {f.name: f for f in fields(ServerSettings)}
    if not re.fullmatch(r"[\w.-]+", name):
        raise BadInput("The server name {name!r} can have letters, digits, points, - and _ only.", name=name)
    for key in raw:
        if key not in known:
            raise _unknown(f"servers.{name}.{key}", known)
    if not raw.get("url"):
        raise BadInput(
            "{name}: url is missing, the address of its API, like http://host:8000/v1.",
            name=f"servers.{name}",
        )
    models = _names(f"servers.{name}.models", raw.get("models", ()))
    plain = {k: v for k, v in raw.items() if k not in ("models", "key")}
    parsed = {k: _parse(f"servers.{name}.{k}", known[k].type, v) for k, v in plain.items()}
    return ServerSettings(**parsed, key=_key(f"servers.{name}.key", raw.get("key", "")), models=models)


def _key(name: str, raw: Any) -> str:
    """A key as a request's header can have it; what is wrong is said without the key."""
    key = str(raw).strip()
    if isinstance(raw, list | dict) or not (key.isascii() and key.isprintable()):
        raise BadInput(
            "The setting {name} can't be a key: one line of letters without accents, digits and signs is "
            "expected there.",
            name=name,
        )
    return key


def _parse(name: str, kind: Any, raw: Any) -> Any:
    """One value as its field's type; text from the environment is converted."""
    if get_origin(kind) is tuple:
        return _names(name, raw)
    if choices := get_args(kind):
        if isinstance(choices[0], str):
            if raw in choices:
                return raw
            raise BadInput(
                "The setting {name} is {raw!r}; it can be {choices}.",
                name=name,
                raw=raw,
                choices=", ".join(filter(None, choices)),
            )
        if raw in ("", None):
            return None
        kind = choices[0]
    try:
        if kind is bool:
            return raw if isinstance(raw, bool) else {"true": True, "false": False}[str(raw).lower()]
        if kind in (int, float):
            return _in_range(name, _number(kind, raw))
        if not isinstance(raw, str | Path):
            raise TypeError
        if "\0" in str(raw):
            raise ValueError
        return Path(raw).expanduser().absolute() if kind is Path else kind(raw)
    except (ValueError, TypeError, KeyError, OverflowError, RuntimeError) as error:
        raise BadInput(
            "The setting {name} is {raw!r}; {kind} is expected there.", name=name, raw=raw, kind=WANTED[kind]
        ) from error


def _unknown(name: str, known: Iterable[str]) -> BadInput:
    return BadInput("The setting {name} is not known. Known: {known}.", name=name, known=", ".join(known))


def _number(kind: type, raw: Any) -> Any:
    """A number as it was given: 2.7 is no whole number, and true is none at all."""
    value = kind(raw)
    if isinstance(raw, bool) or (not isinstance(raw, str) and value != raw and raw == raw):
        raise TypeError
    return value
