"""A document's sentences, each with its place."""

from dataclasses import replace

import pytest

from components.documents import Block, Document, count_words, read_document
from components.tasks.summarize.passages import LONGEST, passages, sentences
from tests.unit.tasks.summarize.fakes import document, steps_of


def test_abbreviations_dates_and_decimals_do_not_cut_a_quoted_sentence_in_two():
    found = passages(document("Dr. Smith paid $3.5 million on Jan. 5 in the U.S. office. He left."))
    assert [p.text for p in found] == [
        "Dr. Smith paid $3.5 million on Jan. 5 in the U.S. office.",
        "He left.",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La famille de M. Yuan et Mgr. Petit n’étaient pas là.|Le Dr. PawPaw est venu."),
        (
            "pt",
            "Marcou no 89.º minuto.|A Marinha dos E.U.A. ligou para tel. 210.|A Profa. Ana leu a pág. 12.",
        ),
        ("pt", "A Av. da Liberdade fica perto da Sra. Rita."),
        (
            "de",
            "Er traf in der 89. Minute.|Im 19. Jahrhundert nicht.|Montag, den 5. August, kam der 2. Sieger.",
        ),
        ("de", "Das Treffen ist am 5.|Der Rat tagt.|Es kamen 12.|Trainer Müller ging."),
        ("it", "La regola è a pag. 5 del libro.|La Dra. Bianchi lo sa."),
        ("nl", "Mevr. Smit betaalde 5 mln. euro."),
        ("pl", "Spotkanie było 5. maja w Warszawie."),
        ("es", "Llegó a las 5 p. m. a la ciudad."),
        ("en", "The release moves to 19 May. |Action: Ben fixes it.|We take plan B.|Then we leave."),
        ("en", "She said O. K. to that.|It was fine."),
    ],
)
def test_a_sentence_ends_where_it_ends_in_other_languages_too(language, text):
    parts = [part.strip() for part in text.split("|")]
    assert [p.text for p in passages(document(" ".join(parts), language=language))] == parts
    assert sentences(" ".join(parts), language) == parts


def test_chinese_text_has_sentences_and_words():
    found = passages(document("今天天气很好。我们去公园玩吧！你说呢？", language="zh"))
    assert len(found) == 3
    assert found[0].words == 6


def test_every_sign_of_a_text_without_full_stops_is_in_some_passage():
    text = " ".join(f"word{i}" for i in range(1000))
    found = passages(document(text))
    assert " ".join(p.text for p in found) == text
    assert max(p.words for p in found) <= LONGEST


def test_a_passage_knows_where_it_stands_so_that_it_can_be_marked():
    made = document("# Costs\nFirst point here.  Second point, with détails and 数字.")
    for passage in passages(made):
        raw = made.blocks[passage.block].text[passage.start : passage.end]
        assert " ".join(raw.split()) == passage.text


def test_a_transcript_keeps_who_said_it_and_loses_only_noises():
    lines = [
        "Ann: {vocalsound} Um, we start .",
        "Bob: I will call them .",
        "Ann: Good .",
        "Bob: Yes , tomorrow .",
    ]
    found = passages(document("\n".join(lines)))
    assert [(p.speaker, p.text) for p in found][:2] == [("Ann", "We start."), ("Bob", "I will call them.")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Er sagt, er kommt um 9 Uhr, um zu prüfen."),
        ("pt", "Falta um engenheiro e um plano de 5 mm."),
        ("en", "The ER was full after 5 mm of rain."),
    ],
)
def test_words_that_sound_like_a_noise_stay_in_a_transcript(language, said):
    lines = [f"Ann: {said}", "Bob: Hm, ja.", "Ann: Ja.", "Bob: Ja."]
    found = passages(document("\n".join(lines), language=language))
    assert [p.text for p in found][:2] == [said, "Ja."]


def test_what_stands_before_a_colon_is_no_speaker_in_subtitles():
    text = "One thing is clear: we must act now.\nRivers carry the soil away.\nNobody knows where it goes."
    found = passages(replace(document(text), format="srt"))
    assert [(p.speaker, p.text) for p in found] == [("", line) for line in text.splitlines()]


def test_minutes_below_a_transcript_are_said_by_nobody():
    lines = [
        "Ann: We start.",
        "Bob: Yes.",
        *["Ann: It opens.", "Bob: Good."] * 2,
        "Cleo Diaz: I write it down.",
        "As ever.",
    ]
    minutes = ["# Decisions", "The new library opens in June.", "Decision: we buy it."]
    found = passages(document("\n".join([*lines, *minutes])))
    assert [p.speaker for p in found] == [*["Ann", "Bob"] * 3, "Cleo Diaz", "", "", "", ""]


def test_a_line_of_a_transcript_that_ends_with_a_time_is_not_lost():
    lines = ["Ann: Good morning.", "Bob: Yes.", "Ann: When is it?", "Bob: Soon.", "see you at 10:00"]
    assert "See you at 10:00" in [p.text for p in passages(document("\n".join(lines)))]


def test_prose_that_is_set_as_code_is_quoted_by_its_sentences():
    text = "The harbour was quiet that morning and nobody had\nseen the boat leave.  The mayor asked twice about it."
    made = Document("letter.html", "html", (Block("code", text),), language="en", words=count_words(text))
    assert [(p.kind, p.text[-8:]) for p in passages(made)] == [
        ("paragraph", "t leave."),
        ("paragraph", "bout it."),
    ]
    code = "for (i = 0; i < n; i++) {\n  total += rows[i].price * rows[i].count;\n}"
    assert {p.kind for p in passages(replace(made, blocks=(Block("code", code),)))} == {"code"}


def test_words_are_counted_alike_for_length_and_coverage():
    made = Document("x", "text", (Block("paragraph", "今天天气很好。 Well-known facts"),))
    assert sum(p.words for p in passages(made)) == count_words(made.blocks[0].text)


def test_a_short_transcript_of_many_speakers_is_one_and_a_list_of_labels_is_none():
    said = ["Chair: We begin.", "Ms. Lopes: I close the bridge.", "Mr. Brandt: I disagree.", "Guest: Nobody asked.",
            "Ms. Lopes: Then we wait.", "Chair: It is settled."]  # fmt: skip
    found = passages(document("\n\n".join(said)))
    assert [p.speaker for p in found] == ["Chair", "Ms. Lopes", "Mr. Brandt", "", "Ms. Lopes", "Chair"]
    labels = [
        "Title: The bridge.",
        "Author: Ms. Lopes.",
        "Place: Harrow.",
        "Date: 5 May.",
        "Note: It is long.",
    ]
    assert not any(p.speaker for p in passages(document("\n\n".join(labels))))


def test_turns_without_empty_lines_between_them_keep_their_speakers():
    """One of each role was joined to the turn before it, and so given to another person."""
    text = """Weekly meeting
Dr. Maria de la Cruz (Chair): Good morning. We decided to move the launch to 24 June.
Tom Brandt, MD: I did not agree: the tests are not done yet.
Anna (Design): We did that once, in 2022. The stand costs 4,800 euros.
Dr. Maria de la Cruz (Chair): Tom will check the tests until Friday."""
    said = [(p.speaker, p.text) for p in passages(read_document(text.encode(), "meeting.txt"))]
    maria = "Dr. Maria de la Cruz"
    assert [speaker for speaker, _ in said] == ["", maria, maria, "Tom Brandt", "Anna", "Anna", maria]
    assert said[4][1] == "We did that once, in 2022."


def test_words_of_a_transcript_are_counted_as_in_its_file():
    text = "\n\n".join(["Ann: Um, we start now. All are here.", "Bob: Yes [laughter], we do."] * 2)
    made = document(text)
    assert sum(p.words - p.named for p in passages(made)) == made.words


def test_time_to_cut_a_text_without_spaces_grows_with_its_length_and_not_with_its_square():
    def steps(times: int) -> int:
        whole = document("港口委员会开会讨论新渡轮" * times, language="zh")
        return steps_of(lambda: passages(whole))

    steps(100)  # what is made at the first use
    assert len(passages(document("港口委员会开会讨论新渡轮" * 4_000, language="zh"))) > 100
    assert steps(2_000) < 4 * steps(500) * 2


HEARING = """
The Chair: Good morning, everybody. We are here to talk about the bridge.
Hon. Maria Lopes (Minister of Transport): I have decided to close it on 5 May.
The Chair: Thank you. Mr. Brandt has the floor.
Mr. Karl Brandt (Member for Oxford, Labour): I do not agree.
Dr. Anna-Maria van der Berg, MD, PhD: One thing is clear: it is not safe.
Audience member: How long will it last?
It took two years the last time.
The Chair: We do not know.
Hon. Maria Lopes: Let me add this: we will wait until October.
The Chair: Then it is settled.
Mr. Karl Brandt: Thank you for that.
The Chair: We meet again next week.
"""


def test_roles_titles_degrees_and_long_names_are_who_speaks():
    said = [(passage.speaker, passage.text) for passage in passages(document(HEARING))]
    assert ("Hon. Maria Lopes", "I have decided to close it on 5 May.") in said
    assert ("Mr. Karl Brandt", "I do not agree.") in said
    assert ("Dr. Anna-Maria van der Berg", "One thing is clear: it is not safe.") in said
    assert ("Hon. Maria Lopes", "Let me add this: we will wait until October.") in said


def test_a_turn_of_an_unknown_speaker_ends_the_one_before():
    said = {passage.text: passage.speaker for passage in passages(document(HEARING))}
    assert said["Audience member: How long will it last?"] == ""
    assert said["It took two years the last time."] == ""
    assert said["We do not know."] == "The Chair"


@pytest.mark.parametrize(
    ("line", "speaker", "text"),
    [
        ("Speaker 1: Hello there.", "Speaker 1", "Hello there."),
        ("[00:12] Ursula von der Leyen: Yes.", "Ursula von der Leyen", "Yes."),
        ("SENATOR SMITH (D-NY): Yes.", "SENATOR SMITH", "Yes."),
        ("Sir John Paul George Smith (00:12:30): Yes.", "Sir John Paul George Smith", "Yes."),
        ("Anna Silva, Minister of Transport: Yes.", "Anna Silva", "Yes."),
    ],
)
def test_the_ways_in_which_transcripts_name_who_speaks(line: str, speaker: str, text: str):
    others = "\n".join(f"{name}: That is so." for name in ["Ann", "Bob", "Ann", "Bob"])
    found = passages(document(f"{others}\n{line}\n{line}"))
    assert (found[-1].speaker, found[-1].text) == (speaker, text)


HEARING_WITH_STOPS = """Mr. SMITH. Thank you, Madam Chair. The bridge is closed.

Senator Lopes. It is not closed.

Mr. SMITH. Then I was wrong.

The CHAIRWOMAN. The time is over.

Senator Lopes. I ask for one more minute.

Mr. SMITH. New York. That is where we meet.
"""
CALL = """John Smith -- Chief Executive Officer

Revenue grew by 5 percent.

Mary Jones -- Goldman Sachs -- Analyst

What about margins?

John Smith -- Chief Executive Officer

Margins fell.

Mary Jones -- Goldman Sachs -- Analyst

Thank you.
"""
BRACKETS = "[Anna Berg] 10:02:11\nWe open.\n\n[Tom Lee] 10:02:30\nToo dear.\n\n" * 2
WRAPPED = """    Mrs. O'NEILL-REYES. The subcommittee will come to order, and each of the
two witnesses has five minutes. How many are open?
    Mr. van der BERG. Thank you, Madam Chair. My agency inspected 212 locks
last year, and 37 of them were in poor condition.
    Mrs. O'NEILL-REYES. How many of those that were closed are open again?
    Mr. van der BERG. None. The repair of the first one will be over in the
autumn of next year.
    The CLERK. The time is over.
    Ms. LEE of Oregon. I ask for one more minute. Barges carried less grain
through Portland than in the year before.
"""
DASHES = """Host – Welcome to all of you.
Dr. Chidi Okoye – We tried it. It helped.
Karin Holm, nurses' union – It did not.
Host – Who paid?
Karin Holm, nurses' union – The union did.
Dr. Chidi Okoye – True, I forgot.
"""
CHAT = """[14.03.26, 18:02:11] Ann: Who has the key?
[14.03.26, 18:02:40] Marco 🎸: I have the key.
[14.03.26, 18:03:00] Ann added Bob
[14.03.26, 18:03:12] +49 151 2345678: Good.
[14.03.26, 18:04:00] Ann: Thank you.
"""
HALL = "Chair: We begin.\nTom: Yes.\nA man at the back of the hall: Shame!\nNobody laughed.\nChair: We go on.\nTom: Yes.\n"
CHINESE = (
    "主持人：我们开始吧。\n李明（财务总监）：费用太高了。\n主持人：谢谢。\n"
    "王芳：我不同意。\n李明（财务总监）：那就等到六月。\n观众：为什么？\n"
)


TEAMS = """Budget call

Ann Berg   0:03
We open. The travel budget is cut.

Lars Erik Nygård (Finance)   0:21
Half of it comes from hotels.

MD Sofia Reyes   0:48
I do not agree.

Ann Berg   1:10
Then we wait.
"""
SHORT_HEARING = """ON WATER

Tuesday, 4 June 2024

The CHAIR. We come to the dam.

Dr. LEE-OKAFOR. It leaks.

Mr. VAN DER LINDE (Member for North Kell). Who knew?

Dr. LEE-OKAFOR. The office.

The CHAIR. Thank you.
"""
PROGRAMME = "Opening Ceremony 9:00\n\nThe mayor speaks.\n\nCoffee Break 10:30\n\nTea is served.\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (TEAMS, {"The travel budget is cut.": "Ann Berg", "I do not agree.": "MD Sofia Reyes"}),
        (TEAMS, {"Half of it comes from hotels.": "Lars Erik Nygård", "Ann Berg 1:10": None}),
        (SHORT_HEARING, {"It leaks.": "Dr. LEE-OKAFOR", "Who knew?": "Mr. VAN DER LINDE"}),
        (PROGRAMME, {"The mayor speaks.": "", "Tea is served.": ""}),
        (
            HEARING_WITH_STOPS
            + "\nMr. VAN DER LINDE (Member for North Kell). Who knew?\n\nMr. SMITH. I did.\n",
            {"Who knew?": "Mr. VAN DER LINDE", "I did.": "Mr. SMITH"},
        ),
        (HEARING_WITH_STOPS, {"The bridge is closed.": "Mr. SMITH", "It is not closed.": "Senator Lopes"}),
        (HEARING_WITH_STOPS, {"The time is over.": "The CHAIRWOMAN"}),
        (CALL, {"What about margins?": "Mary Jones", "Margins fell.": "John Smith"}),
        (BRACKETS, {"We open.": "Anna Berg", "Too dear.": "Tom Lee"}),
        (CHINESE, {"费用太高了。": "李明", "王芳：我不同意。": "", "观众：为什么？": ""}),
        (WRAPPED, {"Thank you, Madam Chair.": "Mr. van der BERG", "None.": "Mr. van der BERG"}),
        (WRAPPED, {"The time is over.": "The CLERK", "I ask for one more minute.": "Ms. LEE of Oregon"}),
        (DASHES, {"It helped.": "Dr. Chidi Okoye", "It did not.": "Karin Holm", "Who paid?": "Host"}),
        (CHAT, {"I have the key.": "Marco 🎸", "Good.": "+49 151 2345678", "Ann added Bob": ""}),
        (HALL, {"A man at the back of the hall: Shame!": "", "Nobody laughed.": "", "We go on.": "Chair"}),
    ],
)
def test_turns_of_hearings_calls_and_chinese_talks_have_their_speakers(text: str, wanted: dict[str, str]):
    found = {p.text: p.speaker for p in passages(read_document(text.encode(), "a.txt"))}
    assert {said: found.get(said) for said in wanted} == wanted
