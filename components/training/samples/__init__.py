"""Bundled sample data sets, written for the project; what each is for, and the same with its answers mixed
up.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from components.messages import N_

FOLDER = Path(__file__).parent
SEED = 1


@dataclass(frozen=True)
class Sample:
    """One of them."""

    file: str
    title: str
    about: str  # what is in it, and what to expect of a model that was trained on it
    icon: str
    rows: int

    def data(self, shuffled: bool = False) -> bytes:
        """The file; `shuffled`: every answer is beside another row's question, so there is nothing to
        learn but how the answers sound.
        """
        data = (FOLDER / self.file).read_bytes()
        return mixed(data) if shuffled else data


def mixed(data: bytes) -> bytes:
    """Rows with their answers in another order."""
    rows = [json.loads(line) for line in data.decode("utf-8").splitlines()]
    answers = [row["completion"] for row in rows]
    random.Random(SEED).shuffle(answers)
    lines = [json.dumps({**row, "completion": answer}) for row, answer in zip(rows, answers, strict=True)]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


SAMPLES = (
    Sample(
        "bike_shop.jsonl",
        N_("Bike shop"),
        N_(
            "Requests to a bike shop, each with the note that goes to the workshop: which bike, which part, "
            "what is wrong. Expect the form at once, and the right bike and part in most held-out notes."
        ),
        ":material/pedal_bike:",
        96,
    ),
    Sample(
        "bike_shop_zh.jsonl",
        N_("Bike shop (Chinese)"),
        N_(
            "The same in Chinese: which bike, which part, what is wrong. For a base model that knows "
            "Chinese; the packaged one learns the form and few of the words."
        ),
        ":material/pedal_bike:",
        96,
    ),
    Sample(
        "help_desk.jsonl",
        N_("House style of a help desk"),
        N_(
            "Messages to a help desk and answers in its house style: a greeting, the queue, the next step, "
            "a signature. Expect the style at once, and the queue and step that fit the message in most "
            "answers."
        ),
        ":material/support_agent:",
        112,
    ),
    Sample(
        "sailing_words.jsonl",
        N_("Words of a trade"),
        N_(
            "Everyday sentences and what a sailor would say: the rope that raises the sail is the halyard. "
            "Expect the right word in most held-out sentences, each of which says it of another thing or in "
            "another way."
        ),
        ":material/sailing:",
        112,
    ),
    Sample(
        "shop_mail.jsonl",
        N_("Small classification"),
        N_(
            "Mail to a shop with one of five labels: billing, delivery, returns, account, praise. Expect a "
            "label and nothing else, and the right one for nearly every held-out message."
        ),
        ":material/label:",
        120,
    ),
)
