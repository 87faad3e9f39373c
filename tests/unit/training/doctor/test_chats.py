"""Chats between people, and texts that are questions and answers: what they become, and what is asked."""

import json

import pytest

from components.errors import BadInput
from components.training.doctor.shape import Shape
from tests.unit.training.doctor.making import check, first, jsonl, lines, recognised, words, wrong

THINGS = [f"kettle {n}" for n in range(20)]
BOB = Shape("messages", "messages", assistant="Bob")


def asked_and_said(answer):
    return [[one["content"] for one in row.row["messages"]] for row in answer.rows]


def whatsapp(hour: str = "10:{n:02}", people=("Ann", "Bob")) -> str:
    rows = ["12/03/24, 09:00 - Messages are end-to-end encrypted."]
    for n, thing in enumerate(THINGS):
        time = hour.format(n=n)
        rows += [
            f"12/03/24, {time} - {people[0]}: My {thing} is broken?",
            f"12/03/24, {time} - {people[0]}: <Media omitted>",
            f"12/03/24, {time} - {people[1]}: Send the {thing} in.",
            "Then we look.",
        ]
    return lines(*rows)


def test_a_chat_asks_who_is_the_assistant_and_becomes_questions_with_answers(model):
    answer = check(model, ("chat.txt", whatsapp()))
    assert (recognised(answer).assistant, recognised(answer).sure) == ("Bob", False)
    assert dict(answer.report.people) == {"Ann": 20, "Bob": 20}
    assert "The turns are by Ann, Bob." in words(answer.report.asked)
    said = check(model, ("chat.txt", whatsapp()), shape=BOB)
    assert recognised(said).sure
    assert asked_and_said(said)[:2] == [
        ["My kettle 0 is broken?", "Send the kettle 0 in.\nThen we look."],
        ["My kettle 1 is broken?", "Send the kettle 1 in.\nThen we look."],
    ]
    assert [row.row["line"] for row in said.rows[:2]] == [2, 6]
    assert "21 messages without words of a person were left out." in words(said.report.notes)


def test_the_other_person_can_be_the_assistant_and_the_chat_can_be_plain_text(model):
    ann = check(model, ("chat.txt", whatsapp()), shape=Shape("messages", "messages", assistant="Ann"))
    assert asked_and_said(ann)[0] == ["Send the kettle 0 in.\nThen we look.", "My kettle 1 is broken?"]
    assert {"messages", "text"} <= set(ann.report.fields)
    text = check(model, ("chat.txt", whatsapp()), shape=Shape("text", "text"))
    assert text.report.kind == "text"
    assert {"messages", "text"} <= set(text.report.fields)  # so that the choice can be taken back
    assert first(text)["text"].startswith("12/03/24, 09:00 - Messages")


def test_a_pause_begins_a_new_conversation_where_there_are_enough(model):
    rows = []
    for n in range(20):
        for minute, who in enumerate(("Ann", "Bob", "Ann", "Bob")):
            rows.append(f"[{n + 1}.03.24, 10:0{minute}:11] {who}: {who} speaks of {THINGS[n]}.")
    said = check(model, ("chat.txt", lines(*rows)), shape=BOB)
    assert [len(row.row["messages"]) for row in said.rows] == [4] * 20
    assert "a pause of an hour" in words(said.report.notes)


def test_an_answer_that_comes_days_later_stays_with_its_question(model):
    rows = [
        f"[{n + 1:02}.03.24, 10:00:11] {who}: {who} speaks of {n}."
        for n, who in enumerate(("Ann", "Bob") * 14)
    ]
    said = check(model, ("chat.txt", lines(*rows)), shape=BOB)
    assert asked_and_said(said)[:2] == [
        ["Ann speaks of 0.", "Bob speaks of 1."],
        ["Ann speaks of 2.", "Bob speaks of 3."],
    ]
    assert len(said.rows) == 14


@pytest.mark.parametrize(
    "line", ["[10:{n:02}] {who}: {said}", "10:{n:02} AM - {who}: {said}", "10:{n:02}:07 <{who}> {said}"]
)
def test_a_chat_with_times_and_no_days_is_a_chat_and_can_be_plain_text(model, line):
    rows = [
        line.format(n=2 * n + late, who=who, said=said)
        for n, thing in enumerate(THINGS)
        for late, (who, said) in enumerate(
            (("Ann", f"Is the {thing} broken?"), ("Bob", f"Keep the {thing}."))
        )
    ]
    answer = check(model, ("chat.txt", lines(*rows)))
    assert (recognised(answer).assistant, recognised(answer).sure) == ("Bob", False)
    assert "If it is plain text, choose that." in words(answer.report.asked)
    assert asked_and_said(answer)[0] == ["Is the kettle 0 broken?", "Keep the kettle 0."]
    assert check(model, ("chat.txt", lines(*rows)), shape=Shape("text", "text")).report.kind == "text"


def test_in_a_day_without_dates_a_pause_and_a_time_before_the_last_begin_a_new_conversation(model):
    rows = [
        f"[{hour:02}:0{minute}] {who}: {who} speaks of {hour} and {minute}."
        for hour in (9, 12, 15, 23) * 5
        for minute, who in enumerate(("Ann", "Bob") * 2)
    ]
    said = check(model, ("chat.txt", lines(*rows)), shape=BOB)
    assert [len(row.row["messages"]) for row in said.rows] == [4] * 20
    # A transcript counts from its beginning: its times tell no pauses.
    rows = [f"{n:02}:10 {who}: {who} speaks of {n}." for n, who in enumerate(("Ann", "Bob") * 12)]
    said = check(model, ("talk.txt", lines(*rows)), shape=BOB)
    assert len(said.rows) == 12


def test_a_programme_of_a_day_is_no_chat(model):
    parts = ("Opening", "Talk", "Break", "Talk", "Lunch", "Talk", "Break", "Closing")
    rows = [f"{9 + n}:00 {part}: in room {n} of the house." for n, part in enumerate(parts)]
    assert check(model, ("day.txt", lines(*rows))).report.kind == "text"


def test_what_a_telephone_writes_into_a_chat_is_nobodys_message(model):
    notice = "[12/03/2024, 10:00:00] Our group: \u200eMessages and calls are end-to-end encrypted."
    rows = [f"[12/03/2024, 10:{n:02}:00] {who}: {t}" for n, t in enumerate(THINGS) for who in ("Ann", "Bob")]
    answer = check(model, ("chat.txt", lines(notice, *rows)))
    assert (answer.report.people, recognised(answer).assistant) == ((("Ann", 20), ("Bob", 20)), "Bob")


def messages(**names):
    """The same chat as messages with fields of these names."""
    found = []
    for n, thing in enumerate(THINGS):
        for who, said in (("Ann", f"My {thing} is broken?"), ("Bob", f"Send the {thing} in.")):
            values = {"who": who, "said": said, "time": f"2024-03-12T10:{n:02}:00"}
            found.append({names[one]: values[one] for one in names})
    return found


def telegram():
    found = messages(who="from", said="text", time="date")
    found[0]["text"] = ["My kettle 0 ", {"type": "bold", "text": "is"}, " broken?"]
    service = {"type": "service", "actor": "Ann", "action": "phone_call", "date": "2024-03-12T09:00:00"}
    return {"name": "Bob", "type": "personal_chat", "messages": [service, *found]}


def discord():
    found = [
        one | {"author": {"id": "1", "name": one["author"].lower(), "nickname": one["author"]}}
        for one in messages(who="author", said="content", time="timestamp")
    ]
    return {"guild": {"name": "x"}, "channel": {"name": "y"}, "messages": found}


def messenger():
    found = messages(who="sender_name", said="content", time="date")
    for n, one in enumerate(found):
        del one["date"]
        one["timestamp_ms"] = 1_710_237_600_000 + n * 30_000
    return {"participants": [{"name": "Ann"}, {"name": "Bob"}], "messages": found[::-1]}


CHATS = {
    "telegram.json": json.dumps(telegram()),
    "all_of_telegram.json": json.dumps({"about": "x", "chats": {"about": "y", "list": [telegram()]}}),
    "discord.json": json.dumps(discord()),
    "messenger.json": json.dumps(messenger()),
    "slack.json": json.dumps(messages(who="user", said="text", time="ts")),
    "table.csv": "Author,Date,Content\n"
    + "".join(f"{a},{t},{c}\n" for a, t, c in map(dict.values, messages(who="a", time="t", said="c"))),
}


@pytest.mark.parametrize("name", CHATS)
def test_what_chat_programs_export_is_read_as_a_chat(model, name):
    before = check(model, (name, CHATS[name]))
    assert (recognised(before).assistant, recognised(before).sure) == ("Bob", False)
    said = check(model, (name, CHATS[name]), shape=BOB)
    assert asked_and_said(said)[0] == ["My kettle 0 is broken?", "Send the kettle 0 in."]
    assert (len(said.rows), wrong(said)) == (20, [])


def test_a_table_of_comments_by_many_people_is_no_chat(model):
    rows = [
        {"user": f"u{n}", "text": f"I like {thing}.", "date": "2024-01-01"} for n, thing in enumerate(THINGS)
    ]
    assert recognised(check(model, ("rows.jsonl", jsonl(*rows)))).form == "text"


@pytest.mark.parametrize(("role", "text"), [("role", "content"), ("speaker", "utterance"), ("from", "value")])
def test_roles_with_other_names_are_asked_about_and_not_refused(model, role, text):
    rows = [
        {
            "dialogue": [
                {role: "customer", text: f"My {one} is broken."},
                {role: "agent", text: f"Send {one}."},
            ]
        }
        for one in THINGS
    ]
    answer = check(model, ("rows.jsonl", jsonl(*rows)))
    assert (recognised(answer).assistant, recognised(answer).sure, wrong(answer)) == ("agent", False, [])
    said = check(model, ("rows.jsonl", jsonl(*rows)), shape=recognised(answer))
    assert [one["role"] for one in first(said)["messages"]] == ["user", "assistant"]


def test_one_row_with_an_unknown_role_is_still_a_bad_row(model):
    good = {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]}
    bad = {"messages": [{"role": "user", "content": "Why?"}, {"role": "cat", "content": "So."}]}
    answer = check(model, ("rows.jsonl", jsonl(*[good] * 9, bad)))
    assert recognised(answer).sure
    assert (10, "role") in wrong(answer)


FAQ = {
    "labels.txt": "Our FAQ\n\n" + "\n\n".join(f"Q: Where is {t}?\nA: At {t}.\nOr not." for t in THINGS),
    "bold.md": "# FAQ\n\n"
    + "\n\n".join(f"**Q{n}: Where is {t}?**\n\nA: At {t}.\nOr not." for n, t in enumerate(THINGS)),
    "headings.md": "# FAQ\n\nHello.\n\n## Where\n\n"
    + "\n\n".join(f"### Where is {t}?\n\nAt {t}.\nOr not." for t in THINGS),
    "lines.md": "# FAQ\n\n" + "\n\n".join(f"**Where is {t}?**\n\nAt {t}.\nOr not." for t in THINGS),
    "words.txt": "\n".join(f"Pergunta: Where is {t}?\nResposta: At {t}.\nOr not." for t in THINGS),
    "underlined.md": "\n\n".join(f"Where is {t}?\n----\n\nAt {t}.\nOr not." for t in THINGS),
    "numbered.txt": "\n\n".join(f"{n}. Where is {t}?\nAt {t}.\nOr not." for n, t in enumerate(THINGS, 1)),
    "roles.txt": "\n\n".join(f"Customer: Where is {t}?\nAgent: At {t}.\nOr not." for t in THINGS),
}


@pytest.mark.parametrize("name", FAQ)
def test_questions_and_answers_in_a_text_are_offered_and_plain_text_stays_possible(model, name):
    answer = check(model, (name, FAQ[name]))
    shape = recognised(answer)
    assert (shape.form, shape.sure, len(answer.rows)) == ("question", False, 20)
    assert asked_and_said(answer)[3] == ["Where is kettle 3?", "At kettle 3.\nOr not."]
    assert "looks like questions and answers" in words(answer.report.asked)
    said = check(model, (name, FAQ[name]), shape=Shape("question", shape.prompt, shape.answer))
    assert recognised(said).sure
    text = check(model, (name, FAQ[name]), shape=Shape("text", "text"))
    assert (text.report.kind, first(text)["text"][:3]) == ("text", FAQ[name][:3])


def test_a_question_without_an_answer_is_named_by_its_line(model):
    text = "\n".join(f"Q: Where is {t}?\nA: At {t}." for t in THINGS) + "\nQ: And now?\n"
    assert wrong(check(model, ("faq.txt", text))) == [(41, "answer")]


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"The {t} was old. He said: go on. Is it so?\nNote: late." for t in THINGS),
        "\n".join(f"Name: {t}\nSize: {n}" for n, t in enumerate(THINGS)).replace("kettle ", "k"),
        "# A\n\n" + "\n\n".join(f"## {t}\n\nIt is old. Is it so?\n" for t in THINGS),
        "\n".join(f"{who}: I see the {t}." for t in THINGS for who in ("ANN", "BOB", "CAT", "DAN")),
    ],
)
def test_prose_lists_and_plays_stay_plain_text(model, text):
    assert check(model, ("text.txt", text)).report.kind == "text"


def test_one_page_of_questions_takes_no_other_text_of_a_zip_away(model):
    from tests.unit.training.doctor.making import zipped

    data = zipped(faq__txt=FAQ["labels.txt"], a__txt="The fox ran. " * 40, b__txt="The dog ran. " * 40)
    answer = check(model, ("all.zip", data))
    assert answer.report.kind == "text"
    assert [one.side for one in answer.report.files] == ["train"] * 3


YAML = {
    "list.yaml": "".join(
        f"- question: Where is {t}?\n  answer: |\n    At {t}.\n    Or not.\n" for t in THINGS
    ),
    "inner.yml": "faq:\n"
    + "".join(f"  - q: Where is {t}?\n    a: |-\n      At {t}.\n      Or not.\n" for t in THINGS),
    "names.yml": "".join(f"Where is {t}?: |\n  At {t}.\n  Or not.\n" for t in THINGS),
    "text.txt": "".join(
        f"- question: Where is {t}?\n  answer: |\n    At {t}.\n    Or not.\n" for t in THINGS
    ),
    "names.json": json.dumps({f"Where is {t}?": f"At {t}.\nOr not." for t in THINGS}, indent=1),
}


@pytest.mark.parametrize("name", YAML)
def test_questions_and_answers_in_yaml_are_read(model, name):
    answer = check(model, (name, YAML[name]))
    assert (len(answer.rows), recognised(answer).form) == (20, "question")
    assert asked_and_said(answer)[3] == ["Where is kettle 3?", "At kettle 3.\nOr not."]


def test_yaml_keeps_words_and_lines_as_they_are_written(model):
    text = "- q: Is it on?\n  a: no\n- q: Which version?\n  a: 1.10\n- q: And?\n  a:\n"
    answer = check(model, ("rows.yaml", text))
    assert asked_and_said(answer) == [["Is it on?", "no"], ["Which version?", "1.10"]]
    assert wrong(answer) == [(5, "answer")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- a: [1\n- b", "line 3"),
        ("- &x {q: a, a: b}\n- *x\n", "aliases"),
        ("a: " + "[" * 950 + "]" * 950, "nested too deeply"),
    ],
)
def test_yaml_that_cant_be_read_says_why(model, text, why):
    with pytest.raises(BadInput, match=why):
        check(model, ("rows.yaml", text))


TASK = {"id": 1, "created_at": "2024-01-01T00:00:00Z", "data": {"text": "I like the fox."}}
MOOD = {"from_name": "mood", "type": "choices", "value": {"choices": ["good"]}}
PLACE = {"from_name": "label", "value": {"start": 11, "end": 14, "text": "fox", "labels": ["ANIMAL"]}}


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (TASK | {"annotations": [{"was_cancelled": True, "result": []}, {"result": [MOOD]}]}, "good"),
        (TASK | {"annotations": [{"result": [PLACE]}]}, "ANIMAL: fox"),
        (TASK | {"annotations": [{"result": [{"from_name": "x", "value": {"text": ["Yes."]}}]}]}, "Yes."),
        ({"text": "I like the fox.", "label": ["good"]}, "good"),
        ({"text": "I like the fox.", "label": [[11, 14, "ANIMAL"]]}, "ANIMAL: fox"),
        ({"text": "I like the fox.", "annotations": [{"text": "Yes.", "user": 1}]}, "Yes."),
        (
            {"text": "I like the fox.", "entities": [{"start_offset": 11, "end_offset": 14, "label": "A"}]},
            "A: fox",
        ),
    ],
)
def test_annotations_are_the_answers_and_no_dates_or_numbers(model, row, wanted):
    answer = check(model, ("tasks.json", json.dumps([row] * 3)))
    assert not recognised(answer).sure
    assert asked_and_said(answer)[0] == ["I like the fox.", wanted]


@pytest.mark.parametrize(
    "answers", [{"text": ["red", "old"], "answer_start": [3, 4]}, ["red"], [{"text": "red"}]]
)
def test_of_several_right_answers_the_first_is_taken(model, answers):
    row = {"id": "1", "context": "The fox is red.", "question": "What is the fox?", "answers": answers}
    said = check(model, ("rows.jsonl", jsonl(row, row | {"answers": {"text": [], "answer_start": []}})))
    assert asked_and_said(said) == [["What is the fox?\n\nThe fox is red.", "red"]]
    assert wrong(said) == [(2, "answer")]


def test_letters_that_were_read_in_the_wrong_encoding_are_put_right_and_said(model):
    rows = [
        {"prompt": "Where?", "completion": "In the cafÃ© â€œFoxâ€\x9d."},
        {"prompt": "Who?", "completion": "Ann \ufffd."},
    ]
    answer = check(model, ("rows.jsonl", jsonl(*rows)))
    assert asked_and_said(answer)[0][1] == "In the café “Fox”."
    assert "In 1 text, letters" in words(answer.report.repaired)
    assert wrong(answer) == [(2, "encoding")]
    text = check(model, ("text.txt", "O cafÃ© estÃ¡ aqui. " * 80))
    assert first(text)["text"].startswith("O café está aqui.")


TELEGRAM = """<div class="message service"><div class="body details">1 January 2024</div></div>
<div class="message default clearfix"><div class="body">
<div class="pull_right date details" title="01.01.2024 10:0{n}:00 UTC+01:00">10:0{n}</div>
<div class="from_name">Ann</div><div class="text">Where is<br>fox {n}?</div></div></div>
<div class="message default clearfix joined"><div class="body"><div class="text">Quick.</div></div></div>
<div class="message default clearfix"><div class="body"><div class="from_name">Bob</div>
<div class="text">In wood {n}.</div></div></div>"""
DISCORD = """<div class="chatlog__message-group"><div class="chatlog__message"><div class="chatlog__header">
<span class="chatlog__author">Ann</span>
<span class="chatlog__timestamp" title="Monday, January 1, 2024 10:0{n} AM"><a>01/01/2024 10:0{n} AM</a></span></div>
<div class="chatlog__content">Where is\nfox {n}?</div></div>
<div class="chatlog__message"><div class="chatlog__content">Quick.</div></div></div>
<div class="chatlog__message-group"><div class="chatlog__message"><span class="chatlog__author">Bob</span>
<div class="chatlog__content">In wood {n}.</div></div></div>"""
PLAIN = """[1/1/2024 10:0{n} AM] Ann
Where is
fox {n}?

[1/1/2024 10:0{n} AM] Ann
Quick.

[1/1/2024 10:0{n} AM] Bob
In wood {n}.
"""


@pytest.mark.parametrize(
    ("name", "one"),
    [("messages.html", TELEGRAM), ("x.html", DISCORD), ("x.txt", PLAIN)],
    ids=["telegram", "discord", "names"],
)
def test_a_chat_that_was_saved_as_a_page_or_under_names_is_read_as_a_chat(model, name, one):
    answer = check(model, (name, "\n".join(one.format(n=n) for n in range(8))))
    assert recognised(answer).assistant == "Bob"
    assert [len(answer.rows), wrong(answer)] == [8, []]
    assert [turn["content"] for turn in first(answer)["messages"]] == [
        "Where is\nfox 0?\n\nQuick.",
        "In wood 0.",
    ]


def test_a_page_that_is_no_chat_is_not_trained_on_with_its_tags(model):
    with pytest.raises(BadInput, match="no chat"):
        check(model, ("page.html", "<html><body><p>Foxes are in woods.</p></body></html>" * 20))
