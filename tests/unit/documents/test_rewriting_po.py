"""Catalogues of gettext that its own checker accepts, with the header and the forms of the target language."""

import shutil
import subprocess

import pytest

from components.documents.limits import Limits
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Options, Placed

POT = r"""# A title
#, fuzzy
msgid ""
msgstr ""
"Project-Id-Version: demo\n"
"Language: \n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=CHARSET\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\n"

#, c-format
msgid "%d apple"
msgid_plural "%d apples"
msgstr[0] ""
msgstr[1] ""

#| msgid "Shut it"
#, fuzzy, c-format
msgid "Close it\n"
msgstr "Abrir\n"
"""


def made(text: str, target: str) -> str:
    options = Options(target=target)
    opened = open_file(text.encode(), "a.po", options, Limits())
    placed = [Placed(f"ção {unit.text}") for unit in opened.units]
    return write_file(text.encode(), "a.po", options, placed, Limits()).data.decode("utf-8")


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
@pytest.mark.parametrize("target", ["pt", "ru", "zh"])
@pytest.mark.parametrize("text", [POT, POT.replace("CHARSET", "ASCII"), POT.replace('"Language: \\n"\n', "")])
def test_the_checker_of_gettext_accepts_it(tmp_path, target, text):
    (tmp_path / "a.po").write_text(made(text, target), "utf-8")
    found = subprocess.run(
        ["msgfmt", "-c", "-o", "/dev/null", tmp_path / "a.po"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def test_the_header_says_what_the_file_is():
    text = made(POT, "pt")
    assert '"Language: pt\\n"' in text
    assert "charset=UTF-8" in text
    assert "nplurals=2" in text
    assert "# A title\nmsgid" in text


def test_as_many_forms_are_written_as_the_language_has():
    assert "msgstr[1]" not in made(POT, "zh")
    assert 'msgstr[0] "ção %d apples"' in made(POT, "zh")
    assert 'msgstr[2] "ção %d apples"' in made(POT, "ru")


def test_a_message_that_was_unsure_is_sure_once_it_is_translated():
    assert '#, c-format\nmsgid "Close it\\n"\nmsgstr "ção Close it\\n"' in made(POT, "pt")
    untouched = write_file(POT.encode(), "a.po", Options(target="pt"), [None] * 3, Limits()).data.decode()
    assert "#, fuzzy, c-format" in untouched


def test_new_messages_stay_fuzzy_where_a_person_wishes_it():
    options = Options(target="pt", fuzzy=True)
    placed = [Placed(f"ção {unit.text}") for unit in open_file(POT.encode(), "a.po", options, Limits()).units]
    text = write_file(POT.encode(), "a.po", options, placed, Limits()).data.decode("utf-8")
    assert '#, fuzzy, c-format\nmsgid "%d apple"' in text
    assert '#, fuzzy, c-format\nmsgid "Close it\\n"' in text  # without the text that it was of
    assert "# A title\nmsgid" in text  # the header's own would make a checker refuse the file


def test_a_catalogue_with_the_line_ends_of_windows_is_the_same_with_them():
    assert made(POT.replace("\n", "\r\n"), "pt") == made(POT, "pt").replace("\n", "\r\n")


def test_entries_without_an_empty_line_between_them_come_back_once():
    text = 'msgid ""\nmsgstr "Language: \\n"\nmsgid "One"\nmsgstr ""\n#, fuzzy\nmsgid "Two"\nmsgstr "x"\nmsgid "Three"\nmsgstr ""\n'
    options = Options(target="pt", fuzzy=True)
    opened = open_file(text.encode(), "a.po", options, Limits())
    placed = [Placed(unit.text.upper(), unit.marks) for unit in opened.units]
    made = write_file(text.encode(), "a.po", options, placed, Limits()).data.decode()
    assert [made.count(f'msgstr "{word}"') for word in ("ONE", "TWO", "THREE")] == [1, 1, 1]
    assert made.count("msgid") == 4
