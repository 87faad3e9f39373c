"""A sentence cut up for another try: which pieces an engine is asked, and how they are together again.

Knows pieces and stand-ins; not why a sentence is tried again.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from components.models.translation import Translated
from components.tasks.translate.protection import Masked, Piece


@dataclass(frozen=True)
class SecondTry:
    """One sentence cut up for another try; the pieces together are the sentence."""

    pieces: tuple[Piece, ...]
    masked: Masked = field(default_factory=lambda: Masked(""))  # whose stand-ins are in the pieces
    shouted: bool = False  # in capitals, which engines take for names

    @property
    def asked(self) -> list[Piece]:
        """What the engine is asked for; the rest stays."""
        return [piece for piece in self.pieces if not piece.kept and has_letters(piece.text)]

    def joined(self, answers: Sequence[Translated], unmasked: Callable[[str, Masked], str]) -> str:
        """The pieces together again: of those that were asked for the answers, in their order."""
        left, asked, out = iter(answers), self.asked, ""
        for piece in self.pieces:
            text = piece.text
            if piece in asked:
                lead, core, tail = edges(text)
                made = first(next(left)).strip()
                if core[:1].islower() and lead.strip():  # in the middle of a sentence
                    made = made[:1].lower() + made[1:]
                text = f"{lead}{made}{tail}"
            out += text
        return unmasked(out.upper() if self.shouted else out, self.masked)


def edges(text: str) -> tuple[str, str, str]:
    """What an engine isn't asked: the space around a piece, and the comma or bracket that it begins with."""
    core = text.strip().lstrip(",;:.!?)] ")
    at = text.rfind(core)
    return text[:at], core, text[at + len(core) :]


def halves(piece: Piece) -> list[Piece]:
    """A piece of text cut at the space nearest to its middle."""
    text = piece.text
    spaces = [match.end() for match in re.finditer(" ", text.rstrip())]
    if piece.kept or not spaces:
        return [piece]
    middle = min(spaces, key=lambda at: abs(at - len(text) / 2))
    return [Piece(text[:middle]), Piece(text[middle:])]


def first(translated: Translated) -> str:
    return next(iter(translated.texts), "")


def has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)
