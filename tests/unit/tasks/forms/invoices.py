"""Three invoices of different kinds, made here: a letter, a Word file with tables, a page of the web."""

import io

import docx

TEXT = """ACME Tools Ltd
12 High Street, Leeds

Invoice number: INV-2026-0017
Invoice date: 31 May 2026
Payment due by 14 June 2026
Bill to: Green Garden Centre

Item\tQty\tPrice
Spade\t2\t40.00
Subtotal 80.00
VAT (20%) 16.00
Total due: £96.00
Thank you for your business.
""".encode()
HTML = (
    b"<html><body><h1>Invoice</h1><p>We bill you, Jane Ortiz, for order 77-B of 3 April 2026.</p>"
    b"<p><b>Invoice #</b> 90210</p>"
    b"<p>The amount due is EUR 1.050,00 and is payable until 2026-05-03.</p></body></html>"
)


def word() -> bytes:
    made = docx.Document()
    made.add_heading("Invoice", 1)
    facts = [
        ("Invoice No.", "B-4471"),
        ("Date", "05/06/2026"),
        ("Due date", "19/06/2026"),
        ("Customer", "Miller & Sons"),
    ]
    items = [
        ("Description", "Quantity", "Amount"),
        ("Lamp", "3", "$1,200.00"),
        ("Delivery", "1", "$34.50"),
        ("Total", "", "$1,234.50"),
    ]
    for rows in (facts, items):
        table = made.add_table(0, len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def all_three() -> dict[str, bytes]:
    return {"one.txt": TEXT, "two.docx": word(), "three.html": HTML}
