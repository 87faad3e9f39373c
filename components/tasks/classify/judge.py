"""Sorts texts with a classifier: each text is read by the model for its language. Knows no page and no
job.
"""

from collections.abc import Callable, Sequence
from functools import partial

from components.errors import BadInput, Unavailable
from components.messages import N_, Message
from components.tasks.classify import by_name
from components.tasks.classify.classifier import Classifier, Verdict, judge
from components.tasks.classify.encoders import ENGLISH, Encoders

LONGEST = 200_000  # characters of one text
TOO_LONG = N_("This text is too long: {longest:,} characters are read at once. Cut it, or summarize it.")


def classify(
    classifier: Classifier,
    texts: Sequence[str],
    encoders: Encoders,
    cancelled: Callable[[], bool] = lambda: False,
    on_wait: Callable[[Message], None] = lambda message: None,
) -> tuple[list[Verdict], Classifier]:
    """A verdict for each text, in order, and the classifier with what was made for it on the way.

    An empty text has no label. Give the returned classifier to the next call: the vectors of its labels are
    made once. Raises BadInput for a text that is too long, and what a lease raises.
    """
    for text in texts:
        if len(text) > LONGEST:
            raise BadInput(TOO_LONG, longest=LONGEST)
    chosen = {text: encoder_for(classifier, text, encoders) for text in dict.fromkeys(texts) if text.strip()}
    found: dict[str, Verdict] = {}
    for encoder in dict.fromkeys(chosen.values()):
        mine = [text for text, its in chosen.items() if its == encoder]
        encode = partial(encoders.encode, encoder, cancelled=cancelled, on_wait=on_wait)
        if encoder not in classifier.heads:
            english = _only_english(encoder, encoders)
            made = by_name.head(classifier.labels, encode, english)
            classifier = by_name.with_head(classifier, encoder, made)
        found |= zip(mine, judge(classifier, encoder, encode(mine)), strict=True)
    nothing = Verdict((), tuple(0.0 for _ in classifier.labels), 0.0)
    return [found.get(text, nothing) for text in texts], classifier


def encoder_for(classifier: Classifier, text: str, encoders: Encoders) -> str:
    """The model for a text: by its language, among those that the classifier has learned with."""
    wanted = encoders.for_text(text)
    if classifier.way == "names" or wanted in classifier.heads:
        return wanted
    ready = {spec.id for spec in encoders.specs}
    if (found := next((one for one in classifier.heads if one in ready), None)) is None:
        if classifier.way == "tuned":
            raise Unavailable(
                "The encoder that was fine-tuned for this classifier isn't here any more: its run was "
                "deleted. Fine-tune again, or learn by example."
            )
        raise Unavailable(
            "This classifier learned with the embedding model {models}, which isn't installed here.",
            models=list(classifier.heads),
        )
    return found


def _only_english(encoder: str, encoders: Encoders) -> bool:
    return next(spec for spec in encoders.specs if spec.id == encoder).languages == (ENGLISH,)
