"""Each kind of bad row, by its exact line; and all the shared data sets."""

import csv
import io
import json
import zipfile
from collections import Counter

import pytest

from components.config import Config
from components.errors import BadInput, Unavailable
from components.training import prepared
from components.training.doctor import checks, plain_rows, splitting
from components.training.doctor.diagnosing import Request
from components.training.doctor.findings import KINDS, UNCERTAIN
from components.training.doctor.report import Ends
from components.training.rows import group, read_rows
from tests.data import needs_data, sample
from tests.unit.training.doctoring import check, lines, numbers, places, words, wrong

GOOD = '{"prompt": "What is it?", "completion": "A fox."}'
TWO = '{"prompt": "And this?", "completion": "A dog."}'


def turns(*roles: str) -> str:
    return json.dumps(
        {"messages": [{"role": role, "content": f"{role} {n}"} for n, role in enumerate(roles)]}
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("not json", "json"),
        ('{"prompt": "Why?", "completion": "So."', "json"),
        ("{'prompt': 'Why?', 'completion': 'So.'}", "json"),
        ("[" * 100_000, "json"),
        ('["Why?", "So."]', "object"),
        ("null", "object"),
        ("7", "object"),
        ('{"prompt": "Why?"}', "field"),
        ('{"prompt": "Why?", "completion": null}', "answer"),
        ('{"prompt": "Why?", "completion": ""}', "answer"),
        ('{"prompt": "Why?", "completion": " \\n "}', "answer"),
        ('{"prompt": "", "completion": "So."}', "prompt"),
        ('{"prompt": ["Why?", "How?"], "completion": "So."}', "type"),
        ('{"prompt": "Why?", "completion": {"a": "So.", "b": "No."}}', "type"),
        ('{"prompt": "Why?", "completion": []}', "type"),
        ('{"prompt": "Why?", "completion": ' + "[" * 400 + "]" * 400 + "}", "type"),
        ('{"prompt": "Why?", "completion": {"text": ["So."], "answer_start": [3]}}', "type"),
        ('{"prompt": "Dear {{name}}", "completion": "So."}', "placeholder"),
        ('{"prompt": "Why?", "completion": "Call [INSERT NUMBER]."}', "placeholder"),
        ('{"prompt": "Why?", "completion": "TODO"}', "placeholder"),
        ('{"prompt": "Why?", "completion": "caf\\ufffd"}', "encoding"),
        ('{"prompt": "Why?", "completion": "cafÃ©"}', "encoding"),
        ('{"prompt": "Why?", "completion": "\\ud800 half"}', "encoding"),
        ('{"prompt": "Why?", "completion": "So.<|im_end|>"}', "control"),
        ('{"prompt": "Why?", "completion": "' + "word " * 600 + '"}', "long"),
        ('{"completion": "A fox.", "prompt": "What is it?"}', "duplicate"),
    ],
)
def test_one_bad_row_among_good_ones(model, row, kind):
    other = '{"prompt": "And this?", "completion": "A dog."}'
    answer = check(model, ("rows.jsonl", lines(GOOD, "", row, other)))
    assert wrong(answer) == [(3, kind)]
    assert {1, 4} <= set(numbers(answer))
    assert answer.report.total == 3


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (turns("assistant"), ["user"]),
        (turns("user"), ["assistant"]),
        (turns("system"), ["user", "assistant"]),
        ('{"messages": []}', ["user", "assistant"]),
        (turns("assistant", "user"), ["order"]),
        (turns("user", "user", "assistant"), ["order"]),
        (turns("user", "assistant", "assistant"), ["order"]),
        (turns("user", "assistant", "user"), ["order"]),
        (turns("user", "system", "assistant"), ["order"]),
        (turns("user", "wizard"), ["role"]),
        ('{"messages": "Hello"}', ["type"]),
        ('{"messages": null}', ["text"]),
        ('{"messages": " "}', ["text"]),
        ('{"messages": [{"content": "Hi"}]}', ["field"]),
        (
            '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": ""}]}',
            ["answer"],
        ),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}, {"role": "assistant", "content": "x"}]}',
            ["type"],
        ),
        ('{"other": 1}', ["field"]),
    ],
)
def test_conversations(model, row, kinds):
    good = turns("system", "user", "assistant", "user", "assistant")
    answer = check(model, ("rows.jsonl", lines(good, row, turns("user", "assistant"))))
    assert wrong(answer) == [(2, kind) for kind in kinds]


def test_a_duplicate_names_the_first(model):
    answer = check(model, ("rows.jsonl", lines(GOOD, '{"prompt": "x y", "completion": "z"}', GOOD)))
    assert str(answer.report.findings[0].what) == "The same as line 1."


def test_duplicates_between_training_and_validation(model):
    held = lines(GOOD, '{"prompt": "New?", "completion": "Yes."}')
    other = '{"prompt": "What is it", "completion": "A dog."}'
    answer = check(model, ("rows.jsonl", lines(other, GOOD)), ("held.jsonl", held))
    assert wrong(answer) == [(2, "leak")]
    assert "held.jsonl, line 1" in str(answer.report.findings[0].what)
    assert "also trained on: 1" in words(answer.report.notes)


def test_a_bad_row_says_its_side_where_both_files_have_the_same_name(model):
    answer = check(model, ("data.jsonl", lines(GOOD, "x")), ("data.jsonl", lines(TWO, "x")))
    assert wrong(answer) == [(2, "json"), ("validation/data.jsonl", 2, "json")]


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


def test_rows_that_differ_in_capitals_and_spaces_only_are_named(model):
    loud = GOOD.upper().replace("PROMPT", "prompt").replace("COMPLETION", "completion")
    answer = check(model, ("rows.jsonl", lines(GOOD, GOOD, loud)))
    assert wrong(answer) == [(2, "duplicate")]
    assert "Rows that differ from another one in capitals and spaces only: 1." in words(answer.report.notes)


def test_an_array_that_was_cut_off(model):
    answer = check(model, ("rows.json", f"[\n{GOOD},\n{GOOD[:30]}"))
    assert {kind for _, kind in wrong(answer)} == {"json"}
    assert numbers(answer) == [2]


@pytest.mark.parametrize(
    "said",
    [
        "Super Bowl XXX was in 1996.",
        "World War II and Super Bowl XXXIV",
        "Write me a TODO list app.",
        "Run ${HOME}/bin/fox",
        "A list: [fox for fox in names]",
        "See [Name](https://example.org) and names[name].",
        "<name>Bob</name>",
        "if __name__ == '__main__': print(__FILE__)",
        "{0} and %s",
        "title={{Deep Learning}}",
        r"\\frac{{a}}{{b}}",
        "<div style={{color: 'red'}}>",
        "x = table[NAME]",
        "See [your account page](https://example.org).",
        "run: ${{ secrets.TOKEN }}",
        "'{{}}'.format()",
        "Write `{{ name }}` in the template.",
        "```\n{{ name }}\n```",
        "Press [INSERT].",
    ],
)
def test_what_only_looks_like_a_placeholder_is_no_finding(model, said):
    row = json.dumps({"prompt": "What is it about?", "completion": said})
    assert wrong(check(model, ("rows.jsonl", lines(GOOD, row)))) == []


@pytest.mark.parametrize(
    "said",
    [
        "{name}",
        "{first_name}",
        "<name>",
        "<NAME>",
        "[Name]",
        "[Client Name]",
        "__NAME__",
        "${name}",
        "XXXX",
        "[Order Number]",
        "[Date]",
        "[Recipient's Name]",
        "<answer here>",
        "{your_name}",
        "{user_input}",
        "%NAME%",
        "@NAME@",
        "Lorem ipsum",
        "tbd",
        '"{{ name | title }}"'.strip('"'),
    ],
)
def test_what_may_be_a_placeholder_is_named_and_not_dropped_by_itself(model, said):
    row = json.dumps({"prompt": "What is it about?", "completion": f"Dear {said}, hello."})
    answer = check(model, ("rows.jsonl", lines(GOOD, row)))
    assert wrong(answer) == [(2, "perhaps")]
    assert said in str(answer.report.findings[0].what)
    assert {"perhaps"} == UNCERTAIN < KINDS.keys()


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


@pytest.mark.parametrize("rest", [f"[\n{TWO}\n]\n", f",\n{TWO},\n{GOOD}\n]\n"])
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


def test_bad_rows_of_one_line_are_told_apart_everywhere(config, model):
    rows = [{"prompt": f"Add {n}?", "completion": f"{n}"} for n in range(18)]
    rows[3:5] = [rows[2], rows[2]]
    upload = checks.Upload("rows.json", json.dumps(rows).encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    assert [str(one.where) for one in made.findings] == ["line 1, row 4", "line 1, row 5"]
    assert str(made.findings[0].what) == "The same as line 1, row 3."
    assert len({one.place for one in made.findings}) == 2
    listed = list(csv.DictReader(io.StringIO(checks.findings_csv(made).decode("utf-8-sig"))))
    assert [(one["line"], one["row"]) for one in listed] == [("1", "4"), ("1", "5")]


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


def test_a_file_of_a_zip_in_which_a_field_is_missing_everywhere_is_no_other_kind_of_data(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.jsonl", lines(GOOD, TWO))
        archive.writestr("b.json", '[\n{"prompt": "Why?"}\n]')
    assert wrong(check(model, ("all.zip", out.getvalue()))) == [("b.json", 2, "field")]


def test_every_kind_of_conversation_that_can_not_be_read_is_named_by_its_row(model):
    called = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    parts = [{"type": "text", "text": "Why?"}, {"type": "text", "text": "And who?"}]
    user, said = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
    tool = {"role": "tool", "tool_call_id": "1", "content": "42"}
    rows = [
        [user, said],
        [user, {"role": "assistant", "content": None, "tool_calls": called}, tool, said],
        [{"role": "user", "content": parts}, said],
        [user, {"role": "assistant", "content": None}],
        [user, {"role": "assistant"}],
        [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": "Who?"}, said],
        [user, said, {"role": "system", "content": "Late."}],
        None,
    ]
    answer = check(model, ("rows.jsonl", "\r\n".join(json.dumps({"messages": one}) for one in rows)))
    assert wrong(answer) == [
        (2, "role"), (4, "answer"), (5, "field"), (7, "order"), (8, "text")
    ]  # fmt: skip
    assert numbers(answer) == [1, 3, 6]
    assert answer.rows[1].row["messages"][0]["content"] == "Why?\nAnd who?"


def test_a_list_of_turns_a_line_is_a_conversation(model):
    line = json.dumps([{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}])
    answer = check(model, ("rows.jsonl", lines(line, line.replace("Hi", "Hey"))))
    assert (answer.report.shape.form, numbers(answer), wrong(answer)) == ("messages", [1, 2], [])


@pytest.mark.parametrize("said", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_never_an_answer(model, said):
    row = f'{{"prompt": "How much is it?", "completion": {said}}}'
    assert wrong(check(model, ("rows.jsonl", lines(GOOD, row)))) == [(2, "answer")]


def test_a_table_by_the_line_that_a_record_begins_on(model):
    text = 'prompt,completion\n"Two\nlines",Good\nWhy?,\n"Three\n\nlines",x\nWho?,Me,too\nOnly\n'
    answer = check(model, ("rows.csv", text))
    assert numbers(answer) == [2, 5]
    assert wrong(answer) == [(4, "answer"), (8, "cells"), (9, "field")]


@pytest.mark.parametrize(("name", "separator"), [("rows.csv", ","), ("rows.tsv", "\t")])
def test_an_empty_row_of_a_table_is_named_unless_it_is_at_an_end(model, name, separator):
    rows = ["", separator, "prompt,completion", "Why?,So.", separator, "", '"",""', "Who?,Me.", separator]
    answer = check(model, (name, lines(*(row.replace(",", separator) for row in rows))))
    assert (wrong(answer), numbers(answer)) == ([(5, "prompt"), (7, "prompt")], [4, 8])


def test_a_quotation_mark_that_is_never_closed(model):
    text = 'prompt,completion\nWhy?,So.\n"Who?,Me.\nWhere?,There.\nHow?,Fine.\n'
    answer = check(model, ("rows.csv", text))
    assert wrong(answer) == [(3, "cells")]
    assert numbers(answer) == [2, 4, 5]


def test_a_quotation_mark_that_is_closed_in_another_row_merges_no_rows(model):
    text = 'prompt,completion\nWhy?,So.\nWho?,"Me.\nWhere?,There.\nHow?,"Fine."\nIs it?,Yes.\n'
    answer = check(model, ("rows.csv", text))
    assert (wrong(answer), numbers(answer)) == ([(3, "cells")], [2, 4, 5, 6])
    loose = 'prompt,completion\n"He says ""hi""\nand",x\n"One line\nand "more"",x\nWhy?,So.\n'
    answer = check(model, ("rows.csv", loose))
    assert (wrong(answer), numbers(answer)) == ([(4, "cells")], [2, 6])


def test_a_large_cell_in_a_zip_is_read_beside_a_small_file(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "prompt,completion\nWhy?,So.\n")
        archive.writestr("b.csv", f"prompt,completion\nWho?,{'word ' * 30_000}\n")
    assert wrong(check(model, ("all.zip", out.getvalue()))) == [("b.csv", 2, "long")]


def test_what_the_model_will_see(model):
    answer = check(model, ("rows.jsonl", lines(GOOD)))
    row = answer.report.preview[0]
    assert "".join(text for text, _, _ in row.stretches) == (
        "<|im_start|>user\nWhat is it?<|im_end|>\n<|im_start|>assistant\nA fox.<|im_end|>\n"
    )
    assert [text for text, trained, _ in row.stretches if trained] == ["A fox.", "<|im_end|>"]
    assert answer.report.ends == Ends("<|im_end|>", ended=1, asked=1, untrained=0)


def test_an_answer_with_the_weight_0_is_not_trained_on(model):
    bad = [
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Bad.", "weight": 0},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "Good.", "weight": 1},
    ]
    answer = check(
        model, ("rows.jsonl", lines(json.dumps({"messages": bad}), json.dumps({"messages": bad[:2]})))
    )
    assert wrong(answer) == [(2, "assistant")]
    stretches = answer.report.preview[0].stretches
    assert [text for text, trained, _ in stretches if trained] == ["Good.", "<|im_end|>"]
    assert "Bad." in "".join(text for text, _, _ in stretches)
    assert "weight 0" in words(answer.report.notes)


def test_a_row_of_megabytes_is_counted_and_not_shown(model):
    text = json.dumps({"prompt": "Why?", "completion": "fox " * 400_000})
    answer = check(model, ("rows.jsonl", lines(text)))
    assert wrong(answer) == [(1, "long")]
    assert answer.report.preview == ()
    assert answer.report.lengths.longest > 400_000


def test_an_encoder_decoder_model_is_shown_both_sides(model):
    row = '{"source": "Good day", "target": "Bom dia"}'
    answer = check(model, ("rows.jsonl", lines(row)), seq2seq=True)
    assert [(text, trained) for text, trained, _ in answer.report.preview[0].stretches] == [
        ("Good day", False),
        ("\n", False),
        ("Bom dia", True),
    ]
    refused = check(model, ("rows.jsonl", '{"text": "Good day"}'), seq2seq=True)
    assert wrong(refused) == [(1, "template")]


EXPECTED = {
    "alpaca_en_demo.jsonl": ("instruction", 999, {"duplicate": 14, "placeholder": 6, "perhaps": 2}),
    "awesome_prompts_act_prompt.csv": ("question", 168, {"placeholder": 1}),
    "chatterbot_en_messages.jsonl": ("messages", 889, {"prompt": 7, "answer": 9}),
    "dummy_conversation_sharegpt.json": ("messages", 500, {}),
    "mlx_superbowl_prompt_completion_train.jsonl": ("question", 1800, {"duplicate": 437}),
    "mlx_wikisql_text_train.jsonl": ("text", 1000, {"duplicate": 1}),
    "tinyshakespeare_200k.txt": ("text", 119, {}),
}


@needs_data
@pytest.mark.parametrize("name", EXPECTED)
def test_shared_data(model, name):
    path = sample("finetune", name)
    answer = check(model, (name, path.read_bytes()), context=100_000)
    form, total, counts = EXPECTED[name]
    assert answer.report.shape.form == form
    assert answer.report.total == total
    assert Counter(one.kind for one in answer.report.findings) == counts
    assert answer.report.languages[0][0] == "en"
    assert answer.report.ends.ended == answer.report.ends.asked
    assert all(one.kind in KINDS for one in answer.report.findings)


def rows(count: int, prompts: int | None = None) -> list[dict[str, object]]:
    asked = [f"Question {n % (prompts or count)}?" for n in range(count)]
    return [
        {
            "messages": [{"role": "user", "content": one}, {"role": "assistant", "content": f"{n}"}],
            "line": n + 1,
        }
        for n, one in enumerate(asked)
    ]


@pytest.mark.parametrize(("count", "held"), [(16, 8), (100, 8), (400, 20), (3000, 150), (9000, 200)])
def test_five_percent_are_held_out(count, held):
    train, valid = splitting.split(rows(count))
    assert (len(train), len(valid)) == (count - held, held)
    assert splitting.split(rows(count)) == (train, valid)


def test_the_same_prompt_is_never_on_both_sides():
    train, valid = splitting.split(rows(1000, prompts=90))
    assert not {group(row) for row in train} & {group(row) for row in valid}
    assert 8 <= len(valid) <= 50


@pytest.mark.parametrize(
    ("count", "prompts", "most"), [(40, 1, 8), (300, 2, 15), (1000, 9, 50), (100, 10, 16)]
)
def test_few_prompts_with_many_answers_lose_no_more_rows_than_others(count, prompts, most):
    train, valid = splitting.split(rows(count, prompts))
    assert 8 <= len(valid) <= most
    assert splitting.shared_prompts(train, valid) == (0 if prompts == 10 else len(valid))


def test_conversations_that_begin_alike_can_be_trained_on():
    hello = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    train, valid = splitting.split([{"messages": [*hello, *row["messages"]]} for row in rows(100)])
    assert len(valid) == 8
    assert splitting.shared_prompts(train, valid) == 0


@pytest.mark.parametrize("few", [rows(15), [rows(1)[0]] * 40])
def test_too_few_rows_are_a_sentence(few):
    with pytest.raises(BadInput):
        splitting.split(few)


@pytest.fixture
def config(tmp_path):
    return Config(data_dir=tmp_path)


def test_a_check_is_kept_repaired_and_deleted(config, model):
    text = lines(
        *(json.dumps({"prompt": f"Number {n}?", "completion": f"=1+{n}"}) for n in range(30)),
        "broken",
        GOOD,
        GOOD,
    )
    request = Request(str(model), "Tiny", 512)
    made = checks.start(config, "ann", [checks.Upload("../evil/rows.jsonl", text.encode())], request, "tiny")
    assert made.files == ("rows.jsonl",)
    assert [(one.line, one.kind) for one in made.findings] == [(31, "json"), (33, "duplicate")]
    with pytest.raises(Unavailable):
        prepared.load(config, "ann", made.id)
    found = checks.load(config, "ann", made.id)
    assert found.report == made.report
    with pytest.raises(Unavailable):
        checks.load(config, "bob", made.id)
    ready = checks.prepare(config, found, {"duplicate"})
    assert (ready.train_rows, ready.valid_rows, ready.facts.dropped) == (23, 8, {"json": 1, "duplicate": 1})
    assert ready == prepared.load(config, "ann", made.id)
    assert {row["line"] for row in read_rows(ready.train)} | {
        row["line"] for row in read_rows(ready.valid)
    } == {*range(1, 31), 32}
    table = list(csv.DictReader(io.StringIO(checks.repaired_csv(found, {"duplicate"}).decode("utf-8-sig"))))
    assert len(table) == 31
    assert table[0] == {"prompt": "Number 0?", "completion": "'=1+0"}
    assert len(checks.repaired_jsonl(found, {"duplicate"}).splitlines()) == 31
    again = checks.again(config, found, Request(str(model), "Tiny", 8), "tiny")
    assert Counter(one.kind for one in again.findings)["long"] == 32
    with pytest.raises(Unavailable):
        prepared.load(config, "ann", made.id)
    checks.delete(config, "ann", made.id)
    assert checks.everything(config, "ann") == []


def test_a_row_that_is_also_held_out_is_never_trained_on(config, model):
    rows = [json.dumps({"prompt": f"Number {n}?", "completion": f"{n}"}) for n in range(30)]
    uploads = [
        checks.Upload("rows.jsonl", lines(*rows, rows[0]).encode()),
        checks.Upload("own.jsonl", lines(*rows[:10]).encode()),
    ]
    made = checks.start(config, "ann", uploads, Request(str(model), "Tiny", 512), "tiny")
    ready = prepared.load(config, "ann", made.id)
    assert (ready.train_rows, ready.valid_rows, ready.facts.dropped["leak"]) == (20, 10, 11)
    kept = [[one["content"] for one in row["messages"]] for row in read_rows(ready.train)]
    assert ["Number 0?", "0"] not in kept
    assert made.report.notes == ()  # of prompts that are on both sides


def test_a_repaired_file_that_is_uploaded_again_is_the_same_data(config, model):
    request = Request(str(model), "Tiny", 512)

    def rows_of(made: checks.Check) -> list[tuple[str, dict[str, object]]]:
        kept = read_rows(made.folder / checks.ROWS)
        return [(one["side"], {k: v for k, v in one["row"].items() if k != "line"}) for one in kept]

    def again(name: str, data: bytes) -> list[tuple[str, dict[str, object]]]:
        return rows_of(checks.start(config, "ann", [checks.Upload(name, data)], request, "tiny"))

    rows = lines(*(json.dumps({"prompt": f"Add {n}?", "completion": f"=1+{n}"}) for n in range(12)))
    own = lines(*(json.dumps({"prompt": f"Take {n}?", "completion": f"- {n} foxes"}) for n in range(12)))
    first, second = checks.Upload("rows.jsonl", rows.encode()), checks.Upload("own.jsonl", own.encode())
    made = checks.start(config, "ann", [first], request, "tiny")
    assert again("rows.repaired.csv", checks.repaired_csv(made, ())) == rows_of(made)
    made = checks.start(config, "ann", [first, second], request, "tiny")
    assert again("rows.repaired.zip", checks.repaired_zip(made, ())) == rows_of(made)
    text = "".join(f"Chapter {n}. " + "The quick brown fox. " * 90 + "\n\n" for n in range(5))
    made = checks.start(config, "ann", [checks.Upload("book.txt", text.encode())], request, "tiny")
    back = again("book.repaired.jsonl", checks.repaired_jsonl(made, ()))
    assert back[:-1] == rows_of(made)[:-1]
    assert back[-1][1]["text"] == str(rows_of(made)[-1][1]["text"]).strip()


PARAGRAPH = (
    "Foxes {n} live in the wood. They are red, and they sleep by day. At night they hunt for mice.\n\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "".join(PARAGRAPH.replace("{n}", str(n)) for n in range(50)),
        "".join(PARAGRAPH.replace("{n}", str(n)) for n in range(50)).replace("\n\n", " "),
        "".join(f"第{n}只狐狸住在树林里，它们是红色的。" for n in range(100)),
        " ".join(f"word{n}" for n in range(600)),
    ],
    ids=["paragraphs", "one line", "Chinese", "no sentences"],
)
def test_a_text_of_five_kilobytes_trains_whole(config, model, text):
    upload = checks.Upload("notes.txt", text.encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    ready = prepared.load(config, "ann", made.id)
    assert (ready.train_rows >= 8, ready.valid_rows) == (True, 8)
    rows = [one["row"]["text"] for one in read_rows(made.folder / checks.ROWS)]
    assert "".join(rows).strip() == text.strip()


def document(number: int, sentences: int) -> str:
    return " ".join(f"Fox {number} eats mouse {n} at night." for n in range(sentences))


def test_a_text_longer_than_the_context_is_trained_on_whole_and_held_out_whole(config, model):
    texts = [document(number, 150) for number in range(40)]
    rows = lines(*(json.dumps({"text": text}) for text in texts))
    upload = checks.Upload("rows.jsonl", rows.encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 64), "tiny")
    assert (made.findings, made.report.total) == ((), 40)
    assert "40 rows became" in words(made.report.notes)
    kept = [one["row"] for one in read_rows(made.folder / checks.ROWS)]
    for number, text in enumerate(texts, 1):
        assert "".join(row["text"] for row in kept if row["line"] == number).strip() == text
    ready = prepared.load(config, "ann", made.id)
    sides = [{row["line"] for row in read_rows(path)} for path in (ready.train, ready.valid)]
    assert not sides[0] & sides[1]


def test_a_few_long_documents_are_enough_to_train_on(config, model):
    rows = lines(*(json.dumps({"text": document(number, 150)}) for number in range(5)))
    for context in (64, 100_000):
        upload = checks.Upload("rows.jsonl", rows.encode())
        made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", context), "tiny")
        ready = prepared.load(config, "ann", made.id)
        assert (ready.train_rows >= 8, ready.valid_rows >= 8) == (True, True)


def test_a_text_that_is_too_short_is_told_its_length_and_not_a_number_of_rows(config, model):
    uploads = [checks.Upload("notes.txt", b"A fox. " * 20)]
    made = checks.start(config, "ann", uploads, Request(str(model), "Tiny", 512), "tiny")
    with pytest.raises(BadInput, match="140 characters") as refused:
        checks.prepare(config, made, ())
    assert "rows" not in str(refused.value)
    own = checks.Upload("own.txt", b"A dog. " * 10)
    both = checks.start(config, "ann", [*uploads, own], Request(str(model), "Tiny", 512), "tiny")
    with pytest.raises(BadInput, match="characters is too short"):
        checks.prepare(config, both, ())


@pytest.mark.parametrize(
    "text",
    ["\n\n  one\n\n\n\ntwo\n" * 400, "a" * 9_000, "One. Two! " * 900, "\tdef fox():\n\t\tpass\n" * 500],
)
def test_no_sign_of_a_text_is_lost_or_read_twice_and_each_piece_says_its_line(text):
    records = plain_rows.read(text).records
    assert "".join(record.value["text"] for record in records).strip() == text.strip()
    for record in records:
        assert record.value["text"].split("\n")[0] in text.split("\n")[record.line - 1]


@pytest.mark.parametrize(
    ("row", "instruction"),
    [
        ({"document": "A long report on {n} foxes.", "summary": "{n} foxes."}, "Summarize"),
        ({"en": "fox {n}", "pt": "raposa {n}"}, "to Portuguese"),
        ({"translation": {"en": "fox {n}", "de": "Fuchs {n}"}}, "to German"),
        ({"source": "Good day to all of you, {n}.", "target": "Bom dia a todos vocês, {n}."}, "Translate"),
    ],
)
def test_repaired_pairs_are_still_summaries_or_translations_of_the_same_languages(
    config, model, row, instruction
):
    def checked(name: str, data: bytes) -> tuple[object, ...]:
        made = checks.start(
            config, "ann", [checks.Upload(name, data)], Request(str(model), "Tiny", 512), "tiny"
        )
        asked = prepared.load(config, "ann", made.id).facts.instruction
        said = [one["row"] for one in read_rows(made.folder / checks.ROWS)]
        pairs = [(one["source"], one["target"]) for one in said]
        languages = made.report.languages, made.report.target_language
        kept_checks.append(made)
        return made.report.purpose, languages, asked, pairs

    kept_checks: list[checks.Check] = []
    rows = lines(*(json.dumps(row).replace("{n}", str(n)) for n in range(20)))
    before = checked("rows.jsonl", rows.encode())
    assert instruction in str(before[2])
    assert checked("rows.repaired.jsonl", checks.repaired_jsonl(kept_checks[0], ())) == before
    assert checked("rows.repaired.csv", checks.repaired_csv(kept_checks[0], ())) == before


def test_a_file_over_the_limit_is_refused(config, model):
    small = Config(data_dir=config.data_dir, upload_mb=1)
    with pytest.raises(BadInput, match="at most 1 MB"):
        checks.start(
            small,
            "ann",
            [checks.Upload("rows.txt", b"a" * 1_100_000)],
            Request(str(model), "Tiny", 512),
            "tiny",
        )
