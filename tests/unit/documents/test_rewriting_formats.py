"""What a person would lose of each format if its rewriting were careless."""

import json
import re

import pytest

from components.documents import Limits
from components.documents.errors import CorruptFile, PasswordNeeded
from components.documents.rewriting.line_breaks import cells
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Mark, Options, Placed
from tests.unit.documents import making


def rewritten(text: str, name: str, change=str.upper, options: Options | None = None) -> str:
    options = options or Options()
    data = text.encode("utf-8")
    opened = open_file(data, name, options, Limits())
    placed = [Placed(change(unit.text), unit.marks) for unit in opened.units]
    return write_file(data, name, options, placed, Limits()).data.decode("utf-8")


def units(text: str, name: str) -> list[str]:
    return [unit.text for unit in open_file(text.encode("utf-8"), name, Options(), Limits()).units]


def test_html_keeps_scripts_code_comments_and_what_says_translate_no():
    page = (
        "<html><head><title>hi</title><script>var a='hi'</script></head><body><!-- hi -->"
        '<p class=x>hello <b>bold</b> <code>run</code> <span translate="no">Acme corp</span> &amp; co</p>'
        '<img src="a.png" alt="a cat"><a href="/x" title=tip>link</a></body></html>'
    )
    assert rewritten(page, "a.html") == (
        "<html><head><title>HI</title><script>var a='hi'</script></head><body><!-- hi -->"
        '<p class=x>HELLO <b>BOLD</b> <code>run</code> <span translate="no">Acme corp</span> &amp; CO</p>'
        '<img src="a.png" alt="A CAT"><a href="/x" title="TIP">LINK</a></body></html>'
    )


def test_a_link_can_move_to_another_place_in_the_sentence():
    page = b'<html><body><p>See <a href="/x">this page</a> now.</p></body></html>'
    opened = open_file(page, "a.html", Options(), Limits())
    mark = opened.units[0].marks[0]
    placed = [Placed("Esta página: veja.", (Mark(mark.id, 0, 11),))]
    new = write_file(page, "a.html", Options(), placed, Limits()).data
    assert '<p><a href="/x">Esta página</a>: veja.</p>' in new.decode()


def test_the_raised_sign_of_a_note_is_no_part_of_the_text_and_a_power_is():
    page = "<p>It is £2.80.<sup>1</sup> The tea<sup>2</sup> is 10<sup>3</sup> m<sup>2</sup>.</p>"
    page = page.replace("tea<", "coffee<").replace(">2<", "><a href='#n'>2</a><", 1)
    assert units(page, "a.html") == ["It is £2.80. The coffee is 103 m2."]
    assert rewritten(page, "a.html", str.swapcase).count("<sup>1</sup>") == 1


def test_words_in_drawings_of_a_page_are_named():
    page = b"<p>Some tea.</p><svg><style>a {b: c}</style><text>%s</text></svg>"
    notes = [open_file(page % text, "a.html", Options(), Limits()).notes for text in (b"Fresh", b"12")]
    assert [len(one) for one in notes] == [1, 0]


def test_translated_text_cannot_bring_markup_into_a_page():
    page = "<html><body><p>hello</p></body></html>"
    assert "&lt;script&gt;" in rewritten(page, "a.html", lambda text: "<script>alert(1)</script>")


@pytest.mark.parametrize(
    ("tag", "new"),
    [
        ('<input placeholder="your name" value="keep">', '<input placeholder="YOUR NAME" value="keep">'),
        ('<input type="submit" value="send it">', '<input type="submit" value="SEND IT">'),
        ("<input type=hidden value='a b'>", "<input type=hidden value='a b'>"),
        ('<textarea placeholder="say it">x</textarea>', '<textarea placeholder="SAY IT">x</textarea>'),
        ('<a aria-label="go on" data-label="no">x</a>', '<a aria-label="GO ON" data-label="no">X</a>'),
        (
            '<optgroup label="big"><option value="a">one</option>',
            '<optgroup label="BIG"><option value="a">ONE</option>',
        ),
        ('<meta name="description" content="a page">', '<meta name="description" content="A PAGE">'),
        ('<meta property="og:title" content="a page">', '<meta property="og:title" content="A PAGE">'),
        (
            '<meta name="viewport" content="width=device-width">',
            '<meta name="viewport" content="width=device-width">',
        ),
    ],
)
def test_attributes_that_people_read_are_translated_and_no_others(tag, new):
    assert rewritten(f"<html><body>{tag}</body></html>", "a.html") == f"<html><body>{new}</body></html>"


def test_a_translated_page_says_its_language():
    page = '<html lang="en" xml:lang="en"><body><p>hello</p><p lang="fr">salut</p></body></html>'
    new = rewritten(page, "a.html", options=Options(target="pt"))
    assert new.startswith('<html lang="pt" xml:lang="pt">')
    assert 'lang="fr"' in new


def test_markdown_keeps_front_matter_code_links_images_and_tables():
    text = (
        "---\ntitle: x\n---\n\n# one *two*\n\n```py\nprint('hi')\n```\n\n> quote with `code` and\n> [text](http://a.b/c 'T')\n\n"
        "- item ![alt text](i.png)\n\n| a | b |\n|---|---|\n| c | d |\n\n[ref]: http://x.y\n\nSee [ref].\n"
    )
    new = rewritten(text, "a.md")
    for kept in ("---\ntitle: x\n---", "print('hi')", "`code`", "](http://a.b/c 'T')", "![ALT TEXT](i.png)"):
        assert kept in new
    assert "# ONE *TWO*" in new
    assert "| C | D |" in new
    assert "[REF][ref]" in new


TITLED = """[Docs](/x "read me") and ![a cat](c.png 'the "best" cat') and [more][m].

[m]: /more (go on)

    [code]: /y "stays"

[^1]: a "note"
"""


def test_titles_of_links_and_images_are_translated_in_their_quotation_marks():
    assert units(TITLED, "a.md") == [
        "Docs and  and more.",
        "read me",
        "a cat",
        'the "best" cat',
        "go on",
        'a "note"',
    ]
    assert rewritten(TITLED, "a.md", lambda text: text.replace("cat", "cat's").replace("go", "(go)")) == (
        TITLED.replace("![a cat]", "![a cat's]")
        .replace('best" cat', "best\" cat\\'s")
        .replace("go on", "\\(go\\) on")
    )


def test_subtitles_keep_their_timing_and_grow_by_lines_not_by_width():
    text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>short words here</i>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nb\r\n"
    new = rewritten(text, "a.srt", lambda t: t + " and many more words than fit on one single line of a film")
    assert "00:00:01,000 --> 00:00:02,000\r\n<i>" in new
    assert max(len(line) for line in new.split("\r\n")) <= 50
    assert new.count("-->") == 2


def test_vtt_notes_and_styles_are_not_translated():
    text = "WEBVTT\n\nNOTE hello\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>hello you\n"
    new = rewritten(text, "a.vtt")
    assert "NOTE hello" in new
    assert "<v Ann>HELLO YOU" in new


def test_only_the_chosen_columns_of_a_table_are_changed():
    text = 'id;name;note\r\n1;apple;"a;b"\r\n2;pear;x\r\n'
    assert (
        rewritten(text, "a.csv", options=Options(columns=("note",)))
        == 'id;name;NOTE\r\n1;apple;"A;B"\r\n2;pear;X\r\n'
    )


def test_a_translation_with_a_separator_is_quoted():
    assert (
        rewritten("a,b\nc,d\n", "a.csv", lambda text: f'{text},"!"')
        == '"a,""!""","b,""!"""\n"c,""!""","d,""!"""\n'
    )


def test_json_keys_numbers_and_layout_stay():
    text = '{\n  "greeting": "hello {name}",\n  "n": 1, "url": "https://a.b/c",\n  "list": ["good day"]\n}'
    assert rewritten(text, "a.json") == text.replace("hello {name}", "HELLO {NAME}").replace(
        "good day", "GOOD DAY"
    )


@pytest.mark.parametrize(
    ("message", "texts", "shouted"),
    [
        (
            "{count, plural, =0 {No files} one {# file} other {# files}}",
            ["No files", "# file", "# files"],
            "{count, plural, =0 {NO FILES} one {# FILE} other {# FILES}}",
        ),
        (
            "You have {n, plural, offset:1 one {a file by {name}} other {# files}} left.",
            ["You have a file by {name} left.", "You have # files left."],
            "{n, plural, offset:1 one {YOU HAVE A FILE BY {NAME} LEFT.} other {YOU HAVE # FILES LEFT.}}",
        ),
        (
            "{who, select,\n  she {Her file}\n  other {Their file}\n} is here",
            ["Her file is here", "Their file is here"],
            "{who, select,\n  she {HER FILE IS HERE}\n  other {THEIR FILE IS HERE}}",
        ),
        (
            "{g, select, male {{n, plural, one {he has # file} other {he has # files}}} other {they left}}",
            ["he has # file", "he has # files", "they left"],
            "{g, select, male {{n, plural, one {HE HAS # FILE} other {HE HAS # FILES}}} other {THEY LEFT}}",
        ),
        (
            "{a, plural, one {a cat} other {# cats}} and {b, plural, one {a dog} other {# dogs}}",
            [
                "a cat and a dog",
                "a cat and # dogs",
                "{a, number} cats and a dog",
                "{a, number} cats and # dogs",
            ],
            "{a, plural, one {{b, plural, one {A CAT AND A DOG} other {A CAT AND # DOGS}}} "
            "other {{b, plural, one {{A, NUMBER} CATS AND A DOG} other {{A, NUMBER} CATS AND # DOGS}}}}",
        ),
        (
            "{a, plural, one {# {b, plural, one {cat} other {cats}}} other {dogs}}",
            ["{a, number} cat", "{a, number} cats", "dogs"],
            "{a, plural, one {{b, plural, one {{A, NUMBER} CAT} other {{A, NUMBER} CATS}}} other {DOGS}}",
        ),
        ("{n, plural, =0 {#} other {# files}}", ["# files"], "{n, plural, =0 {#} other {# FILES}}"),
    ],
)
def test_each_form_of_a_message_is_translated_as_a_sentence(message, texts, shouted):
    file = json.dumps({"a": message})
    assert units(file, "a.json") == texts
    assert json.loads(rewritten(file, "a.json")) == {"a": shouted}


@pytest.mark.parametrize(
    "message",
    [
        "Order #5: {n, plural, one {# file} other {# files}}",
        "{n, plural, one {# '{file}'} other {files}}",
        "{n, plural, one {# file} other {# files}",
        "{n, plural, offset:1 one {# cat} other {# cats}} and {b, plural, one {# dog} other {# dogs}}",
    ],
)
def test_a_message_that_cannot_be_taken_apart_is_one_text(message):
    assert units(json.dumps({"a": message}), "a.json") == [message]


def test_the_number_of_a_plural_is_kept_where_another_one_is_nearer():
    two = "{a, plural, other {# cats}} and {b, plural, other {# dogs}}"
    (unit,) = open_file(json.dumps({"a": two}).encode(), "a.json", Options(), Limits()).units
    assert [unit.text[mark.start : mark.end] for mark in unit.marks] == ["{a, number}", "#"]


def test_messages_with_forms_are_named_and_the_numbers_sign_is_kept():
    file = json.dumps({"a": "{n, plural, one {# file} other {# files}}", "b": "Save file"})
    opened = open_file(file.encode(), "a.json", Options(), Limits())
    assert [[mark.kind for mark in unit.marks] for unit in opened.units] == [["keep"], ["keep"], []]
    assert any(str(note).startswith("1 message has plural") for note in opened.notes)
    properties = "files = {n, plural, one {a file} other {files}}\n"
    assert rewritten(properties, "a.properties") == "files = {n, plural, one {A FILE} other {FILES}}\n"


def test_broken_json_is_refused():
    with pytest.raises(CorruptFile):
        open_file(b'{"a": ', "a.json", Options(), Limits())


def test_po_translations_go_into_msgstr_with_plurals():
    text = 'msgid ""\nmsgstr "Language: pt\\n"\n\nmsgid "one file"\nmsgid_plural "%d files"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    new = rewritten(text, "a.po")
    assert 'msgstr[0] "ONE FILE"' in new
    assert 'msgstr[1] "%D FILES"' in new
    assert "Language: pt" in new


def test_a_language_with_one_plural_form_gets_the_plural():
    po = 'msgid "One file was deleted."\nmsgid_plural "%d files were deleted."\nmsgstr[0] ""\n'
    assert 'msgstr[0] "%D FILES WERE DELETED."' in rewritten(po, "a.po")


def test_properties_keep_their_keys_and_escapes():
    text = "# note\ntitle = Hello\\u00e9 world\npath=some/path\n"
    new = rewritten(text, "a.properties")
    assert "title = HELLO\\u00c9 WORLD" in new
    assert new.startswith("# note\n")


def test_plain_text_that_was_wrapped_by_hand_is_translated_as_one_paragraph():
    text = "This is a paragraph that was wrapped by hand at\nabout fifty letters, so that its sentences go on\nover lines.\n\nAnother one.\n"
    units = open_file(text.encode(), "a.txt", Options(), Limits()).units
    assert len(units) == 2
    assert "hand at about" in units[0].text


def test_a_narrow_letter_is_translated_by_paragraphs_and_a_broken_word_is_one():
    letter = (
        "Thank you for coming to the meeting to-\nday and for all the good ideas that you\n"
        "had. We will send the minutes on Monday,\nwhen the office opens again.\n"
    )
    assert units(f"Dear all,\n\n{letter}", "a.txt") == [
        "Dear all,",
        "Thank you for coming to the meeting today and for all the good ideas that you had. We will send "
        "the minutes on Monday, when the office opens again.",
    ]
    broken = "The committee decided yesterday that the building should be pub-\nlished as soon as that.\n"
    assert "published" in units(broken, "a.txt")[0]
    chinese = (
        "今天天气很好，我们决定去公园散步，然后在湖\n边吃午饭。下午我们参观了一家博物馆，那里有\n很多画。\n"
    )
    assert units(chinese, "a.txt") == [chinese.replace("\n", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\nRough winds do shake",
        "Anna Miller\n12 Long Street, Apartment 5\n10115 Berlin",
        "milk and honey\neggs\nbread",
        "床前明月光，疑是地上霜。举头望明月，\n床前明月光，疑是地上霜。\n低头思故乡。",
    ],
)
def test_verses_addresses_and_lists_stay_line_by_line(text):
    assert units(text, "a.txt") == text.split("\n")


def test_wrapped_chinese_is_wrapped_again_to_the_same_width():
    text = (
        "The cat sleeps on the old chair in the garden of the house and\nnobody wants to wake it up today.\n"
    )
    made = rewritten(text, "a.txt", lambda _: "猫睡在花园里的旧椅子上，今天没有人想叫醒它。" * 4)
    assert max(map(len, made.split("\n"))) == 31
    assert "".join(made.split("\n")) == "猫睡在花园里的旧椅子上，今天没有人想叫醒它。" * 4


def test_a_chinese_subtitle_is_broken_where_it_may_be_and_its_italics_stay():
    cue = "1\n00:00:01,000 --> 00:00:03,000\n<i>Hello there, my friend,</i>\nhow are you?\n"
    source = open_file(cue.encode(), "a.srt", Options(), Limits()).units[0]
    chinese = "你好，我亲爱的朋友，你今天过得怎么样？我们已经有 2024 年没有见面了，真是太久了。"
    placed = Placed(chinese, (Mark(source.marks[0].id, 0, 10),))
    made = write_file(cue.encode(), "a.srt", Options(), [placed], Limits()).data.decode()
    lines = made.splitlines()[2:]
    assert len(lines) >= 2
    assert max(cells(re.sub("<.*?>", "", line)) for line in lines) <= 42
    assert not any(line[0] in "，。？" for line in lines)
    assert "<i>你好，我亲爱的朋友，</i>" in "".join(lines)
    assert "2024" in made
    assert "".join(lines).replace("<i>", "").replace("</i>", "") == chinese


def test_cues_without_an_empty_line_between_them_keep_their_numbers():
    cues = "1\n00:00:01,000 --> 00:00:02,000\nHello there\n2\n00:00:03,000 --> 00:00:04,000\nHow are you?\n"
    assert units(cues, "a.srt") == ["Hello there", "How are you?"]
    assert rewritten(cues, "a.srt") == cues.replace("Hello there", "HELLO THERE").replace(
        "How are you?", "HOW ARE YOU?"
    )


def test_a_cell_that_began_with_a_sign_gets_no_apostrophe_and_any_other_does():
    table = 'Name,Notes\nAnna,"- likes tea, coffee"\nBob,@home today\nEve,plain text\n'
    assert rewritten(table, "a.csv", lambda text: text) == table
    made = rewritten(table, "a.csv", lambda text: "=1+1" if text in ("plain text", "@home today") else text)
    assert made.count("'=1+1") == 2


def test_a_bilingual_text_has_the_source_above_its_translation():
    assert rewritten("Hello.\n", "a.txt", options=Options(bilingual=True)) == "Hello.\nHELLO.\n"


def test_a_file_keeps_its_encoding_and_byte_order_mark():
    data = b"\xff\xfe" + "Olá mundo".encode("utf-16-le")
    new = write_file(data, "a.txt", Options(), [Placed("OLÁ")], Limits()).data
    assert new == b"\xff\xfe" + "OLÁ".encode("utf-16-le")


def test_stray_bytes_of_a_file_come_back_as_their_letters_and_that_is_said():
    data = "Über die Brücke.\n\n".encode() * 5 + b"M\xfcde B\xe4cker.\n"
    opened = open_file(data, "a.txt", Options(), Limits())
    assert list(map(str, opened.notes)) == ["Lines that were not UTF-8 were read as cp1252: 11."]
    assert opened.units[-1].text == "Müde Bäcker."


def test_a_word_with_a_full_stop_is_text_and_names_of_a_program_are_not():
    text = '{"a": "Done.", "b": "Loading...", "c": "Error:", "d": "user.name", "e": "#fff", "f": "Yes/No", "g": "v2"}'
    assert rewritten(text, "a.json") == (
        '{"a": "DONE.", "b": "LOADING...", "c": "ERROR:", "d": "user.name", "e": "#fff", "f": "YES/NO", "g": "v2"}'
    )
    opened = open_file(text.encode(), "a.json", Options(), Limits())
    assert list(map(str, opened.notes)) == [
        "3 values that look like names of a program stay as they are: “user.name”, “#fff”, “v2”."
    ]


PO = (
    'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n\nmsgid "open"\nmsgstr ""\n\nmsgid "close"\nmsgstr "fechar"\n\n'
    '#, fuzzy\nmsgid "save"\nmsgstr "salvo"\n\nmsgid "menu.help"\nmsgstr "help"\n'
)


@pytest.mark.parametrize(("language", "close"), [("", "fechar"), ("pt_BR", "fechar"), ("de", "CLOSE")])
def test_po_keeps_what_a_person_translated_into_the_same_language(language, close):
    new = rewritten(PO.format(language=language), "a.po", options=Options(target="pt"))
    assert [line for line in new.splitlines() if line.startswith("msgstr")] == [
        'msgstr ""', 'msgstr "OPEN"', f'msgstr "{close}"', 'msgstr "SAVE"', 'msgstr "HELP"'
    ]  # fmt: skip
    assert '"Language: pt\\n"' in new


def test_java_can_read_the_properties_in_any_encoding():
    new = rewritten(
        "a=It''s {0}\nb=It's late\n", "a.properties", lambda text: text.replace("It's", "É o 'x'")
    )
    assert new == "a=\\u00c9 o ''x'' {0}\nb=\\u00c9 o 'x' late\n"


def test_what_stands_after_a_line_break_is_a_text_of_its_own():
    page = "<html><body><p>one<br>two <b>three<br/>four</b></p></body></html>"
    assert [u.text for u in open_file(page.encode(), "a.html", Options(), Limits()).units] == [
        *("one", "two three", "four")
    ]
    assert rewritten(page, "a.html") == page.replace("one", "ONE").replace("two", "TWO").replace(
        "three", "THREE"
    ).replace("four", "FOUR")
    text = "one  \ntwo\\\nthree\nfour\n"
    assert [u.text for u in open_file(text.encode(), "a.md", Options(), Limits()).units] == [
        *("one", "two", "three four")
    ]
    assert rewritten(text, "a.md") == "ONE  \nTWO\\\nTHREE FOUR\n"


def test_two_speakers_of_a_cue_stay_apart():
    text = "1\n00:00:04,000 --> 00:00:06,000\n- Fine.\n- Thanks!\n\n"
    assert rewritten(text, "a.srt") == text.upper()
    assert len(open_file(text.encode(), "a.srt", Options(), Limits()).units) == 2


def test_a_bilingual_heading_stays_one_heading():
    assert (
        rewritten("# one\n\ntwo\n", "a.md", options=Options(bilingual=True)) == "# one<br>ONE\n\ntwo\\\nTWO\n"
    )


def test_a_formula_in_a_csv_file_stays():
    assert rewritten("name,sum\ncat,=SUM(A1)\n", "a.csv") == "NAME,SUM\nCAT,=SUM(A1)\n"


def test_a_protected_opendocument_text_is_translated_with_its_password():
    data = making.locked_odt(f"<text:p>{making.PROSE}</text:p>", "secret")
    with pytest.raises(PasswordNeeded):
        open_file(data, "a.odt", Options(), Limits())
    opened = open_file(data, "a.odt", Options(password="secret"), Limits())
    assert [unit.text for unit in opened.units] == [making.PROSE]
    written = write_file(data, "a.odt", Options(password="secret"), [Placed("Feito.")], Limits())
    assert b"Feito." in written.data


def test_a_password_is_not_shown_where_options_are_logged():
    assert "secret" not in repr(Options(password="secret"))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Term[^1].\n\n[^1]: Note *it*.\n", "TERM[^1].\n\n[^1]: NOTE *IT*.\n"),
        ("- [x] done\n- [ ] open\n", "- [x] DONE\n- [ ] OPEN\n"),
        ("![a b][]\n\n[a b]: i.png\n", "![A B][a b]\n\n[a b]: i.png\n"),
        ("[a *b*][] c\n\n[a *b*]: u\n", "[A *B*][a *b*] C\n\n[a *b*]: u\n"),
        ("\\*a* and \\[b\\]\n", "\\*A\\* AND \\[B\\]\n"),
        ("***a** b*\n", "***A** B*\n"),
        ("**a  \nb** c\n", "**A   \nB** C\n"),
        ("a | b\n--|--\n`x\\|y` c | d \\| e\n", "A | B\n--|--\n`x\\|y` C | D \\| E\n"),
        ("> [!NOTE]\n> Bär und *Öl*\n", "> [!NOTE]\n> BÄR UND *ÖL*\n"),
        ("> [!info]\n> Some text\n", "> [!info]\n> SOME TEXT\n"),
        (
            '!!! note "be here"\n    text *in*\n\n    more\n\nafter\n',
            '!!! note "BE HERE"\n    TEXT *IN*\n\n    MORE\n\nAFTER\n',
        ),
        (
            "text\n\n??? tip\n\n    in it\n\n    !!! warning inline end\n        inner\n",
            "TEXT\n\n??? tip\n\n    IN IT\n\n    !!! warning inline end\n        INNER\n",
        ),
        (
            '=== "one"\n\n    text\n\n=== "two"\n\n    ``` py\n    code\n    ```\n',
            '=== "ONE"\n\n    TEXT\n\n=== "TWO"\n\n    ``` py\n    code\n    ```\n',
        ),
        (":::tip\na tip\n:::\n", ":::tip\nA TIP\n:::\n"),
        ("::: details open *me*\nin\n:::\nout\n", "::: details OPEN *ME*\nIN\n:::\nOUT\n"),
        (":::note[a title]{.x}\n\nin\n\n:::\n", ":::note[A TITLE]{.x}\n\nIN\n\n:::\n"),
        ('```\n!!! note "no"\n:::tip\n```\n', '```\n!!! note "no"\n:::tip\n```\n'),
        ("term\n: def *it*\n\nother\n\n:   long\n    line\n", "TERM\n: DEF *IT*\n\nOTHER\n\n:   LONG LINE\n"),
        ("so \\(x_a + y\\) is\n\n\\[\nx*y*z\n\\]\n", "SO \\(x_a + y\\) IS\n\n\\[\nx*y*z\n\\]\n"),
        ("as [see @smith04, p. 3] says\n", "AS [see @smith04, p. 3] SAYS\n"),
        (
            "# head {#start .x}\n\nsee [me](u){: .b }\n{: .note }\n",
            "# HEAD {#start .x}\n\nSEE [ME](u){: .b } {: .note }\n",
        ),
        (
            '![one a]{ width="300" }\n![two b]{ width="300" }\n\n[one a]: a.png\n[two b]: b.png\n',
            '![ONE A][one a]{ width="300" }\n![TWO B][two b]{ width="300" }\n\n[one a]: a.png\n[two b]: b.png\n',
        ),
        ("a\n\n*[HTML]: so it is\n*[W3C]:  this\n", "A\n\n*[HTML]: SO IT IS\n*[W3C]:  THIS\n"),
        ("`\\(x\\)` and {name}\n", "`\\(x\\)` AND {NAME}\n"),
    ],
)
def test_markdown_keeps_its_marks_around_other_words(text: str, new: str) -> None:
    assert rewritten(text, "a.md") == new


def test_values_of_the_front_matter_are_translated_if_they_are_chosen_and_named_if_not():
    text = (
        "---\ntitle: \"a b\"\ndescription: Some text\nother: 'it''s'\ntags: [x, y]\ndraft: false\nlayout: post\n"
        "date: 2024-01-01\n---\n\nbody\n"
    )
    read = open_file(text.encode(), "a.md", Options(), Limits())
    assert read.header == ["title", "description", "other"]
    assert "title, description, other" in str(read.notes[0])
    assert rewritten(text, "a.md") == text.replace("body", "BODY")
    chosen = Options(columns=("title", "description", "other"))
    new = rewritten(text, "a.md", lambda t: f'{t}: "é"', options=chosen)
    assert 'title: "a b: \\"é\\""\ndescription: "Some text: \\"é\\""\nother: \'it\'\'s: "é"\'\n' in new
    toml = '+++\ntitle = "a b"\ndraft = false\n+++\n\nbody\n'
    assert rewritten(toml, "a.md", options=Options(columns=("title",))) == toml.replace("a b", "A B").replace(
        "body", "BODY"
    )


def test_a_table_with_backslashes_before_its_quotation_marks_keeps_its_cells():
    text = 'id,title\n1,"The \\"best\\", so far"\n2,"A ""second"" one"\n'
    assert [unit.text for unit in open_file(text.encode(), "a.csv", Options(), Limits()).units][2:] == [
        'The "best", so far',
        'A "second" one',
    ]
    assert rewritten(text, "a.csv") == 'ID,TITLE\n1,"THE \\"BEST\\", SO FAR"\n2,"A ""SECOND"" ONE"\n'


def test_the_plural_forms_that_a_message_lacks_in_the_target_language_are_named():
    text = '{"a": "{n, plural, one {# file} other {# files}}", "b": "{n, plural, =1 {one file} other {# files}}"}'
    notes = [str(note) for note in open_file(text.encode(), "a.json", Options(target="pl"), Limits()).notes]
    assert "In 2 messages these plural forms of Polish are not there: few, many." in notes[-1]
    assert not any(
        "not there" in str(note)
        for note in open_file(text.encode(), "a.json", Options(target="en"), Limits()).notes
    )


@pytest.mark.parametrize("text", ["one and <br> two\n", "one <br>two\n", "one<br> two\n"])
def test_a_line_break_in_markdown_has_the_spaces_of_its_source(text):
    assert rewritten(text, "a.md", str.upper) == text.upper().replace("<BR>", "<br>")


def test_what_a_page_says_is_in_another_language_stays_and_is_named():
    page = '<html lang="en-GB"><p>hello</p><p lang="it">ciao <b>a tutti</b></p><p lang="en">bye <i lang=de>Tag</i></p>'
    opened = open_file(page.encode(), "a.html", Options(target="pt"), Limits())
    assert [unit.text for unit in opened.units] == ["hello", "bye Tag"]
    assert "2 parts" in " ".join(map(str, opened.notes))


def test_a_page_whose_whole_text_says_it_is_in_another_language_is_translated():
    page = '<html lang="en"><body><main lang="pt"><p>bom dia</p></main></body></html>'
    opened = open_file(page.encode(), "a.html", Options(target="en"), Limits())
    assert [unit.text for unit in opened.units] == ["bom dia"]
