"""How much of a web page each of its elements holds, and how much of that is prose rather than links.

Knows nothing about what is read and what is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe", "object", "head")
LINKS = ("a", "nav", "footer", "button", "select", "label", "option")  # what is in them is no prose
FRAGMENT = 20  # characters of a text, up to which it is a label


def walk(
    root: LexborNode, skipped: Callable[[LexborNode], bool], whole: Callable[[LexborNode], bool]
) -> Iterator[tuple[LexborNode, bool, int]]:
    """Each node that isn't skipped when it begins (True) and, unless it is text, when it ends; and its depth.

    Without recursion, so that depth costs nothing but a count. Nodes that are `whole` are one.
    """
    node, depth, entering = root, 0, True
    while True:
        yield_it = not (entering and node is not root and skipped(node))
        if yield_it:
            yield node, entering, depth
        below = node.child if entering and yield_it and not whole(node) else None
        if below is not None:
            node, depth = below, depth + 1
            continue
        if entering and yield_it and node.tag != "-text":
            yield node, False, depth
        while node.next is None or depth == 0:
            parent = node.parent
            if depth == 0 or parent is None:
                return
            node, depth = parent, depth - 1
            if depth == 0:
                return
            yield node, False, depth
        node, entering = node.next, True


def words_of(node: LexborNode, most: int, but: LexborNode | None = None) -> str:
    """The first `most` characters or so of an element's text, without what is inside of another element."""
    found: list[str] = []
    size = 0
    for one, entering, _ in walk(
        node,
        lambda one: one.tag in UNSEEN or (but is not None and one.mem_id == but.mem_id),
        lambda one: False,
    ):
        if one.tag == "-text" and entering and (text := (one.text_content or "").strip()):
            found.append(text)
            size += len(text)
            if size > most:
                break
    return " ".join(found)


@dataclass
class Weights:
    """Letters of an element by its `mem_id`: all of them, and those of prose."""

    texts: dict[int, int] = field(default_factory=dict)
    proses: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: LexborNode) -> "Weights":
        """One pass over the page."""
        weights = cls()
        open_ones: list[tuple[int, int, int]] = []  # element, letters and prose before it
        letters = prose = links = 0
        for node, entering, _ in walk(root, lambda node: node.tag in UNSEEN, lambda node: False):
            if node.tag == "-text":
                length = len("".join((node.text_content or "").split()))
                letters += length
                prose += length if length > FRAGMENT and not links else 0
            elif entering:
                links += node.tag in LINKS
                open_ones.append((node.mem_id, letters, prose))
            elif open_ones:
                links -= node.tag in LINKS
                element, letters_before, prose_before = open_ones.pop()
                weights.texts[element] = letters - letters_before
                weights.proses[element] = prose - prose_before
        for element, letters_before, prose_before in open_ones:  # the root
            weights.texts[element], weights.proses[element] = letters - letters_before, prose - prose_before
        return weights

    def prose(self, node: LexborNode) -> int:
        return self.proses.get(node.mem_id, 0)

    def share(self, node: LexborNode, root: LexborNode) -> float:
        """Of the prose of `root`, what `node` has; of all its text where there is no prose."""
        sizes = self.proses if self.prose(root) else self.texts
        return sizes.get(node.mem_id, 0) / max(1, sizes.get(root.mem_id, 0))
