"""Whose sentence a sentence of an e-mail is."""

import pytest

from components.documents import read_document
from components.tasks.summarize.passages import passages

HEAD = (
    "From: Sarah Klein <sarah@a.example>\nTo: Team <team@a.example>\nSubject: Go-live\nMIME-Version: 1.0\n\n"
)
BODY = "I will call the supplier tomorrow.\n\n"
SAID = "I will stop the import."


def said_by(mail: str) -> dict[str, str]:
    return {p.text: p.speaker for p in passages(read_document(mail.encode(), "a.eml"))}


@pytest.mark.parametrize(
    "line",
    [
        "On Wed, 11 Jun 2025 at 09:15, Mark Osei <mark@a.example> wrote:",
        "Am 11.06.2025 um 09:15 schrieb Mark Osei <mark@a.example>:",
        "Em qua., 11 de jun. de 2025 às 09:15, Mark Osei <mark@a.example> escreveu:",
        "Mark Osei <mark@a.example> 于2025年6月11日周三 09:15写道：",
    ],
)
def test_what_a_mail_repeats_is_said_by_who_wrote_it(line: str):
    found = said_by(f"{HEAD}{BODY}{line}\n> {SAID}\n")
    assert found["I will call the supplier tomorrow."] == "Sarah Klein"
    assert found[SAID] == "Mark Osei"


def test_what_is_repeated_without_a_name_is_nobodys_and_a_mail_of_one_person_has_no_names():
    found = said_by(
        f"{HEAD}{BODY}Mark Osei <mark@a.example> wrote:\n> Hello.\n> Sarah K <s@a.example> wrote:\n> > {SAID}\n"
    )
    assert {who for text, who in found.items() if "import" in text} == {""}
    assert set(said_by(f"{HEAD}{BODY}> {SAID}\n").values()) == {""}


def test_a_message_below_another_with_headers_of_its_own_is_its_writers():
    below = f"-----Original Message-----\n\nVon: Mark Osei <mark@a.example>\nAn: Sarah\n\n{SAID}\n"
    found = said_by(HEAD + BODY + below)
    assert (found["I will call the supplier tomorrow."], found[SAID]) == ("Sarah Klein", "Mark Osei")
