"""The Evaluate page through app.py, without a browser."""

import time

from streamlit.testing.v1 import AppTest

from components.tasks.evaluate import blind
from components.tasks.evaluate.evaluation import KIND
from components.ui import resources
from tests.pages.conftest import button, texts

PAGE = "pages/evaluate.py"
ROWS = "prompt,expected,topic\n" + "\n".join(f"What is {n} and one?,{n + 1},{n % 2}" for n in range(4))


def finished(test: AppTest) -> AppTest:
    deadline = time.monotonic() + 90
    while resources.jobs().running(KIND) and time.monotonic() < deadline:
        time.sleep(0.1)
    return test.run()


def box(test: AppTest, label: str):
    return next(one for one in test.selectbox if one.label == label)


def asked(test: AppTest, settings: int = 1) -> AppTest:
    """A small table, asked to the first model."""
    test.file_uploader[0].upload("sums.csv", ROWS.encode(), "text/csv").run()
    if settings > 1:
        test.number_input(key="evaluate_settings").set_value(settings).run()
        test.text_area(key="evaluate_system_1").set_value("Be brief.").run()
    for one in test.number_input:
        if one.label == "Maximum new tokens":
            one.set_value(3)
    test.run()
    return finished(button(test, "Evaluate").click().run())


def test_the_page_has_what_a_person_looks_for(app):
    test = app(PAGE)
    assert test.title[0].value == "Evaluate"
    assert test.file_uploader[0].label == "Questions"
    assert test.multiselect[0].label == "Models"
    assert button(test, "Evaluate")
    test = button(test, "Evaluate").click().run()
    assert "no questions yet" in texts(test)
    pills = next(one for one in test.button_group if "set that comes with" in one.label)
    test = pills.set_value("Facts").run()
    assert "34 rows" in texts(test)
    assert not test.exception


def test_two_settings_answer_a_table_and_others_see_it_by_the_address_of_a_vote_alone(app):
    test = asked(app(PAGE), settings=2)
    assert not test.exception, test.exception
    assert "no difference that these 4 questions can show" in texts(test)
    shown = next(one.value for one in test.dataframe if "Score" in one.value.columns)
    assert shown["Score"].iloc[0] == "Right number"
    assert "system “Be brief.”" in " ".join(shown.columns)
    assert {"Questions and answers", "By group", "How it was measured"} <= {tab.label for tab in test.tabs}
    test.multiselect(key=f"metrics_{opened(test)}").set_value(["exact match", "chrF"]).run()
    shown = next(one.value for one in test.dataframe if "Score" in one.value.columns)
    assert list(shown["Score"]) == ["Exact match", "chrF"]
    assert not test.exception
    place = resources.row_work().place(opened(test))
    blind.open_room(place)
    other = app(PAGE, vote=f"{opened(test)}.{blind.token_of(place)}")
    assert "Your vote is kept with this comparison, without your name" in texts(other)
    assert "Be brief" not in texts(other)
    assert "isn't open any more" in texts(app(PAGE, vote=f"{opened(test)}.wrong"))


def opened(test: AppTest) -> str:
    found = test.query_params["e"]
    return found if isinstance(found, str) else found[0]


def test_a_table_without_questions_says_so(app):
    test = app(PAGE)
    test.file_uploader[0].upload("odd.csv", b"prompt,expected\n,\n", "text/csv").run()
    assert not test.exception
    assert test.error
