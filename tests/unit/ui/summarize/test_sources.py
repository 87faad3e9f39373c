"""How the page shows a row of a table, and says where it is."""

import pytest

from components.documents import Block, Place, read_document
from components.documents.place import stretch
from components.tasks.summarize.summary import Citation
from components.ui import language
from components.ui.language import said
from components.ui.summarize.sources import DOUBT, marked, marked_row


def test_a_cited_row_shows_marked_below_the_header_and_between_its_neighbours():
    table = read_document(b"Ship,Port\n" + b"".join(b"S%d,[a|b]\n" % i for i in range(9)), "a.csv").blocks[0]
    start = table.text.index("S4")
    cited = Citation(0, 0, start, start + 4, "a.csv", Place(row=6), "", 1.0)
    assert marked_row(table, cited).splitlines() == [
        "| Ship | Port |",
        "| --- | --- |",
        *(r"| S2 | \[a\|b\] |", r"| S3 | \[a\|b\] |"),
        r"| :orange-background[S4] | :orange-background[\[a\|b\]] |",
        *(r"| S5 | \[a\|b\] |", r"| S6 | \[a\|b\] |"),
    ]


def test_a_word_that_may_be_read_wrong_from_a_picture_has_a_mark():
    text = "It was cold. The pier costs 4,350 euros. It is old."
    at = text.index("4,350")
    block = Block("paragraph", text, unsure=((0, 2), (at, at + 5)))
    cited = Citation(0, 0, text.index("The"), text.index("It is"), "a.pdf", Place(page=1), "", 1.0)
    doubtful, first = f":violet[4,350 {DOUBT}]", f":violet[It {DOUBT}]"
    shown = marked(block, cited)
    assert shown == rf"{first} was cold\. :orange-background[The pier costs {doubtful} euros\.] It is old\."
    table = Block("table", "Up\tDown\n21\t19", rows=(("Up", "Down"), ("21", "19")), unsure=((8, 10),))
    row = Citation(0, 0, 8, 13, "a.pdf", Place(page=1), "", 1.0)
    assert marked_row(table, row).splitlines()[-1] == (
        f"| :orange-background[:violet[21 {DOUBT}]] | :orange-background[19] |"
    )


@pytest.mark.parametrize(
    ("place", "english", "chinese"),
    [
        (Place(row=12).label, "row 12", "第 12 行"),
        (stretch(Place(row=2).label, Place(row=80).label), "row 2 to row 80", "第 2 行 至 第 80 行"),
        (Place(table=2, row=4).label, "table 2, row 4", "表 2，第 4 行"),
        (
            Place(section="Costs", sheet="Costs", row=5).label,
            "Costs, sheet Costs, row 5",
            "Costs，工作表 Costs，第 5 行",
        ),
        (
            Place(section="Results", page=3, row=2).label,
            "Results, page 3, row 2",
            "Results，第 3 页，第 2 行",
        ),
        (Place(section="row 5", paragraph=3).label, "row 5, paragraph 3", "row 5，第 3 段"),
    ],
)
def test_a_place_is_said_in_the_persons_language(place, english, chinese, monkeypatch):
    assert said(place) == english
    monkeypatch.setattr(language, "code", lambda: "zh_CN")
    assert said(place) == chinese
