"""What a person types into a search box, and what is found by it: capitals and accents make no difference.

Knows letters; neither tables nor pages. Parts of words are found: not every script has spaces between words.
"""

import unicodedata
from collections.abc import Mapping, Sequence

# Unicode's combining classes of marks that may be left out in writing: Hebrew and Arabic vowels, and accents
# above and below a letter. Not the vowels of Thai and Hindi: without them a word is another one.
_OPTIONAL = frozenset((*range(10, 37), *range(200, 241)))


def folded(text: str) -> str:
    """A text as it is compared: "Über  Привет" is "uber привет"."""
    text = " ".join(text.replace("\0", " ").split()).casefold()  # a database's LIKE ends at a NUL
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if unicodedata.combining(letter) not in _OPTIONAL)
    return unicodedata.normalize("NFC", kept)


def around(text: str, wanted: str, letters: int = 40) -> tuple[str, str, str]:
    """What was found in a text, with what is before and after it: ("…the old ", "harbour", " was built…").

    All three are empty where it isn't found.
    """
    line = " ".join(text.split())
    target = folded(wanted)
    # Folding may change the number of letters, so the place is looked for in the text as it is.
    starts = [at for at in range(len(line)) if target and folded(line[at : at + 1])[:1] == target[0]]
    for start in starts:
        for end in range(start + 1, min(start + 2 * len(target) + 8, len(line)) + 1):
            if folded(line[start:end]) == target:
                before, after = line[max(start - letters, 0) : start], line[end : end + letters]
                left = "…" if start > letters else ""
                right = "…" if len(line) > end + letters else ""
                return left + before, line[start:end], after + right
    return "", "", ""


def folded_message(text: str, attachments: object) -> str:
    """A message with the names and texts of its files."""
    files = attachments if isinstance(attachments, Sequence) and not isinstance(attachments, str) else ()
    named = [file.get(name, "") for file in files if isinstance(file, Mapping) for name in ("name", "text")]
    return "\n".join(map(folded, [text, *(one for one in named if isinstance(one, str))]))
