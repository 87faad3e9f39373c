"""Of a long answer the part that differs between rows is asked for: what is compared can be right."""

from components.training.content import more_at_end
from components.training.program.tokenizer import load_tokenizer
from components.training.program.windows import window

FORM = "We are glad that you ask about our list, and after a long look at all of it we found this for you: "
TRAINED = [(f"Which item is the {n}?", f"{FORM}number {n * 7}.") for n in range(20)]


def test_a_short_answer_is_asked_for_as_a_whole(tiny_models):
    tokenizer = load_tokenizer(tiny_models / "tiny-chat")
    found = window("Number 7.", tokenizer, 96)
    assert (found.wanted, found.begun, found.cut) == ("Number 7.", "", False)


def test_an_answer_whose_end_differs_is_asked_for_its_end_after_its_beginning(tiny_models):
    tokenizer = load_tokenizer(tiny_models / "tiny-chat")
    more, answer = more_at_end(TRAINED), FORM * 2 + "number 999."
    found = window(answer, tokenizer, 96, lambda *given: more("Which item is the x?", *given))
    assert found.wanted.endswith("number 999.")
    assert f"{found.begun} {found.wanted}" == answer
    assert tokenizer.decode(found.begun_ids) == found.begun
    assert not found.cut


def test_an_answer_that_differs_from_the_beginning_is_cut(tiny_models):
    tokenizer = load_tokenizer(tiny_models / "tiny-chat")
    more, answer = more_at_end(TRAINED), "Ada Bert Cleo Dora Emil Finn Gus Hal Ida Jon " * 6
    found = window(answer, tokenizer, 96, lambda *given: more("Which item is the x?", *given))
    assert (found.begun, found.cut) == ("", True)
    assert answer.startswith(found.wanted[:50])
