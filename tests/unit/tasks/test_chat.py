"""A conversation as a person has it: ask, stop, edit, go on, compare, complete; nothing cut in silence."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.errors import BadInput, EngineFailed, Unavailable
from components.jobs import Jobs
from components.models.catalog import Catalog
from components.models.options import Prompt
from components.store import Conversation, Store
from components.tasks.chat import fit, fit_text, options_from, prompt_messages, title_from
from components.tasks.conversation import Conversing, Setup, document
from tests.unit.tasks.fakes import FakeEngine, FakeManager, words

SETUP = Setup("fake", {"seed": 1, "max_new_tokens": 10, "system": ""})


class Desk:
    """Everything a person needs, on a fake model."""

    def __init__(self, folder: Path, context: int = 100) -> None:
        self.store, self.jobs, self.engine = (
            Store(f"sqlite:///{folder}/w.db", folder),
            Jobs(),
            FakeEngine(context),
        )
        self.do = Conversing(self.store, self.jobs, FakeManager(self.engine), "anna")  # type: ignore[arg-type]

    def conversation(self, conversation_id: str) -> Conversation:
        for job in self.jobs.running():
            job.wait(5)
        found = self.store.conversation(conversation_id)
        assert found is not None
        return found

    def ask(self, text: str, conversation_id: str | None = None, **more) -> str:
        return self.do.ask(conversation_id, text, [SETUP], **more)


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path)
    yield made
    made.store.close()


def count(prompts):
    return [words(prompt) for prompt in prompts]


def test_an_answer_is_kept_with_what_it_took(desk: Desk):
    conversation = desk.conversation(desk.ask("What is a fox?"))
    user, answer = conversation.path()
    assert (user.text, answer.text, answer.state) == ("What is a fox?", "Hello there.", "done")
    assert answer.usage["new_tokens"] == 2
    assert answer.usage["context"] == 100
    assert answer.settings["seed"] == 1
    assert conversation.title == "What is a fox?"


def test_scores_that_cost_time_are_noted_only_for_who_has_looked(desk: Desk):
    conversation_id = desk.ask("What is a fox?")
    desk.conversation(conversation_id)
    desk.jobs.noted.looked("anna")
    desk.conversation(desk.ask("And a hen?", conversation_id))
    first, second = desk.engine.options
    assert first.scores == second.scores > 0
    assert (first.scores_if_free, second.scores_if_free) == (True, False)


def test_stop_keeps_the_text_and_marks_it(desk: Desk):
    desk.engine.gate.clear()
    chat = desk.ask("Tell me more")
    assert desk.engine.written.wait(5)
    job = desk.jobs.running()[0]
    desk.do.stop(desk.store.conversation(chat))
    desk.engine.gate.set()
    job.wait(5)
    answer = desk.conversation(chat).path()[-1]
    assert (answer.state, answer.text) == ("stopped", "Hello ")


def test_a_stopped_answer_goes_on_in_place(desk: Desk):
    chat = desk.ask("Hi")
    answer = desk.conversation(chat).path()[-1]
    desk.store.update(answer.id, state="stopped", text="Hello")
    desk.do.go_on(chat, desk.store.message(answer.id), SETUP)
    answer = desk.conversation(chat).path()[-1]
    assert answer.text == "HelloHello there."
    prompt = desk.engine.prompts[-1]
    assert prompt.continue_last
    assert prompt.messages[-1] == {"role": "assistant", "content": "Hello"}


def test_an_edited_message_starts_a_branch_and_the_old_one_stays(desk: Desk):
    chat = desk.ask("one")
    first = desk.conversation(chat).path()[0]
    desk.do.edit(chat, first, "two", SETUP)
    conversation = desk.conversation(chat)
    assert [m.text for m in conversation.path()] == ["two", "Hello there."]
    assert [m.text for m in conversation.path(conversation.newest_leaf(first.id))] == ["one", "Hello there."]


def test_regenerate_keeps_the_first_answer(desk: Desk):
    chat = desk.ask("one")
    answer = desk.conversation(chat).path()[-1]
    desk.engine.says = ["Other."]
    desk.do.regenerate(chat, answer, SETUP)
    conversation = desk.conversation(chat)
    assert conversation.path()[-1].text == "Other."
    assert conversation.siblings(conversation.path()[-1])[0] == answer.id


def test_a_comparison_answers_twice_and_goes_on_from_the_one_chosen(desk: Desk):
    chat = desk.do.ask(None, "Which?", [SETUP, Setup("other", {"seed": 2})])
    conversation = desk.conversation(chat)
    left, right = (conversation.messages[i] for i in conversation.siblings(conversation.path()[-1]))
    assert (left.model_id, right.model_id) == ("fake", "other")
    assert left.settings["pair"] == right.settings["pair"]
    assert conversation.leaf_id == left.id


def test_a_base_compared_with_its_adapter_is_used_as_the_adapter_uses_it_again_and_again(desk: Desk):
    manager = desk.do.manager
    base = manager.catalog.get("fake")
    tuned = replace(base, id="mine", under=base, source="adapter")
    manager.catalog = Catalog(None, (base, manager.catalog.get("other"), tuned))
    chat = desk.do.ask(None, "Which?", [SETUP, Setup("mine", {"seed": 2})])
    conversation = desk.conversation(chat)
    desk.do.regenerate(chat, conversation.path()[-1], SETUP)
    desk.conversation(chat)
    assert sorted(manager.leases) == [("fake", True), ("fake", True), ("mine", False)]
    desk.do.ask(None, "Which?", [SETUP, Setup("other", {"seed": 2})])
    desk.conversation(chat)
    assert sorted(manager.leases[3:]) == [("fake", False), ("other", False)]


@pytest.mark.parametrize(("other", "seeds"), [("mine", 1), ("other", 2)])
def test_a_base_and_its_adapter_draw_one_seed(desk: Desk, other, seeds):
    manager = desk.do.manager
    base = manager.catalog.get("fake")
    tuned = replace(base, id="mine", under=base, source="adapter")
    manager.catalog = Catalog(None, (base, manager.catalog.get("other"), tuned))
    chat = desk.do.ask(None, "Which?", [Setup("fake", {}), Setup(other, {"seed": None})])
    conversation = desk.conversation(chat)
    both = [conversation.messages[i] for i in conversation.siblings(conversation.path()[-1])]
    assert len({one.settings["seed"] for one in both}) == seeds


def test_a_message_sent_during_an_answer_waits_for_it_and_knows_it(desk: Desk):
    desk.engine.gate.clear()
    chat = desk.ask("first")
    assert desk.engine.written.wait(5)
    desk.ask("second", chat)
    desk.engine.gate.set()
    assert [m.text for m in desk.conversation(chat).path()] == [
        "first",
        "Hello there.",
        "second",
        "Hello there.",
    ]
    assert [m["content"] for m in desk.engine.prompts[-1].messages] == ["first", "Hello there.", "second"]


def test_a_failed_answer_keeps_its_text_and_says_why(desk: Desk):
    desk.engine.says = ["Half an ", EngineFailed("The engine stopped.")]
    answer = desk.conversation(desk.ask("Hi")).path()[-1]
    assert (answer.state, answer.text, str(answer.note)) == ("failed", "Half an ", "The engine stopped.")


@pytest.mark.parametrize(
    ("says", "finish", "why"),
    [
        ([], "stop", "it ended at once"),
        (["\n\n"], "stop", "it ended at once"),
        (["<think>Hm.", "</think>\n\n"], "stop", "only its reasoning"),
        (["<think>Hm."], "length", "used up its tokens"),
        ([], "length", "used up its tokens"),
        ([], "tools", "asked for a tool"),
        ([], "filtered", "filter ended the answer"),
    ],
)
def test_a_person_is_told_why_there_is_no_answer(desk: Desk, says, finish, why):
    desk.engine.says, desk.engine.finish = says, finish
    chat = desk.ask("Hi")
    answer = desk.conversation(chat).path()[-1]
    assert answer.state == "failed"
    assert why in str(answer.note)
    assert answer.usage["new_tokens"] == len(says)
    desk.engine.says, desk.engine.finish = ["Yes."], "stop"
    assert desk.conversation(desk.ask("And?", chat)).path()[-1].state == "done"
    assert [m["role"] for m in desk.engine.prompts[-1].messages] == ["user", "user"]


def test_an_answer_that_a_filter_ended_is_kept_and_says_so(desk: Desk):
    desk.engine.finish = "filtered"
    answer = desk.conversation(desk.ask("Hi")).path()[-1]
    assert (answer.state, answer.text) == ("done", "Hello there.")
    assert "filter ended the answer" in str(answer.note)


def test_to_stop_before_the_first_word_is_no_failure(desk: Desk):
    desk.engine.says, desk.engine.finish = [], "stopped"
    answer = desk.conversation(desk.ask("Hi")).path()[-1]
    assert (answer.state, str(answer.note)) == ("stopped", "")


def test_a_model_that_adds_nothing_to_its_answer_says_so(desk: Desk):
    chat = desk.ask("Hi")
    answer = desk.conversation(chat).path()[-1]
    desk.engine.says = []
    desk.do.go_on(chat, answer, SETUP)
    answer = desk.conversation(chat).path()[-1]
    assert (answer.state, answer.text) == ("done", "Hello there.")
    assert "added nothing" in str(answer.note)


def test_an_unexpected_failure_is_kept_as_a_sentence(desk: Desk):
    desk.engine.says = [KeyError("x")]
    answer = desk.conversation(desk.ask("Hi")).path()[-1]
    assert answer.state == "failed"
    assert "KeyError" in str(answer.note)


def test_text_is_in_the_database_while_it_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("components.tasks.chat.FLUSH_SECONDS", 0.0)
    desk.engine.gate.clear()
    chat = desk.ask("Hi")
    assert desk.engine.written.wait(5)
    message = desk.store.message(desk.store.conversation(chat).leaf_id)
    assert (message.state, message.text) == ("streaming", "Hello ")
    desk.engine.gate.set()
    desk.conversation(chat)


def test_an_empty_message_is_not_sent(desk: Desk):
    with pytest.raises(BadInput, match="empty"):
        desk.ask("   ")
    assert desk.store.headings() == []


def test_a_model_that_is_gone_is_said_before_anything_is_written(desk: Desk):
    with pytest.raises(Unavailable):
        desk.do.ask(None, "Hi", [Setup("gone", {})])
    assert desk.store.headings() == []


def test_an_attached_file_is_read_with_the_message(desk: Desk):
    desk.conversation(desk.ask("Sum it up", attachments=[{"name": "a.txt", "text": "The sea is blue."}]))
    assert desk.engine.prompts[-1].messages[-1]["content"] == (
        "Attached file a.txt:\n\nThe sea is blue.\n\nSum it up"
    )


def test_the_oldest_turns_are_left_out_whole_and_the_page_says_how_many(tmp_path: Path):
    desk = Desk(tmp_path, context=30)
    chat = desk.ask("one two three four five")
    for _ in range(4):
        desk.conversation(chat)
        desk.ask("one two three four five", chat)
    answer = desk.conversation(chat).path()[-1]
    kept = desk.engine.prompts[-1].messages
    assert kept[0]["role"] == "user"
    assert (
        str(answer.note)
        == "The conversation is longer than the model's context: the 2 oldest turns were not read."
    )
    assert len(kept) == 5
    desk.store.close()


def test_a_message_that_is_too_long_is_refused_with_both_numbers():
    messages = [{"role": "user", "content": "word " * 200}]
    with pytest.raises(BadInput, match=r"has 200 tokens, and 90 fit.*with a longer context"):
        fit(messages, False, count, 100, 10)


def test_the_system_prompt_is_never_left_out():
    messages = [{"role": "system", "content": "Be kind."}]
    messages += [{"role": role, "content": "a b c d"} for _ in range(10) for role in ("user", "assistant")]
    prompt, dropped = fit([*messages, {"role": "user", "content": "last"}], False, count, 30, 5)
    assert prompt.messages[0]["content"] == "Be kind."
    assert prompt.messages[-1]["content"] == "last"
    assert dropped == 8
    assert count([prompt])[0] <= 25


def test_the_room_for_an_answer_never_takes_more_than_a_quarter():
    prompt, dropped = fit([{"role": "user", "content": "word " * 70}], False, count, 100, 5000)
    assert (count([prompt])[0], dropped) == (70, 0)


def test_a_text_longer_than_the_context_is_continued_from_its_end_and_says_so():
    prompt, left_out = fit_text("a b c d e f g h i j", count, 8, 2)
    assert (prompt.text, left_out) == ("e f g h i j", 4)
    assert fit_text("a b", count, 8, 2) == (Prompt(text="a b", goes_on=True), 0)


def test_an_answer_without_a_word_is_not_shown_to_the_model(desk: Desk):
    chat = desk.ask("one")
    conversation = desk.conversation(chat)
    desk.store.update(conversation.leaf_id, text="", state="failed")
    path = desk.store.conversation(chat).path()
    assert [m["role"] for m in prompt_messages(path, "")] == ["user"]


def test_complete_adds_to_the_text_and_undo_and_redo_go_back_and_forth(desk: Desk):
    text = "Once upon a time,"
    chat = desk.do.complete(None, text, SETUP)
    conversation = desk.conversation(chat)
    assert document(conversation) == "Once upon a time,Hello there."
    assert desk.engine.prompts[-1].text == text
    desk.do.complete(chat, document(conversation) + " And", SETUP)
    assert document(desk.conversation(chat)) == "Once upon a time,Hello there. AndHello there."
    shown = []
    while desk.do.undo(desk.conversation(chat)):
        shown.append(document(desk.conversation(chat)))
    assert shown == ["Once upon a time,Hello there. And", "Once upon a time,Hello there.", text]
    while desk.do.redo(desk.conversation(chat)):
        pass
    assert document(desk.conversation(chat)) == "Once upon a time,Hello there. AndHello there."


def test_an_edit_of_the_text_is_kept_without_pressing_complete(desk: Desk):
    chat = desk.do.save_text(None, "A beginning", SETUP)
    desk.do.save_text(chat, "A better beginning", SETUP)
    assert document(desk.conversation(chat)) == "A better beginning"
    assert desk.conversation(chat).kind == "complete"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("temperature", 9), ("top_p", 0), ("max_new_tokens", 0), ("seed", -1), ("top_k", "x")],
)
def test_a_setting_out_of_bounds_is_named(setting: str, value: object):
    with pytest.raises(BadInput, match=setting):
        options_from({setting: value})


def test_a_missing_seed_is_drawn_and_recorded(desk: Desk):
    first = options_from({"seed": None}).seed
    assert any(options_from({}).seed != first for _ in range(5))


def test_a_title_ends_at_a_word():
    assert title_from("# **Hello** > world\n`x`") == "# **Hello** > world `x`"
    assert title_from("word " * 40).endswith("word…")
    assert title_from("  \n ") == "New conversation"


def test_the_spaces_before_a_message_reach_the_model(desk: Desk):
    written = "    indented\n  - list\n"
    chat = desk.ask(written)
    desk.conversation(chat)
    assert desk.engine.prompts[-1].messages[-1]["content"] == written
    desk.conversation(desk.ask("   ", attachments=[{"name": "a.txt", "text": " A"}]))
    assert desk.engine.prompts[-1].messages[-1]["content"] == "Attached file a.txt:\n\n A"


def test_a_deleted_conversation_ends_its_work_and_what_waits_for_it(desk: Desk):
    chat = desk.ask("one " * 3)
    desk.ask("two", chat)
    writing = desk.jobs.running()
    desk.do.delete(chat)
    assert all(job.wait(5) for job in writing)
    assert desk.store.conversation(chat) is None
    desk.store.restore(chat)
    assert "streaming" not in {m.state for m in desk.store.conversation(chat).messages.values()}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<think>Hm.</think>\n\nBlue.", "Blue."),
        ("Let me think.\n\n</think>\n\nBlue.", "Blue."),  # the template began it
        ("Close it with `</think>` or `<think>` it over.", "Close it with `</think>` or `<think>` it over."),
        ("Tags:\n```\n<think>\n```\nand so on", "Tags:\n```\n<think>\n```\nand so on"),
    ],
)
def test_earlier_answers_are_sent_back_without_their_reasoning(desk: Desk, written: str, sent: str):
    made = desk.conversation(desk.ask("Why?"))
    user, answer = made.path()
    path = [user, replace(answer, text=written), replace(user, text="<think> is a tag")]
    assert [m["content"] for m in prompt_messages(path, "")] == ["Why?", sent, "<think> is a tag"]
    assert prompt_messages(path[:2], "")[1]["content"] == written  # it is to be gone on with


def test_an_answer_that_repeats_itself_is_stopped_and_says_so(desk: Desk):
    desk.engine.says = ["I can make you brave, "] * 100
    answer = desk.conversation(desk.ask("Tell me a story")).path()[-1]
    assert answer.state == "stopped"
    assert str(answer.note) == "The model repeated itself, so it was stopped."
    assert 5 < answer.text.count("brave") < 20
