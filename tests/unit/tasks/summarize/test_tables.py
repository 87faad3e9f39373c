"""Tables are quoted row by row, each row with its headers and its number."""

import pytest

from components.documents import Document, read_document
from components.tasks.summarize import document_parts, refusals
from components.tasks.summarize.passages import Passage, passages
from components.tasks.summarize.selection import select, weigh
from components.tasks.summarize.table_rows import header_of
from tests.unit.documents.making import xlsx
from tests.unit.tasks.summarize.fakes import english

HARBOUR = """Ship,Port,Tonnes
Aurora,Bergen,1200
Boreas,Oslo,900

Corvus,Bergen,"1,500"
"""


def csv(text: str) -> Document:
    return read_document(text.encode(), "harbour.csv")


def rows_of(document: Document) -> list[Passage]:
    return [passage for passage in passages(document) if passage.kind == "table"]


def test_a_quoted_row_says_what_its_cells_mean_and_where_it_stands():
    found = rows_of(csv(HARBOUR))
    assert [(passage.text, str(passage.place)) for passage in found] == [
        ("Ship: Aurora; Port: Bergen; Tonnes: 1200.", "row 2"),
        ("Ship: Boreas; Port: Oslo; Tonnes: 900.", "row 3"),
        ("Ship: Corvus; Port: Bergen; Tonnes: 1,500.", "row 5"),
    ]


def test_a_row_is_found_again_in_the_shown_document():
    document = csv(HARBOUR)
    marked = [document.blocks[p.block].text[p.start : p.end] for p in rows_of(document)]
    assert marked == ["Aurora\tBergen\t1200", "Boreas\tOslo\t900", "Corvus\tBergen\t1,500"]


def test_the_names_of_the_columns_are_never_quoted_but_read():
    document = csv(
        "Ship,Home port,Last inspection,Remarks of the crew\n" + "Aurora,Bergen,2024,all well\n" * 3
    )
    found = passages(document)
    assert found[0].kind == "header"
    assert 0 not in [quote.index for quote in select(weigh(found, None, "en"), 100)]


def test_a_row_that_is_there_twice_is_quoted_once():
    found = passages(
        csv("Ship,Remark\nAurora,The crew is well\nAurora,The crew is well\nBoreas,Late again\n")
    )
    texts = [quote.text for quote in select(weigh(found, None, "en"), 100)]
    assert len(texts) == len(set(texts)) == 2


def test_the_sentences_of_a_long_cell_are_quoted_one_by_one_under_the_number_of_their_row():
    remark = "The crew is well and hopes to be home soon. " * 3 + "Nobody has seen a whale. "
    found = passages(csv(f'Ship,Remark\nAurora,"{remark}"\nBoreas,none\n'))
    assert [passage.text for passage in found if str(passage.place) == "row 2"] == [
        "Ship: Aurora.",
        *["The crew is well and hopes to be home soon."] * 3,
        "Nobody has seen a whale.",
    ]


def test_no_cell_is_left_out():
    document = csv(HARBOUR)
    words = " ".join(passage.text for passage in passages(document))
    assert all(cell in words for row in document.blocks[0].rows for cell in row)


def test_the_ledger_counts_the_words_of_the_document_not_the_headers_again():
    document = csv(HARBOUR)
    parts = document_parts.plan(passages(document), lambda texts: [len(text.split()) for text in texts], 100)
    assert sum(part.words for part in parts) == document.words == 12


def test_a_sheet_names_its_rows_as_excel_does_also_below_an_empty_one():
    data = xlsx({"Costs": [["Ship", "Tonnes"], ["Aurora", 3], [None, None], ["Port", "Fee"], ["Bergen", 7]]})
    found = rows_of(read_document(data, "costs.xlsx"))
    assert [(passage.text, str(passage.place)) for passage in found] == [
        ("Ship: Aurora; Tonnes: 3.", "Costs, sheet Costs, row 2"),
        ("Port: Bergen; Fee: 7.", "Costs, sheet Costs, row 5"),
    ]


def test_a_row_of_a_text_names_its_table_where_there_are_several():
    table = "| Ship | Port |\n|---|---|\n| Aurora | Bergen |\n"
    found = rows_of(read_document(f"Before.\n\n{table}\nBetween.\n\n{table}".encode(), "log.md"))
    assert english(passage.place for passage in found) == ["table 1, row 2", "table 2, row 2"]


def test_a_cell_that_names_the_next_one_stands_before_it():
    found = rows_of(csv("Kingdom:,Animalia\nPhylum:,Chordata\n"))
    assert [passage.text for passage in found] == ["Kingdom: Animalia.", "Phylum: Chordata."]


def test_names_that_the_format_marks_are_believed():
    page = "<table><tr><th>Ship<th>Port</tr><tr><td>Aurora<td>Bergen</tr></table>"
    assert rows_of(read_document(page.encode(), "a.html"))[0].text == "Ship: Aurora; Port: Bergen."


def test_chinese_rows_have_chinese_signs():
    found = rows_of(csv("名前,年齢,住所\n佐藤太郎,30,東京都千代田区\n三木英子,25,大阪府大阪市\n"))
    assert found[0].text == "名前：佐藤太郎；年齢：30；住所：東京都千代田区。"


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([("Year", "Total"), ("2021", "5"), ("2022", "6")], True),
        ([("Country", "2021", "2022"), ("Chile", "5", "6")], True),
        ([("1", "2"), ("3", "4")], False),
        ([("Anna", "Berlin"), ("Ben", "Hamburg"), ("Cleo", "Berlin")], False),
        ([("The first remark was long.", "x"), ("The second, too.", "y")], False),
        ([("comment",), ("The app is fast",), ("It was slow at first",)], True),
        ([("Size", "3.94 MB"), ("Type", "PDF viewer")], False),
        ([("Author", "Anna Silva"), ("Place", "Lisbon"), ("Publisher", "Mar")], False),
        ([("Ship", "Remark"), ("Aurora", "The crew is well"), ("Boreas", "Late again")], True),
        ([("Only one row", "here")], False),
    ],
)
def test_the_first_row_is_a_header_only_where_it_names_columns(rows, header):
    assert (header_of(rows) == 0) == header


def test_columns_have_their_names_also_below_a_title():
    report = {"Costs": [["Costs of the harbour", None, None], ["Ship", "Port", "Fee"], ["Aurora", "Oslo", 7]]}
    found = passages(read_document(xlsx(report), "costs.xlsx"))
    assert [(passage.kind, passage.text) for passage in found if passage.kind != "heading"] == [
        ("header", "Costs of the harbour"),
        ("header", "Ship Port Fee"),
        ("table", "Ship: Aurora; Port: Oslo; Fee: 7."),
    ]


def test_the_lines_above_a_table_have_the_numbers_of_their_rows():
    export = "Account,12345\nOwner,Anna\n\nDate,Text,Sum\n" + "2024-01-02,Bread,5\n" * 4
    found = passages(csv(export))
    assert english(passage.place for passage in found)[:4] == ["row 1", "row 2", "row 4", "row 5"]


def test_remarks_about_a_page_are_no_boilerplate():
    remarks = [
        "I could not log in",
        "Your newsletter is nice",
        "Sign in took long",
        "Contact us was not there",
    ]
    document = csv("comment\n" + "\n".join(f"{remark} on day {i}" for i, remark in enumerate(remarks * 10)))
    refusals.check(passages(document), document)


def test_a_column_of_short_remarks_is_not_taken_for_a_menu():
    remarks = ["Works well", "Too slow", "Nice colours", "Lost my login", "Where is help", "Love the search"]
    document = csv("comment\n" + "\n".join(f"{remark} {i}" for i, remark in enumerate(remarks * 5)))
    refusals.check(passages(document), document)
