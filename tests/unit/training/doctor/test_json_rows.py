"""Broken and unusual JSON: what is wrong is named by its line, and nothing is guessed at."""

import json

import pytest

from tests.unit.training.doctor.making import (
    GOOD,
    TWO,
    check,
    first,
    lines,
    numbers,
    places,
    turns,
    words,
    wrong,
)


def test_broken_rows_of_an_array_by_their_lines(model):
    text = lines(
        "[",
        '  {"prompt": "What is it?", "completion": "A fox."},',
        '  {"prompt": "Who is it?", "completion": },',
        "  {",
        '    "prompt": "Where is it?",',
        '    "completion": ""',
        "  },",
        '  {"prompt": "When is it?" "completion": "Now."},',
        '  {"prompt": "How is it?", "completion": "Fine."}',
        "]",
    )
    answer = check(model, ("rows.json", text))
    assert wrong(answer) == [(3, "json"), (4, "answer"), (8, "json")]
    assert numbers(answer) == [2, 9]


@pytest.mark.parametrize(
    "text",
    [
        f"// as agreed\n{GOOD} // first\n# and\n{TWO}\n",
        f"/* as\nagreed */\n[\n  {GOOD},\n  // second\n  {TWO},\n]",
    ],
)
def test_comments_cost_no_row_and_what_looks_like_one_in_a_text_stays(model, text):
    address = text.replace("A fox.", "https://fox.org /* see */ #1")
    answer = check(model, ("rows.json", address))
    assert (wrong(answer), len(answer.rows)) == ([], 2)
    assert first(answer)["messages"][-1]["content"] == "https://fox.org /* see */ #1"
    assert "Comments were removed." in map(str, answer.report.repaired)


def test_rows_that_follow_a_broken_one_in_a_list_are_named_too(model):
    bad = '{"prompt: "x", "completion": "y"}'
    text = ",\n".join([f"[\n{GOOD}", bad, bad, "null", bad, '{prompt": "x"}', TWO]) + "\n]"
    answer = check(model, ("rows.json", text))
    assert wrong(answer) == [(3, "json"), (4, "json"), (5, "object"), (6, "json"), (7, "json")]
    assert numbers(answer) == [2, 8]


def test_the_last_row_of_a_list_that_was_cut_off_counts_once(model):
    whole = json.dumps([{"prompt": f"Why {n}?", "completion": "So."} for n in range(3)], indent=1)
    answer = check(model, ("rows.json", whole[:-25]))
    assert wrong(answer) == [(10, "json")]
    assert "cut off" in str(answer.report.findings[0].what)


@pytest.mark.parametrize("line", ["\ufeff" + TWO, TWO + "\u00a0", " \ufeff " + TWO + " \t"])
def test_a_byte_order_mark_or_blanks_around_a_line_cost_no_row(model, line):
    assert wrong(check(model, ("rows.jsonl", lines(GOOD, line)))) == []


def test_an_array_that_was_cut_off(model):
    answer = check(model, ("rows.json", f"[\n{GOOD},\n{GOOD[:30]}"))
    assert {kind for _, kind in wrong(answer)} == {"json"}
    assert numbers(answer) == [2]


def test_a_broken_object_over_several_lines_doesnt_hide_the_ones_after_it(model):
    whole = json.dumps({"prompt": "Why?", "completion": "So."}, indent=1)
    text = "\n".join([GOOD, '{\n "prompt": "Broken\n}', whole, '{\n "prompt": 1,,\n}', TWO])
    answer = check(model, ("rows.jsonl", "\n" + text.replace(GOOD, GOOD.replace(", ", ",\n "))))
    assert wrong(answer) == [(4, "json"), (11, "json")]
    assert numbers(answer) == [2, 7, 14]


def test_a_comma_at_each_lines_end_loses_no_row(model):
    answer = check(model, ("rows.jsonl", f"{GOOD},\nbroken,\n{TWO},\n"))
    assert (wrong(answer), numbers(answer)) == ([(2, "json")], [1, 3])
    assert "Commas" in words(answer.report.repaired)


def test_lists_one_after_another_are_joined(model):
    answer = check(model, ("rows.json", f"[\n{GOOD}\n]\n[\n{TWO}\n]\n"))
    assert (wrong(answer), numbers(answer)) == ([], [2, 5])
    assert "Lists one after another were joined." in words(answer.report.repaired)


@pytest.mark.parametrize("rest", [f"]\n{TWO}\n]\n", f",\n{TWO},\n{GOOD}\n]\n"])
def test_what_follows_a_list_is_named_and_not_guessed_at(model, rest):
    answer = check(model, ("rows.json", f"[\n{GOOD}\n]\n{rest}"))
    assert (wrong(answer), numbers(answer)) == ([(4, "json")], [2])
    assert "write each row on a line of its own" in str(answer.report.findings[0].what)


def test_after_a_broken_row_on_a_line_with_others_nothing_is_guessed_at(model):
    answer = check(model, ("rows.json", f'[{GOOD},{{"prompt": }},{TWO}]'))
    assert (places(answer), len(answer.rows)) == ([(1, 2, "json")], 1)
    assert "write each row on a line of its own" in str(answer.report.findings[0].what)


def test_a_broken_last_row_is_not_a_file_that_was_cut_off(model):
    answer = check(model, ("rows.json", f'[\n{GOOD},\n{{"prompt": }}\n]\n'))
    assert wrong(answer) == [(3, "json")]


def test_two_broken_rows_one_after_another_are_both_named(model):
    answer = check(model, ("rows.json", f'[\n{GOOD},\n{{"a": }},\n{{"b": }},\n{TWO}\n]\n'))
    assert (wrong(answer), numbers(answer)) == ([(3, "json"), (4, "json")], [2, 5])


def test_a_broken_conversation_does_not_give_its_turns_away_as_rows(model):
    whole = turns("user", "assistant", "user", "assistant")
    broken = whole.replace('"role": "user"', '"role" "user"', 1), whole.replace('"user 0"', '"user 0', 1)
    answer = check(model, ("rows.json", f"[\n{whole},\n{broken[0]},\n{broken[1]},\n{whole[:-1]}\n}}]"))
    assert wrong(answer) == [(3, "json"), (4, "json"), (5, "duplicate")]
    flat = check(model, ("rows.json", f"[{whole},{broken[0]},{turns('user', 'assistant')}]"))
    assert (places(flat), len(flat.rows)) == ([(1, 2, "json")], 1)
    long = json.dumps([json.loads(whole)] * 2, indent=1).replace('"user 0"', '"user 0', 1)
    assert wrong(check(model, ("rows.json", long))) == [(2, "json")]


def test_a_bad_row_of_a_pretty_printed_list_says_on_which_line_it_breaks(model):
    text = json.dumps([json.loads(GOOD), json.loads(TWO)], indent=2).replace('"A dog."', '"A "dog"."')
    answer = check(model, ("rows.json", text))
    assert wrong(answer) == [(6, "json")]
    assert 'in line 8 at character 23): ""completion": "A "dog"."".' in str(answer.report.findings[0].what)


INSIDE = '{"instances": [\n{"input": "a", "output": "b"},\n{"input": "c", "output": "d"}\n],\n"type": "x"}\n'


def test_rows_inside_of_an_object_that_begin_on_its_second_line_are_read_to_the_last(model):
    answer = check(model, ("rows.json", INSIDE))
    assert (wrong(answer), numbers(answer)) == ([], [2, 3])


@pytest.mark.parametrize(("row", "line"), [('"a",', 2), ('"c",', 3)])
def test_a_broken_row_inside_of_an_object_is_named_and_the_others_are_not_guessed_at(model, row, line):
    answer = check(model, ("rows.json", INSIDE.replace(row, row[:-1])))
    assert (wrong(answer), answer.rows) == ([(line, "json")], ())


def test_rows_that_share_a_line_are_all_read(model):
    three = '{"prompt": "x y", "completion": "z"}'
    for data in (
        f"{three}\n{GOOD}{TWO}\nbad\n",
        f"{three}\n{GOOD}\r{TWO}\nbad\n",
        f"{three}\n{GOOD}, {TWO}\nbad\n",
    ):
        answer = check(model, ("rows.jsonl", data))
        assert (wrong(answer), numbers(answer)) == ([(3, "json")], [1, 2, 2])
        assert "Several rows on one line were told apart." in words(answer.report.repaired)
    assert places(check(model, ("rows.jsonl", f"{GOOD}\n{TWO}{three[:-1]}\n"))) == [(2, 0, "json")]


def test_broken_rows_at_the_beginning_are_each_named(model):
    answer = check(model, ("rows.jsonl", f"{{broken\n{{also\n{GOOD}\n{TWO}\n"))
    assert (wrong(answer), numbers(answer)) == ([(1, "json"), (2, "json")], [3, 4])
    turn = '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]'
    answer = check(model, ("rows.jsonl", lines(turn.replace('"a"', ""), turn, turn.replace("b", "c"))))
    assert (wrong(answer), numbers(answer)) == ([(1, "json")], [2, 3])


def test_a_list_of_turns_a_line_is_a_conversation(model):
    line = json.dumps([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}])
    answer = check(model, ("rows.jsonl", lines(line, line.replace("Hi", "Hey"))))
    assert (answer.report.shape.form, numbers(answer), wrong(answer)) == ("messages", [1, 2], [])


def test_questions_that_are_names_are_read_on_one_line_too(model):
    text = json.dumps({f"Where is fox {n}?": f"In wood {n}." for n in range(4)})
    answer = check(model, ("faq.json", text))
    assert [one.row["messages"][1]["content"] for one in answer.rows] == [f"In wood {n}." for n in range(4)]


@pytest.mark.parametrize("form", ["[{}]", "{}"])
def test_rows_as_python_prints_them_are_read(model, form):
    rows = [str({"prompt": f"Who is fox {n}?", "completion": "It's it."}) for n in range(4)]
    text = form.format(", ".join(rows)) if form == "[{}]" else lines(*rows)
    answer = check(model, ("rows.json", text))
    assert (len(answer.rows), wrong(answer)) == (4, [])
    assert "as Python prints them" in words(answer.report.repaired)


def test_rows_of_three_kinds_in_one_file_are_all_read(model):
    rows = [
        one
        for n in range(4)
        for one in (
            {"prompt": f"Who is fox {n}?", "completion": "It."},
            {"instruction": f"Where is fox {n}?", "input": "", "output": "Here."},
            {
                "messages": [
                    {"role": "user", "content": f"Is it {n}?"},
                    {"role": "assistant", "content": "No."},
                ]
            },
        )
    ]
    answer = check(model, ("rows.jsonl", lines(*map(json.dumps, rows))))
    assert (len(answer.rows), wrong(answer)) == (12, [])
