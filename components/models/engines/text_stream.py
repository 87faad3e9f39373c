"""Token ids in, pieces of text out: never half a character, half an emoji or part of a stop string.

Knows a `decode` function and stop strings; nothing about models.
"""

from collections.abc import Callable, Sequence

import regex

# A character may take several tokens; after this many without one, the bytes are no character at all.
MAX_HELD_TOKENS = 8
# Tokens of context that decode() gets, so that it knows whether a space belongs before the next word.
CONTEXT_TOKENS = 5
_REPLACEMENT = "�"


class TextStream:
    """Feed tokens one at a time; each call returns the text that is now certain.

    `stopped` turns true when one of the stop strings has appeared; the text ends before it.
    Incremental decoding follows Hugging Face's text-generation-inference: decode a short window with
    and without the new tokens, and take the difference.
    """

    def __init__(
        self, decode: Callable[[Sequence[int]], str], prompt_ids: Sequence[int], stop: Sequence[str] = ()
    ) -> None:
        self._decode = decode
        self._ids = list(prompt_ids[-CONTEXT_TOKENS:])
        self._window, self._read = 0, len(self._ids)  # ids before _read have become text
        self._stop = [text for text in stop if text]
        self._pending = ""  # decoded, but held back
        self.stopped = False

    def feed(self, token: int) -> str:
        self._ids.append(token)
        self._pending += self._decode_new()
        return self._release()

    def add(self, text: str) -> str:
        """The same for text that the engine has decoded itself."""
        self._pending += text
        return self._release()

    def flush(self) -> str:
        """What was held back, at the end. Half a character is dropped."""
        if self.stopped:
            return ""
        if self._read < len(self._ids):
            self._pending += self._decode_new(final=True)
        released = self._release(final=True)
        return released

    def _decode_new(self, final: bool = False) -> str:
        before = self._decode(self._ids[self._window : self._read])
        now = self._decode(self._ids[self._window :])
        if now.endswith(_REPLACEMENT):
            if not final and len(self._ids) - self._read < MAX_HELD_TOKENS:
                return ""
            now = now.rstrip(_REPLACEMENT)
        self._window, self._read = self._read, len(self._ids)
        return now[len(before) :]

    def _release(self, final: bool = False) -> str:
        cut = min((i for text in self._stop if (i := self._pending.find(text)) >= 0), default=-1)
        if cut >= 0:
            self.stopped = True
            released, self._pending = self._pending[:cut], ""
            return released
        keep = 0 if final else max(self._stop_prefix(), self._open_cluster())
        at = len(self._pending) - keep
        released, self._pending = self._pending[:at], self._pending[at:]
        return released

    def _stop_prefix(self) -> int:
        """Length of the longest end of the pending text that may become a stop string."""
        longest = 0
        for text in self._stop:
            for size in range(min(len(text) - 1, len(self._pending)), longest, -1):
                if self._pending.endswith(text[:size]):
                    longest = size
                    break
        return longest

    def _open_cluster(self) -> int:
        """Length of the last character as a person sees it, if more may still join it.

        Emoji are sequences: a skin tone, a second flag letter or a joined person can follow.
        """
        if not self._pending or self._pending[-1] < "\u0300":
            return 0
        return len(regex.findall(r"\X", self._pending)[-1])
