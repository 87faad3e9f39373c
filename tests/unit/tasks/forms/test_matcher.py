"""What documents have for the fields of a form: each value at its place, and nothing where there is none."""

import json

import numpy as np
import pytest

from components.documents import Document
from components.documents.document import Block
from components.documents.limits import Limits
from components.documents.readers import open_document
from components.errors import BadInput
from components.tasks.forms import by_model
from components.tasks.forms.candidates import candidates
from components.tasks.forms.fields import Cell, Field, check
from components.tasks.forms.matcher import alike, fill, looked_up
from tests.unit.tasks.forms.invoices import all_three
from tests.unit.tasks.tables.fakes import Model

FIELDS = [
    Field("Invoice number"),
    Field("Invoice date", "date", "date, date of issue"),
    Field("Due date", "date", "due by, payable until, payment due"),
    Field("Customer", "text", "bill to, client"),
    Field("Total", "number", "total due, amount due"),
]
WANTED = {
    "one.txt": ["INV-2026-0017", "2026-05-31", "2026-06-14", "Green Garden Centre", 96.0],
    "two.docx": ["B-4471", "2026-06-05", "2026-06-19", "Miller & Sons", 1234.5],
    "three.html": ["90210", None, "2026-05-03", None, 1050.0],
}


@pytest.fixture(scope="module")
def invoices() -> dict[str, Document]:
    return {name: open_document(data, name, None, Limits()) for name, data in all_three().items()}


def said(document: Document, cell: Cell) -> str:
    return document.blocks[cell.block].text[cell.start : cell.end] if cell.found else ""


def text(*lines: str) -> Document:
    return Document("a.txt", "text", tuple(Block("paragraph", line) for line in lines), language="en")


def sheet(name: str, rows: tuple[tuple[str, ...], ...], headed: bool = False) -> Document:
    lines = "\n".join("\t".join(row).rstrip("\t") for row in rows)
    return Document(
        name, name.split(".")[-1], (Block("table", lines, rows=rows, headed=headed),), language="en"
    )


def values(document: Document, *fields: Field) -> list[object]:
    return [cell.value for cell in fill(document, fields, None)]


@pytest.mark.parametrize("name", list(WANTED))
def test_labels_tables_and_sentences_fill_the_form(invoices: dict[str, Document], name: str):
    made = fill(invoices[name], FIELDS, None)
    assert [cell.value for cell in made] == WANTED[name]
    assert all(cell.found == (value is not None) for cell, value in zip(made, WANTED[name], strict=True))


def test_every_value_is_at_its_place(invoices: dict[str, Document]):
    for name, document in invoices.items():
        for field, cell in zip(FIELDS, fill(document, FIELDS, None), strict=True):
            if cell.found and field.kind == "text":
                assert said(document, cell) == cell.value
            elif cell.found:
                assert any(sign.isdigit() for sign in said(document, cell)), name
    assert said(invoices["two.docx"], fill(invoices["two.docx"], FIELDS, None)[4]) == "1,234.50"


def test_a_share_or_a_count_is_no_sum():
    total, vat, rate = Field("Total", "number"), Field("VAT", "number"), Field("VAT rate", "number")
    document = text("Total: 3 items, $96.00", "VAT (20%): 16.00", "VAT rate: 20%")
    assert values(document, total, vat, rate) == [96.0, 16.0, 20.0]


def test_another_name_is_not_the_fields():
    document = text(
        "Subtotal: 80", "Order number: 7", "Invoice", "We thank you for your order of May 3, 2026."
    )
    assert values(document, Field("Total", "number"), Field("Invoice number"), Field("Name")) == [None] * 3


def test_a_day_that_could_be_a_month_says_so_unless_another_date_tells():
    field = Field("Date", "date")
    [doubtful] = fill(text("Date: 05/06/2026"), [field], None)
    assert (doubtful.value, bool(doubtful.note)) == ("2026-06-05", True)
    [told] = fill(text("Date: 05/06/2026", "Due: 06/19/2026"), [field], None)
    assert (told.value, bool(told.note)) == ("2026-05-06", False)


def test_a_label_that_means_the_same_is_found_by_meaning():
    def embed(texts):
        near = {"Purchaser": [1.0, 0.0], "Customer": [0.9, 0.1], "Street": [0.0, 1.0]}
        return np.array([near[one] for one in texts], np.float32)

    document = text("Purchaser: Miller", "Street: High Street")
    assert fill(document, [Field("Customer")], embed)[0].value == "Miller"
    assert fill(document, [Field("Customer")], None)[0].value is None


def test_a_line_of_a_name_and_a_code_alone_is_as_firm_as_one_with_a_colon():
    def embed(texts):
        near = {"Rechnung Nr": [1.0, 0.0], "Invoice number": [0.9, 0.1]}
        return np.array([near.get(one, [0.0, 1.0]) for one in texts], np.float32)

    field = Field("Invoice number")
    assert fill(text("Rechnung Nr. RE-88121", "Rasen 3 Std."), [field], embed)[0].value == "RE-88121"
    assert fill(text("Es gibt zu Rechnung Nr. RE-88121 noch etwas."), [field], embed)[0].value is None


def test_names_are_alike_by_their_words():
    assert alike("Invoice No.", "invoice number") == alike("Invoice #", "Invoice number") == 1.0
    assert alike("please note the invoice date", "Invoice date") > 0.8
    assert alike("Order number", "Invoice number") < 0.6
    assert alike("", "x") == 0.0


def test_cells_of_a_table_are_under_both_of_their_titles():
    rows = (("City", "Population", "Area"), ("Leeds", "800,000", "552"))
    document = sheet("t.docx", rows, headed=True)
    found = {(one.label, one.aside): one.text for one in candidates(document)}
    assert found["Population", "Leeds"] == "800,000"
    assert values(document, Field("Population", "number"), Field("Area Leeds", "number")) == [
        800_000.0,
        552.0,
    ]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        (Field("a", "number"), 1234.5, "1,234.50"),
        (Field("a", "date"), "2026-05-03", "3 May 2026"),
        (Field("a"), "miller and sons", ""),
        (Field("a"), "Miller  &  Sons", "Miller & Sons"),
        (Field("a", "number"), 99, ""),
    ],
)
def test_a_models_value_counts_only_where_the_document_has_it(field: Field, value: object, place: str):
    document = text("On 3 May 2026 Miller & Sons paid $1,234.50.")
    cell = looked_up(document, field, value)
    assert (said(document, cell) if cell else "") == place


def test_a_minus_belongs_to_the_sum():
    fields = [Field(name, "number") for name in ("Balance", "Credit", "Fee", "Range")]
    document = text("Balance: -45.00 EUR", "Credit: - €12.50", "Fee: 3", "Range: 5-6")
    assert values(document, *fields) == [-45.0, -12.5, 3.0, 5.0]


def test_an_empty_line_of_a_form_takes_no_other_lines_value():
    fields = [Field("Customer"), Field("Date", "date"), Field("Due date", "date"), Field("Order number")]
    document = text(
        "Customer:", "Date: 3 March 2026", "Due date: -", "Contact: ____", "by order no. 44, thank you"
    )
    assert values(document, *fields, Field("Contact")) == [None, "2026-03-03", None, "44", None]
    document = text("Date: 3 March 2026")
    assert values(document, Field("Date", "date"), Field("Due date", "date")) == ["2026-03-03", None]


def test_there_is_no_30_february():
    assert values(
        text("Date: 2026-02-30", "Paid: 30.02.2026"), Field("Date", "date"), Field("Paid", "date")
    ) == [
        None,
        None,
    ]


def test_another_value_of_the_same_name_and_another_name_are_said():
    [number, date] = fill(
        text("Invoice number: 17", "Invoice number: 18", "Date: 3 March 2026"),
        [Field("Invoice number"), Field("Due date", "date")],
        None,
    )
    assert (number.value, str(number.note)) == ("17", "The document also says 18.")
    assert (date.value, str(date.note)) == ("2026-03-03", "It is called “Date” there.")


def test_the_titles_of_a_list_are_no_values():
    rows = (("Name", "Date", "Total"), ("Ann", "2026-01-02", "5"), ("Bob", "2026-01-03", "6"))
    document = sheet("t.csv", rows)
    assert values(document, Field("Name")) == [None]
    [total] = fill(document, [Field("Total", "number")], None)
    assert (total.value, str(total.note)) == (5.0, "The document also says 6.")


def test_a_larger_model_fills_by_schema_and_what_it_makes_up_is_left_out():
    model = Model(json.dumps({"Customer": "Miller", "Total": 99, "Place": None}))
    fields = [Field("Customer"), Field("Total", "number"), Field("Place")]
    cells, read, written = by_model.fill(text("Miller paid $96."), fields, model, lambda: False)  # type: ignore[arg-type]
    assert [cell.value for cell in cells] == ["Miller", None, None]
    assert "isn't in the document" in str(cells[1].note)
    assert (read, written) == (10, 3)
    assert json.loads(model.schemas[0])["properties"]["Total"] == {"type": ["number", "null"]}


def test_a_form_that_cant_be_filled_is_refused():
    for fields in ([], [Field(" ")], [Field("A"), Field("a")], [Field("a", "text", "x" * 400)]):
        with pytest.raises(BadInput):
            check(fields)


def test_names_and_values_beside_each_other_in_a_sheet_and_a_row_that_begins_with_nothing():
    rows = (
        ("Pelagic Diving Ltd", "", "", "", ""),
        ("Invoice number", "PD-0093", "", "Date", "2026-03-30"),
        ("Item", "Qty", "Price", "", ""),
        ("Regulator", "2", "310.5", "", ""),
        ("", "Total due", "669", "", ""),
    )
    invoice = sheet("a.xlsx", rows)
    fields = [Field("Invoice number"), Field("Date", "date"), Field("Total", "number", "total due")]
    made = fill(invoice, fields, None)
    assert [(cell.value, said(invoice, cell), cell.note) for cell in made] == [
        ("PD-0093", "PD-0093", ""),
        ("2026-03-30", "2026-03-30", ""),
        (669.0, "669", ""),
    ]
    headed = (("Article", "Price", "Sum"), rows[3][:3], ("", "Total due", "669"))
    assert values(sheet("b.xlsx", headed), fields[2]) == [669.0]


def test_a_code_behind_the_name_alone_is_its_number_but_no_count():
    letter = text("Hi, this is invoice AR/77-19 of April 7, 2026.", "There are 3 pages, invoice 2 of 3.")
    (cell,) = fill(letter, [Field("Invoice number")], None)
    assert cell.value == "AR/77-19"
    assert cell.note
    assert values(text("This is invoice 2 of 3."), Field("Invoice number")) == [None]
