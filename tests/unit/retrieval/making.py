"""Documents for the shelf, with vectors that are easy to foresee."""

import hashlib
from collections.abc import Sequence

import numpy as np

from components.documents import Place
from components.models.engine import Vectors
from components.retrieval.shelf import Chunk, Sentence, Shelf
from components.retrieval.words import tokens

MODEL = "tiny"


def vector_of(text: str) -> Vectors:
    """The same for the same text, another for another."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    row = np.random.default_rng(seed).standard_normal(16).astype(np.float32)
    return row / np.linalg.norm(row)


def keep(shelf: Shelf, name: str, texts: Sequence[str], language: str = "en", collection: str = "") -> str:
    """A document whose paragraphs are `texts`, indexed."""
    document_id, _ = shelf.add(name, hashlib.sha256(f"{name}{texts}".encode()).hexdigest(), collection)
    chunks = []
    for number, text in enumerate(texts):
        sentence = Sentence(number, 0, len(text), text, place=Place(page=number + 1))
        chunks.append(Chunk((sentence,), tokens(text, language), vector_of(text)[None]))
    shelf.append(document_id, chunks, {MODEL: np.stack([vector_of(text) for text in texts])})
    shelf.update(document_id, state="done", language=language)
    return document_id
