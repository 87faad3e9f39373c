"""Requests to a translation engine and their outcome, sentence by sentence.

Plain data that crosses from the app's process to the engine's; knows neither torch nor pages.
"""

from dataclasses import dataclass

from components.messages import Message


@dataclass(frozen=True)
class TranslationOptions:
    """How a list of sentences is to be translated."""

    source: str  # ISO 639-1
    target: str
    beams: int = 1  # hypotheses that a beam search keeps; 1: greedy
    hypotheses: int = 1  # how many of the best are wanted
    careful: bool = False  # another way than the usual one, for a sentence that came out wrong


@dataclass(frozen=True)
class Translated:
    """One sentence's translations, the best first."""

    index: int  # of the sentence in the list that was sent
    texts: tuple[str, ...]
    cut: bool = False  # the engine reached its length limit before the end
    why: Message = ""  # there is no translation, as a sentence; empty where the engine doesn't know
    returned: str = ""  # what a few words are translated back to, where that says something else
