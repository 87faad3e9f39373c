"""Which model of meaning reads a language. Knows the catalogue's entries; loads nothing.

Measured on XQuAD, the paragraph of a question found first by vectors alone (nearest paragraph plus nearest
sentence): English MiniLM .92, USE multilingual .85; German .67 and .83; Chinese .20 and .83. So the model
that is made for one language reads it, and the one made for many reads all others, and one beside another.
"""

from collections.abc import Collection, Sequence

from components.models.spec import ModelSpec


def model_for(language: str, ready: Sequence[ModelSpec]) -> ModelSpec | None:
    """The embedding model for texts in a language (ISO 639-1; "" where it isn't known), None where none is.

    `ready`: models that are installed; those that embed nothing are passed over.
    """
    return model_across([language], ready)


def model_across(languages: Collection[str], ready: Sequence[ModelSpec]) -> ModelSpec | None:
    """One model whose vectors of texts in all these languages can be compared."""
    among = [spec for spec in ready if spec.task == "embed"]
    knowing = [spec for spec in among if set(languages) <= set(spec.languages)]
    if knowing:
        return min(knowing, key=lambda spec: len(spec.languages))
    return max(among, key=lambda spec: len(spec.languages), default=None)
