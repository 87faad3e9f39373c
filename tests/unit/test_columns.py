"""Rows of the database as the code holds them: messages stay data, old sentences stay as they are."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from components.columns import MessageText, as_dataclass, columns_of
from components.messages import Language, Message, Said, counted

TABLE = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("note", MessageText))


@dataclass(frozen=True)
class Kept:
    id: int
    note: Message


@pytest.fixture
def connection():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as opened:
        TABLE.create(opened)
        yield opened


@pytest.mark.parametrize(
    "note",
    [
        "",
        "A finished sentence of an old row, with {braces}.",
        Said("The field {name} is missing.", name="Answer"),
        counted("{count} row is empty.", "{count:,} rows are empty.", 1200),
        Said("{why} It is in {language}.", why=Said("No."), language=Language("de", "German")),
    ],
)
def test_a_message_comes_back_from_the_database_as_it_was(connection: sa.Connection, note: Message):
    connection.execute(TABLE.insert().values(id=1, note=note))
    row = connection.execute(sa.select(*columns_of(Kept, TABLE))).one()
    assert as_dataclass(Kept, row) == Kept(1, note)


def test_a_row_of_before_messages_were_data_is_its_sentence(connection: sa.Connection):
    connection.exec_driver_sql("INSERT INTO t VALUES (1, 'The engine stopped.')")
    assert connection.execute(sa.select(TABLE.c.note)).scalar_one() == "The engine stopped."


def test_a_field_can_be_given_in_the_place_of_its_column(connection: sa.Connection):
    connection.execute(TABLE.insert().values(id=1, note="x"))
    row = connection.execute(sa.select(TABLE)).one()
    assert as_dataclass(Kept, row, note="y") == Kept(1, "y")
