"""Letters that are broken because a text was read in the wrong encoding: found, and put right if it is sure.

Knows texts; not rows.
"""

import re

# The replacement character; and what UTF-8 looks like when it was read as Western European.
BROKEN = re.compile(
    "\ufffd|ï¿½|ï»¿|â€[™œ\u009d\u009cž¦“”˜]|[ÃÄÅ][\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf"
    "€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]|(?<![A-ZÀ-Þ])Ã[\u00a0\u00ab\u00bb…‘’“”–—]"
    "|Â[\u0080-\u00a9\u00ab-\u00b1\u00b4-\u00b9\u00bc-\u00be]"
    "|(?:[ÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]){2}"
)


def repaired(text: str) -> str:
    """The text as it was meant, where all that is broken in it can be read; else as it is.

    "cafÃ©" becomes "café". What was lost (U+FFFD) stays, to be found.
    """
    if text.isascii() or not BROKEN.search(text):
        return text
    from ftfy import fix_encoding

    return str(fix_encoding(text))
