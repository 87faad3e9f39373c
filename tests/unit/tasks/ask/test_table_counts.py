"""Questions about rows of tables: what is counted and added up, by which conditions."""

import pytest

from components.documents import Block, Document
from components.tasks.ask.kinds import kind_of
from components.tasks.ask.table_counts import count

Rows = tuple[tuple[str, ...], ...]
ORDERS = (("Order", "Total"), ("A1", "980.00"), ("A2", "1450.00"), ("A3", "2,310.40"))
INVOICES = (
    ("Invoice", "Date", "Customer", "Amount", "Status"),
    ("2031", "2027-01-08", "Berg Bakery", "840.00", "paid"),
    ("2032", "2027-01-15", "Olsen Boats", "1,260.50", "open"),
    ("2033", "2027-02-22", "De Vries", "3,410.00", "paid"),
    ("2034", "2027-02-24", "Smit Print", "995.90", "not yet due"),
    ("2035", "2027-03-09", "Berg Bakery", "1,000.00", "open"),
    ("2041", "2028-02-20", "Olsen Boats", "2,150.75", "paid"),
    ("Total", "", "", "9,657.15", ""),
)
SUPPLIERS = (("Supplier", "Price"), ("North", "5,000.00"), ("South", "7,000.00"))
TRIPS = (
    ("Season", "Town", "Trips"),
    ("spring", "Aal", "120"),
    ("spring", "Bee", "90"),
    ("autumn", "Aal", "80"),
)
RECHNUNGEN = (
    ("Rechnung", "Kunde", "Betrag", "Stand"),
    ("R1", "Weber", "1.200,00", "bezahlt"),
    ("R2", "Kunze", "300,00", "offen"),
    ("R3", "Weber", "450,00", "offen"),
)
SENT = (
    ("Invoice", "Client", "Net", "VAT", "Paid"),
    ("R-1", "Hart", "420.00", "84.00", "yes"),
    ("R-2", "Otter", "1,150.00", "230.00", "no"),
    ("R-3", "Otter", "640.00", "128.00", "yes"),
    ("R-4", "Hart", "1,880.50", "376.10", ""),
)
FAPIAO = (
    ("发票号", "客户", "金额", "状态"),
    ("一", "北方", "900", "已付"),
    ("二", "南方", "1500", "未付"),
    ("三", "北方", "700", "未付"),
)


def table(name: str, rows: Rows) -> Document:
    text = "\n".join("\t".join(row) for row in rows)
    return Document(name, "csv", (Block("table", text, rows=rows, headed=True),))


def told(question: str, language: str, *documents: Document) -> str | None:
    made = count(question, language, documents, kind_of(question, language) == "count")
    return str(made.message) if made else None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many orders are over 1,000?", "2 of 3 rows, by the column Total"),
        ("How many orders are over one thousand?", "2 of 3 rows, by the column Total"),
        ("How many orders are there in total?", "3 rows"),
        ("What is the total of all orders?", "Total: 4,740.40 in all, over 3 rows"),
    ],
)
def test_rows_are_counted_or_added_up_as_the_question_says(question: str, said: str) -> None:
    assert kind_of(question, "en") == "count"
    assert told(question, "en", table("a.csv", ORDERS)) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many invoices are paid?", "3 of 6 rows (Status: paid)"),
        ("How many invoices are not paid?", "3 of 6 rows (Status: not paid)"),
        ("How many invoices aren't paid yet?", "3 of 6 rows (Status: not paid)"),
        ("How many invoices does Berg Bakery have?", "2 of 6 rows (Customer: Berg Bakery)"),
        ("How many Olsen Boats invoices are open?", "1 of 6 rows (Customer: Olsen Boats; Status: open)"),
        (
            "How many invoices of Berg Bakery are over 900?",
            "1 of 6 rows, by the column Amount (Customer: Berg Bakery)",
        ),
        (
            "How many invoices were over 1,000 in February 2027?",
            "1 of 6 rows, by the column Amount (Date: February 2027)",
        ),
        ("How many invoices are over 1,000 and under 2,000?", "1 of 6 rows, by the column Amount"),
        ("How many paid invoices are from 2028?", "1 of 6 rows (Status: paid; Date: 2028)"),
        (
            "What is the total of the Berg Bakery invoices?",
            "Amount: 1,840 in all, over 2 rows (Customer: Berg Bakery)",
        ),
        ("Which invoice is the largest?", "Amount: 3,410 is the highest of 6 rows"),
        (
            "What is the average amount of the paid invoices?",
            "Amount: 2,133.58 on average, of 3 rows (Status: paid)",
        ),
        ("Which invoices are open?", "2 of 6 rows (Status: open)"),
        ("How many customers are there in total?", "4 different in the column Customer, in 6 rows"),
        ("How many people live in Aal?", None),  # no table has people
        ("How many invoices are due before March 2027?", None),  # a border, which isn't compared
        ("How many invoices are over a lot?", None),
    ],
)
def test_what_a_question_says_of_rows_is_a_condition_or_nothing_is_counted(
    question: str, said: str | None
) -> None:
    assert told(question, "en", table("list.csv", INVOICES)) == said


@pytest.mark.parametrize(
    ("question", "rows", "said"),
    [
        ("How many invoices are paid?", SENT[:4], "2 of 3 rows (Paid: yes)"),
        ("How many invoices are not paid?", SENT[:4], "1 of 3 rows (Paid: not yes)"),
        ("How many invoices are unpaid?", SENT[:4], "1 of 3 rows (Paid: not yes)"),
        (
            "Which invoices of Otter are unpaid?",
            SENT[:4],
            "1 of 3 rows (Client: Otter; Paid: not yes)",
        ),
        ("How many invoices are paid?", SENT, None),  # what an empty cell means beside "no" isn't said
        ("How many invoices are over 1,000?", SENT, "2 of 4 rows, by the column Net"),  # not by the tax
    ],
)
def test_a_column_that_says_yes_or_no_to_its_own_name_is_a_condition(
    question: str, rows: Rows, said: str | None
) -> None:
    assert told(question, "en", table("list.csv", rows)) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many invoices are over 1,000?", "1 of 3 rows, by the column Net"),
        ("What is the total for Paper?", "Net: 1,938.40 in all, over 2 rows (Category: Paper)"),
        ("What is the average net amount?", "Net: 896.13 on average, of 3 rows"),
        ("What is the highest VAT rate?", "VAT rate: 20 is the highest of 3 rows"),
        ("Which invoice is the highest?", "Net: 1,840 is the highest of 3 rows"),
    ],
)
def test_percentages_are_not_what_is_counted_or_added_up_without_their_name(question: str, said: str) -> None:
    rows = (
        ("No", "Category", "Net", "VAT rate"),
        ("1021", "Paper", "98.4", "20%"),
        ("1022", "Paper", "1840", "5%"),
        ("1023", "Food", "750", "20%"),
    )
    made = count(
        question, "en", [table("list.xlsx", rows)], kind_of(question, "en") == "count", in_table=True
    )
    assert made is not None
    assert str(made.message) == said


def test_a_limit_is_meant_for_numbers_on_both_sides_of_it() -> None:
    """A sheet keeps 236.00 as 236, so that neither column looks like money."""
    rows = (("No", "Net", "VAT"), ("a", "1180", "236"), ("b", "640", "128"), ("c", "2075", "415"))
    assert (
        told("How many are over 1,000?", "en", table("list.xlsx", rows)) == "2 of 3 rows, by the column Net"
    )
    rows = (("No", "Net", "VAT"), ("a", "1180", "236"), ("b", "640.5", "128.1"))
    total = told("What is the total of all invoices?", "en", table("invoices.xlsx", rows))
    assert total == "Net: 1,820.50 in all, over 2 rows"


def test_a_table_about_something_else_is_not_counted() -> None:
    both = table("list.csv", INVOICES), table("suppliers.csv", SUPPLIERS)
    assert told("How many invoices are over 1,000?", "en", *both) == "3 of 6 rows, by the column Amount"
    assert told("How many suppliers are over 1,000?", "en", *both) == "2 of 2 rows, by the column Price"


def test_numbers_of_things_in_a_column_are_no_rows() -> None:
    assert told("How many trips were made in spring?", "en", table("trips.csv", TRIPS)) is None


def test_what_was_not_used_is_named() -> None:
    made = count("How many invoices were paid late?", "en", [table("list.csv", INVOICES)], False)
    assert made is not None
    assert made.ignored == ("late",)


@pytest.mark.parametrize(
    ("question", "language", "rows", "said"),
    [
        ("Wie viele Rechnungen sind offen?", "de", RECHNUNGEN, "2 of 3 rows (Stand: offen)"),
        (
            "Wie viele offene Rechnungen hat Weber?",
            "de",
            RECHNUNGEN,
            "1 of 3 rows (Kunde: Weber; Stand: offen)",
        ),
        ("Wie hoch ist die Summe aller Rechnungen?", "de", RECHNUNGEN, "Betrag: 1,950 in all, over 3 rows"),
        ("Welche Rechnungen hat Weber?", "de", RECHNUNGEN, "2 of 3 rows (Kunde: Weber)"),
        ("北方有多少种发票？", "zh", FAPIAO, "2 of 3 rows (客户: 北方)"),
        ("有多少张发票未付？", "zh", FAPIAO, "2 of 3 rows (状态: 未付)"),
        ("有多少张发票超过800？", "zh", FAPIAO, "2 of 3 rows, by the column 金额"),
    ],
)
def test_other_languages(question: str, language: str, rows: Rows, said: str) -> None:
    assert told(question, language, table("tabelle.csv", rows)) == said
