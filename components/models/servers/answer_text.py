"""The text of a server's answer as it comes: whole characters, reasoning between tags, cut at a stop string.

Knows pieces of text; neither HTTP nor chunks.
"""

from collections.abc import Sequence

from components.models.engines.text_stream import TextStream


class AnswerText:
    """An answer's text: reasoning between think tags as local models write it, cut at a stop string."""

    def __init__(self, stop: Sequence[str]) -> None:
        # Characters take the place of tokens: what is held back is the same.
        self._stream = TextStream(lambda ids: "".join(map(chr, ids)), (), stop)
        self._reasoning = False
        self._half = ""  # of a character that a server cuts in two, as JavaScript does

    @property
    def stopped(self) -> bool:
        return self._stream.stopped

    def feed(self, reasoning: str, content: str) -> str:
        piece = ""
        if reasoning:
            piece += self._whole(reasoning) if self._reasoning else f"<think>{self._whole(reasoning)}"
            self._reasoning = True
        if content:
            piece += self._close()
            for char in self._whole(content):
                piece += self._stream.feed(ord(char))
                if self._stream.stopped:
                    break
        return piece

    def _whole(self, content: str) -> str:
        """Whole characters only; half a one waits for the other half."""
        content = self._half + content
        self._half = content[-1] if "\ud800" <= content[-1] <= "\udbff" else ""
        content = content.removesuffix(self._half)
        return content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def flush(self) -> str:
        return self._close() + self._stream.flush()

    def _close(self) -> str:
        was, self._reasoning = self._reasoning, False
        return "</think>\n\n" if was else ""
