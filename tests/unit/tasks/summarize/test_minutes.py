"""Which sentences of a meeting are decisions, and which are actions."""

import pytest

from components.tasks.summarize.minutes import told
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY


@pytest.mark.parametrize(
    ("text", "wanted", "language"),
    [
        ("We decided to move the launch.", DECISIONS, "en"),
        ("Then we move the launch to Monday, 24 June.", DECISIONS, "en"),
        ("The motion to ban phones was rejected by five votes to three.", DECISIONS, "en"),
        ("We won't hire anybody before autumn.", DECISIONS, "en"),
        ("Wir haben beschlossen, den Beitrag nicht zu erhöhen.", DECISIONS, "de"),
        ("Ficou decidido baixar o preço em 5%.", DECISIONS, "pt"),
        ("Nobody has decided yet who pays.", KEY, "en"),
        ("Last year they decided against it.", KEY, "en"),
        ("Have you decided when it will be repaired?", KEY, "en"),
        ("No decision was taken on the shop.", KEY, "en"),
        ("Das wurde noch nicht entschieden.", KEY, "de"),
        ("Isso ainda não foi decidido.", KEY, "pt"),
        ("I'll call the agency today.", ACTIONS, "en"),
        ("Could you book it by Friday?", ACTIONS, "en"),
        ("B. Lind to obtain three offers for the boiler.", ACTIONS, "en"),
        ("J. Rowe agreed to repair the fence.", ACTIONS, "en"),
        ("Eu vou pedir dois orçamentos até sexta.", ACTIONS, "pt"),
        ("I will be away on Thursday.", KEY, "en"),
        ("Users will complain.", KEY, "en"),
        ("We will need 4 million for that, I fear.", KEY, "en"),
        ("I have a problem, then.", KEY, "en"),
        ("I'd like you to work on the look and feel.", ACTIONS, "en"),
        ("Send me your slides so that I can use them.", ACTIONS, "en"),
        ("And if you can check the prices with the shop.", ACTIONS, "en"),
        ("I'll have a look at that.", ACTIONS, "en"),
        ("I'll give you an example.", KEY, "en"),
        ("Maybe we should ask the company.", KEY, "en"),
        ("Give them a stick, and they can't do it.", KEY, "en"),
        ("We will only concentrate on television for the moment.", DECISIONS, "en"),
        ("And we just stick with two batteries.", DECISIONS, "en"),
        ("This will be the buttons.", DECISIONS, "en"),
        ("We're gonna start on the basics.", KEY, "en"),
        ("We will try to explore these two options.", KEY, "en"),
        ("Classical, we stay classical in that we don't reinvent the wheel.", KEY, "en"),
        ("In fact I just agreed to make the panels.", KEY, "en"),
        ("There is a group here who's agreed to have their meetings recorded.", KEY, "en"),
        ("Message to the television.", KEY, "en"),
        ("I guess I'll find out.", KEY, "en"),
        ("Everyone will say I'll buy it.", KEY, "en"),
        ("What are our constraints before we deve design a prototype.", KEY, "en"),
        ("O conselho deve comprar tinta.", ACTIONS, "pt"),
        ("Aprovamos o orçamento.", KEY, "ca"),
        ("How long do I have to return something?", KEY, "en"),
        ("The newer ship carried more people than before.", KEY, "en"),
        ("The motion is carried.", DECISIONS, "en"),
        ("Am Widerlager wurden Risse bis 0,4 mm gemessen.", KEY, "de"),
        ("Der Stadtrat hat die Entscheidung vertagt.", DECISIONS, "de"),
        ("自习室需要提前预约。", KEY, "zh"),
        ("请小李在周五前联系供应商。", ACTIONS, "zh"),
        ("会议表决通过了预算。", DECISIONS, "zh"),
    ],
)
def test_what_was_decided_and_who_does_what_is_told_from_what_was_only_said(text: str, wanted, language: str):
    assert told(text, language) == wanted
