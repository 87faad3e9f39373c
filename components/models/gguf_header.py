"""What a GGUF file says of itself, checked against the file before anything relies on it: a header's numbers
come from a stranger, and a false length would make a reader allocate gigabytes.

Knows the format byte by byte, and parts of one model; loads nothing and imports no reader of the format. What
a model needs in memory is told in `gguf_memory`.
"""

import functools
import mmap
import re
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import BadInput
from components.messages import Said
from components.models.headers import MAX_DIMENSIONS, MAX_SIZE, MAX_TENSORS, lie

MAX_NESTING = 2  # arrays inside arrays
MAX_TEXT = 2_000_000  # bytes of a text that is kept; the longest are chat templates
MAX_LIST = 4096  # numbers of a list that are kept: one for each layer
MAX_KEPT = 8_000_000  # bytes of texts and lists that are kept of one file
MAX_PARTS = 1000
# How a value is unpacked, by its type; 8 is a text, 9 an array.
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _ARRAY = 8, 9
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
TOKENS = "tokenizer.ggml.tokens"
TOKEN_TYPES = "tokenizer.ggml.token_type"


@dataclass(frozen=True)
class GgufHeader:
    """One model, whichever number of files it is in. Sizes in bytes, lengths in tokens."""

    files: tuple[Path, ...]
    size: int  # of all files
    architecture: str  # "llama", "qwen3", …; as the file says
    quantization: str  # "Q4_K_M", "F16", …
    parameters: int  # number of weights
    context: int  # that the model was trained for; 0: not said
    layers: int
    heads: int
    kv_heads: tuple[int, ...]  # of each layer; 0: a layer that keeps nothing per token
    key_length: int  # numbers of one head's key
    value_length: int
    width: int  # of the hidden state
    hidden: int  # of the feed-forward layers
    vocabulary: int
    window: int  # tokens that a layer with a sliding window keeps; 0: every layer keeps all
    windowed: int  # how many layers have one
    kind: str  # "model", "adapter", "mmproj", …
    name: str
    chat_template: str  # empty: it has none
    fields: Mapping[str, Any]  # all that were kept: scalars, texts, short lists


def read_gguf(path: Path) -> GgufHeader:
    """The header of a file, or of the first of several parts. Raises BadInput with a sentence.

    Read once for each change: the catalogue is asked for often, and a vocabulary has 150,000 entries.
    """
    try:
        stats = [(file, (stat := file.stat()).st_size, stat.st_mtime_ns) for file in part_files(path)]
    except OSError as error:
        raise lie(path, Said("it can't be read: {error}", error=error)) from error
    return _cached(tuple(stats))


def part_files(path: Path) -> tuple[Path, ...]:
    """All files of the model that `path` is (the first part of). Raises BadInput where one is missing."""
    named = _PART.search(path.name)
    if not named:
        return (path,)
    number, count = int(named[1]), int(named[2])
    if number != 1:
        first = _PART.sub(f"-00001-of-{count:05}.gguf", path.name)
        raise BadInput(
            "{name} is part {number} of {parts} of a model. Choose its first part, {first}.",
            name=path.name,
            number=number,
            parts=count,
            first=first,
        )
    if not 0 < count <= MAX_PARTS:
        raise BadInput("{name} promises {number:,} parts.", name=path.name, number=count)
    stem = path.name[: named.start()]
    files = tuple(path.with_name(f"{stem}-{i:05}-of-{count:05}.gguf") for i in range(1, count + 1))
    if missing := [file.name for file in files if not file.exists()]:
        raise BadInput(
            "The model {name} comes in {parts} parts, and these are missing: {missing}. Put all parts into "
            "one folder.",
            name=path.name,
            parts=count,
            missing=missing[:5],
        )
    return files


def later_part(path: Path) -> bool:
    """Whether a file is a part of a model, but not the first."""
    named = _PART.search(path.name)
    return named is not None and int(named[1]) != 1


def check_gguf(path: Path) -> None:
    """Raises BadInput for a GGUF file whose lengths or tensors go past its end."""
    _walk(path)


def read_tokens(path: Path) -> tuple[list[str], list[int]]:
    """The vocabulary, and the kind of each token (gguf.TokenType). Raises BadInput."""
    walked = _walk(path, keep=(TOKENS, TOKEN_TYPES))
    tokens, kinds = walked.fields.get(TOKENS), walked.fields.get(TOKEN_TYPES)
    return tokens if isinstance(tokens, list) else [], kinds if isinstance(kinds, list) else []


def header_of(data: Any, size: int, path: Path) -> GgufHeader:
    """The same as `read_gguf` of one file, of its first bytes alone: of a download that isn't there yet.

    `size`: of the whole file. Raises BadInput, also where `data` ends before the header does.
    """
    walked = _Walk(path, data, size)
    walked.all()
    return _header((path,), size, [walked])


@functools.lru_cache(maxsize=64)
def _cached(files: tuple[tuple[Path, int, int], ...]) -> GgufHeader:
    walks = [_walk(file) for file, _, _ in files]
    return _header(tuple(file for file, _, _ in files), sum(size for _, size, _ in files), walks)


def _walk(path: Path, keep: tuple[str, ...] = ()) -> "_Walk":
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            walked = _Walk(path, data, len(data), keep)
            walked.all()
            return walked
    except (OSError, ValueError) as error:  # mmap refuses an empty file with ValueError
        raise lie(path, Said("it can't be read: {error}", error=error)) from error


def _header(files: tuple[Path, ...], size: int, walks: list["_Walk"]) -> GgufHeader:
    first, path = walks[0], files[0]
    about = first.fields
    promised = about.get("split.count", 1)
    if promised not in (0, len(files)) and len(files) > 1:
        raise lie(
            path, Said("it has {parts} parts, and says {promised}", parts=len(files), promised=promised)
        )
    architecture = about.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        raise lie(path, Said("it doesn't say what kind of model it is"))
    weights: Counter[str] = Counter()
    for walked in walks:
        weights.update(walked.weights)

    def of(name: str) -> int:
        return _whole(about.get(f"{architecture}.{name}"))

    layers, heads = of("block_count"), of("attention.head_count") or 1
    head = of("embedding_length") // heads
    window = of("attention.sliding_window")
    return GgufHeader(
        files=files,
        size=size,
        architecture=architecture,
        quantization=_quantization(about, weights),
        parameters=sum(weights.values()),
        context=of("context_length"),
        layers=layers,
        heads=heads,
        kv_heads=_kv_heads(about, architecture, layers, heads),
        key_length=of("attention.key_length") or head,
        value_length=of("attention.value_length") or head,
        width=of("embedding_length"),
        hidden=of("feed_forward_length"),
        vocabulary=_whole(about.get(TOKENS)),
        window=window,
        windowed=_windowed(about, architecture, layers) if window else 0,
        kind=str(about.get("general.type") or "model")[:40],
        name=str(about.get("general.name") or "")[:200],
        chat_template=str(about.get("tokenizer.chat_template") or ""),
        fields=about,
    )


def _whole(value: Any) -> int:
    """A size that a file says; the largest of a list; 0 for anything else."""
    if isinstance(value, list):
        return max(map(_whole, value), default=0)
    return min(value, MAX_SIZE) if type(value) is int and value > 0 else 0


def _kv_heads(about: Mapping[str, Any], architecture: str, layers: int, heads: int) -> tuple[int, ...]:
    """Key-value heads of each layer. Where only every n-th layer has attention, the others have none."""
    if layers > MAX_LIST:
        return ()
    said = about.get(f"{architecture}.attention.head_count_kv")
    if isinstance(said, list):
        found = [_whole(one) for one in said[:layers]]
        return tuple(found + [found[-1] if found else heads] * (layers - len(found)))
    each = _whole(said) or heads
    every = _whole(about.get(f"{architecture}.full_attention_interval")) or 1
    return tuple(each if (layer + 1) % every == 0 else 0 for layer in range(layers))


def _windowed(about: Mapping[str, Any], architecture: str, layers: int) -> int:
    """How many layers have a sliding window, where the file says it; else none: the need is told too high."""
    pattern = about.get(f"{architecture}.attention.sliding_window_pattern")
    if isinstance(pattern, list):
        return sum(map(bool, pattern[:layers]))
    every = _whole(pattern)
    return layers - layers // every if every else 0


def _quantization(about: Mapping[str, Any], weights: Mapping[str, int]) -> str:
    """The name that people know, such as Q4_K_M; else the kind that most weights have."""
    from gguf.constants import LlamaFileType

    kind = about.get("general.file_type")
    if type(kind) is int and kind != LlamaFileType.GUESSED:
        try:
            return LlamaFileType(kind).name.removeprefix("MOSTLY_").removeprefix("ALL_")
        except ValueError:
            pass
    return max(weights, key=lambda name: weights[name], default="")


class _Walk:
    """One walk over a file's header; every step asks first whether the file is that long."""

    def __init__(self, path: Path, data: Any, size: int, keep: tuple[str, ...] = ()) -> None:
        self._path, self._data, self._size, self._at = path, data, size, 0
        self._there, self._keep = len(data), keep
        self._alignment = 32
        self._left = MAX_KEPT
        self.fields: dict[str, Any] = {}  # of a list that isn't kept, its length
        self.weights: Counter[str] = Counter()  # by their kind

    def all(self) -> None:
        """Raises BadInput at the first thing that can't be true."""
        if self._take(4) != b"GGUF":
            raise lie(self._path, Said("it doesn't begin as a GGUF file does"))
        version = self._number("I")
        if version not in (2, 3):
            raise lie(
                self._path, Said("its format version is {version}; 2 and 3 can be read", version=version)
            )
        tensors, fields = self._number("Q"), self._number("Q")
        # The shortest field has 13 bytes, the shortest tensor 24.
        if tensors > MAX_TENSORS or fields * 13 + tensors * 24 > self._size:
            raise lie(
                self._path,
                Said("it promises {tensors:,} tensors and {fields:,} fields", tensors=tensors, fields=fields),
            )
        for _ in range(fields):
            self._field()
        if self._keep:
            return  # the tensors were looked at before
        spans = [self._tensor() for _ in range(tensors)]
        data = -(-self._at // self._alignment) * self._alignment
        for name, start, length in spans:
            if start % self._alignment or data + start + length > self._size:
                raise lie(
                    self._path, Said("the tensor {name!r} goes past the end of the file", name=name[:80])
                )

    def _field(self) -> None:
        name, kind = self._text().decode("utf-8", "replace"), self._number("I")
        value = self._value(kind, 0, name in self._keep)
        if len(name) <= 200 and self._left > 0:
            self._left -= 100
            self.fields[name] = value
        if name == "general.alignment" and kind == 4:
            self._alignment = value
            if not 0 < value <= 65_536:
                raise lie(self._path, Said("its alignment is {alignment:,}", alignment=value))

    def _value(self, kind: int, depth: int, keep: bool) -> Any:
        if code := _SCALARS.get(kind):
            return self._number(code)
        if kind == _TEXT:
            length = self._number("Q")
            self._left -= min(length, MAX_TEXT)
            if length > MAX_TEXT or self._left < 0:
                self._skip(length)
                return None
            return self._take(length).decode("utf-8", "replace")
        if kind == _ARRAY and depth < MAX_NESTING:
            return self._list(depth, keep)
        raise lie(self._path, Said("a field has the unknown kind {kind}", kind=kind))

    def _list(self, depth: int, keep: bool) -> Any:
        inner, count = self._number("I"), self._number("Q")
        if code := _SCALARS.get(inner):
            at, length = self._at, count * struct.calcsize(f"<{code}")
            self._skip(length)
            self._left -= min(count, MAX_LIST) * 32
            if keep or (count <= MAX_LIST and self._left > 0):
                return list(struct.unpack(f"<{count}{code}", self._data[at : at + length]))
            return count
        if count * 8 > self._size - self._at:  # a text has at least its length
            raise lie(self._path, Said("it promises a list of {number:,} entries", number=count))
        if inner == _TEXT:
            return self._texts(count, keep)
        for _ in range(count):
            self._value(inner, depth + 1, False)
        return count

    def _texts(self, count: int, keep: bool) -> Any:
        """A list of texts, which may be a vocabulary: `_text` for each would take most of a second."""
        kept: list[str] = []
        data, at, end, unpack = self._data, self._at, self._there, struct.Struct("<Q").unpack_from
        for _ in range(count):
            if at + 8 > end:
                break
            start = at + 8
            at = start + unpack(data, at)[0]
            if at > end:
                break
            if keep:
                kept.append(data[start:at].decode("utf-8", "replace"))
        self._skip(at - self._at if at <= end else self._size)
        return kept if keep else count

    def _tensor(self) -> tuple[str, int, int]:
        from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

        name, dimensions = self._text().decode("utf-8", "replace"), self._number("I")
        if dimensions > MAX_DIMENSIONS:
            raise lie(
                self._path,
                Said("the tensor {name!r} has {number:,} dimensions", name=name[:80], number=dimensions),
            )
        count = 1
        for _ in range(dimensions):
            count *= self._number("Q")
        number, start = self._number("I"), self._number("Q")
        try:
            kind = GGMLQuantizationType(number)
            block, size = GGML_QUANT_SIZES[kind]
        except (ValueError, KeyError) as error:
            raise lie(
                self._path,
                Said("the tensor {name!r} has the unknown kind {kind}", name=name[:80], kind=number),
            ) from error
        self.weights[kind.name] += count
        return name, start, -(-count // block) * size

    def _text(self) -> bytes:
        return self._take(self._number("Q"))

    def _number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._take(struct.calcsize(f"<{code}")))[0]

    def _skip(self, length: int) -> None:
        if length > self._size - self._at:
            raise lie(
                self._path,
                Said("it ends at {size:,} bytes, and promises {more:,} more", size=self._size, more=length),
            )
        self._at += length

    def _take(self, length: int) -> bytes:
        at = self._at
        self._skip(length)
        if self._at > self._there:
            raise lie(self._path, Said("only its first {number:,} bytes are there", number=self._there))
        return self._data[at : at + length]
