"""Which sentences of a meeting are decisions, and which are actions."""

import pytest

from components.tasks.summarize.minutes import told
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We decided to move the launch.", DECISIONS),
        ("Then we move the launch to Monday, 24 June.", DECISIONS),
        ("The motion to ban phones was rejected by five votes to three.", DECISIONS),
        ("We won't hire anybody before autumn.", DECISIONS),
        ("Wir haben beschlossen, den Beitrag nicht zu erhöhen.", DECISIONS),
        ("Ficou decidido baixar o preço em 5%.", DECISIONS),
        ("Nobody has decided yet who pays.", KEY),
        ("Last year they decided against it.", KEY),
        ("Have you decided when it will be repaired?", KEY),
        ("No decision was taken on the shop.", KEY),
        ("Das wurde noch nicht entschieden.", KEY),
        ("Isso ainda não foi decidido.", KEY),
        ("I'll call the agency today.", ACTIONS),
        ("Could you book it by Friday?", ACTIONS),
        ("B. Lind to obtain three offers for the boiler.", ACTIONS),
        ("J. Rowe agreed to repair the fence.", ACTIONS),
        ("Eu vou pedir dois orçamentos até sexta.", ACTIONS),
        ("I will be away on Thursday.", KEY),
        ("Users will complain.", KEY),
        ("We will need 4 million for that, I fear.", KEY),
    ],
)
def test_what_was_decided_and_who_does_what_is_told_from_what_was_only_said(text: str, wanted):
    assert told(text) == wanted
