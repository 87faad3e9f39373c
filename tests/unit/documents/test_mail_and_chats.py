"""E-mail messages and exported chats made here: their text, message by message."""

from email.message import EmailMessage

from components.documents import Limits, read_document
from components.documents.rewriting.rewriters import open_file
from components.documents.rewriting.units import Options
from tests.unit.documents.making import left_out, shown


def _mail(plain: str, subject: str = "Grüße aus Łódź") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ana <ana@example.com>", "Bo <bo@example.com>"
    message["Subject"] = subject
    message.set_content(plain, cte="quoted-printable")
    return message


def test_a_message_shows_its_headers_and_decoded_text() -> None:
    found = read_document(_mail("Wir treffen uns in München.\n").as_bytes(), "a.eml")
    assert found.format == "eml"
    assert found.title == "Grüße aus Łódź"
    assert [text for _, text in shown(found)] == [
        "Grüße aus Łódź",
        "From: Ana <ana@example.com>",
        "To: Bo <bo@example.com>",
        "Wir treffen uns in München.",
    ]


def test_of_two_forms_the_plain_one_is_read_and_attachments_are_named() -> None:
    message = _mail("The pier closes on Monday.\n> Which day?\n")
    message.add_alternative("<p>The pier closes on <b>Monday</b>.</p>", subtype="html")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="a.csv")
    found = read_document(message.as_bytes(), "a.eml")
    assert shown(found)[3:] == [("paragraph", "The pier closes on Monday."), ("quote", "Which day?")]
    assert "Attachments" in left_out(found)


def test_a_message_that_has_only_html_is_read_as_a_page_and_a_forwarded_one_follows() -> None:
    inner = _mail("The old pier stays.\n", "First")
    message = EmailMessage()
    message["From"], message["Subject"] = "bo@example.com", "Second"
    message.set_content("<p>See <i>below</i>.</p>", subtype="html")
    message.add_attachment(inner)
    found = read_document(message.as_bytes(), "mail")  # its headers tell what it is
    assert [(b.kind, b.level, b.text) for b in found.blocks if b.kind == "heading"] == [
        ("heading", 1, "Second"),
        ("heading", 2, "First"),
    ]
    assert found.text.count("See below.") == found.text.count("The old pier stays.") == 1


def test_a_message_with_an_empty_plain_form_or_without_its_end_is_read() -> None:
    message = _mail("\n")
    message.add_alternative("<p>The pier closes on Monday.</p>", subtype="html")
    assert "The pier closes on Monday." in read_document(message.as_bytes(), "a.eml").text
    cut = EmailMessage()
    cut["From"] = "bo@example.com"
    cut.set_content("The storm closed the pier for nine days.\n", cte="base64")
    found = read_document(cut.as_bytes().rstrip()[:-7], "a.eml")
    assert "The storm closed the pier for" in found.text
    assert "the file is cut off" in left_out(found)
    sealed = b"From: a@b.pt\nSubject: Lock\nContent-Type: application/pkcs7-mime\n\nAAAA\n"
    assert "encrypted or sealed" in left_out(read_document(sealed, "a.eml"))


def test_a_text_that_only_looks_like_a_letter_is_text() -> None:
    found = read_document(b"From: the mayor\nTo: all\n\nThe pier is closed.\n", "a.txt")
    assert found.format == "text"


def test_a_chat_is_read_message_by_message() -> None:
    android = (
        "12.05.24, 10:01 - Anna: Kommst du morgen?\n12.05.24, 10:02 - Ben: Ja, um 9 Uhr.\nAm Hafen.\n"
        "13.05.24, 10:05 - Anna: <Medien ausgeschlossen>\n13.05.24, 10:07 - Anna: Bis dann.\n"
    )
    found = read_document(android.encode(), "a.txt")
    assert shown(found) == [
        ("heading", "12.05.24"),
        ("paragraph", "Anna: Kommst du morgen?"),
        ("paragraph", "Ben: Ja, um 9 Uhr. Am Hafen."),
        ("heading", "13.05.24"),
        ("paragraph", "Anna: Bis dann."),
    ]
    assert str(found.blocks[-1].place) == "13.05.24, 10:07"
    assert "media" in left_out(found)
    apple = "".join(f"[5/12/24, 10:0{i}:33\u202fAM] Ana: Message {i}, as agreed.\n" for i in range(4))
    assert shown(read_document(apple.encode(), "a.txt"))[1:] == [
        ("paragraph", f"Ana: Message {i}, as agreed.") for i in range(4)
    ]


def test_stamps_of_chats_in_chinese_and_korean_are_known_and_what_the_program_says_is_left_out() -> None:
    for stamp in ("[2024/5/12 上午10:0{}:33]", "[2024. 5. 12. 오전 10:0{}:33]"):
        chat = "".join(f"{stamp.format(i)} 安娜: 渡轮{i}\n" for i in range(4))
        chat += f"{stamp.format(5)} 安娜: \u200eimage omitted\n"
        found = read_document(chat.encode(), "a.txt")
        assert [text for _, text in shown(found)][1:] == [f"安娜: 渡轮{i}" for i in range(4)]
        assert "media" in left_out(found)


def test_a_log_of_a_program_is_no_chat() -> None:
    log = "".join(f"2024-05-12 10:0{i}:33 - started\n" for i in range(4))
    assert "10:03:33" in read_document(log.encode(), "a.txt").text


def test_a_message_is_translated_as_the_text_that_it_shows() -> None:
    message = _mail("Wir treffen uns in München.\n").as_bytes()
    opened = open_file(message, "a.eml", Options(), Limits())
    assert "Wir treffen uns in München." in [unit.text for unit in opened.units]
    assert opened.output == "a.md"
