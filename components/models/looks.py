"""What a model can be asked about itself, and what it tells: cuts, next words, layers, attention, causes.

Plain data that crosses from an engine's process to the app's; knows neither torch nor pages. Only models on
transformers can be looked into; `States` is for encoders, the others are for models that write.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from components.errors import Unavailable
from components.models.options import Prompt
from components.models.scores import Scored, TokenScore

Numbers = npt.NDArray[np.float32]
Method = Literal["ablation", "gradients"]
Weights = Literal["float32", "8 bits", "4 bits", "pruned"]


def cant_look(engine: str) -> Unavailable:
    return Unavailable(
        "{engine} can't be looked into. Choose a model that transformers can run on this machine.",
        engine=engine,
    )


@dataclass(frozen=True)
class Cut:
    """How a text is cut into tokens."""

    text: str


@dataclass(frozen=True)
class CutFound:
    ids: tuple[int, ...]
    texts: tuple[str, ...]  # together the text; of a character in several tokens, with the last
    names: tuple[str, ...]  # as the vocabulary has them


@dataclass(frozen=True)
class NextWord:
    """What could come next, before anything is cut."""

    prompt: Prompt


@dataclass(frozen=True)
class NextWordFound:
    ids: tuple[int, ...]  # of the likeliest
    texts: tuple[str, ...]
    logits: Numbers  # of the whole vocabulary, largest first


@dataclass(frozen=True)
class Beams:
    """The likeliest continuations as wholes, by beam search."""

    prompt: Prompt
    beams: int
    new: int  # tokens of each at most


@dataclass(frozen=True)
class BeamsFound:
    texts: tuple[tuple[TokenScore, ...], ...]  # likeliest first


@dataclass(frozen=True)
class Layers:
    """What would be said if the model ended at an earlier layer (logit lens)."""

    text: Scored
    most: int  # places, counted from the end


@dataclass(frozen=True)
class LayersFound:
    tokens: tuple[str, ...]  # that the model has read, one for each place
    following: tuple[str, ...]  # what comes after each in the text; the last: what the model would say
    said: tuple[
        tuple[str, ...], ...
    ]  # of each layer, from the embedding on: the likeliest token in each place
    chances: Numbers  # (layers, places): of what is said
    right: Numbers  # (layers, places): of what follows


@dataclass(frozen=True)
class Attention:
    """From which tokens each token takes what it needs. With `source`: a translation's `text` from it."""

    text: Scored
    most: int  # tokens
    source: str = ""
    languages: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class AttentionFound:
    to: tuple[str, ...]  # the tokens that look
    of: tuple[str, ...]  # the tokens that are looked at
    weights: Numbers  # (layers, heads, to, of); each row adds up to 1


@dataclass(frozen=True)
class Causes:
    """Which tokens of the prompt an answer came from. `trial`: only how long that will take."""

    prompt: Prompt
    answer: str
    method: Method
    trial: bool = False


@dataclass(frozen=True)
class CausesFound:
    sources: tuple[str, ...]  # the prompt's tokens
    targets: tuple[str, ...]  # the answer's
    values: Numbers  # (targets, sources): log-probability that a target loses without a source
    seconds: float  # measured, or for a trial expected


@dataclass(frozen=True)
class Smaller:
    """The same model with other weights, in a copy of its own."""

    weights: Weights
    share: float  # of the weights that are set to zero, where they are pruned
    text: Scored  # whose perplexity is measured
    prompt: Prompt  # that is answered
    new: int  # tokens of the answer at most


@dataclass(frozen=True)
class SmallerFound:
    bytes: int  # of the weights, as a file in this precision has them
    perplexity: float
    answer: str
    seconds: float  # of a token, in float32 arithmetic


@dataclass(frozen=True)
class States:
    """What an encoder makes of the pieces of some texts, in some of its layers; 0 is before the first."""

    texts: tuple[str, ...]
    layers: tuple[int, ...]


@dataclass(frozen=True)
class StatesFound:
    places: tuple[npt.NDArray[np.int32], ...]  # of each text: (pieces, 2), where they begin and end in it
    values: tuple[Numbers, ...]  # of each text: (pieces, layers × width)


Look = Cut | NextWord | Beams | Layers | Attention | Causes | Smaller | States
Found = Any  # what belongs to a look
