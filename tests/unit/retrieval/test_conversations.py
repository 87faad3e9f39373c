"""Conversations in both databases: a search finds the same in PostgreSQL, and its index is used."""

import sqlalchemy as sa

from components.store import NewMessage, Store


def test_a_search_in_conversations_finds_the_same_in_either_database(store: Store):
    chat, other = store.create("chat", "Привет, мир", "m"), store.create("chat", "Other", "m")
    message = store.add(chat, NewMessage(None, "user", "ÜBER den Hafen; 今天天气很好"))
    store.add(
        other, NewMessage(None, "user", "", attachments=[{"name": "Menü.txt", "text": "ein Café 100%"}])
    )
    for typed in ("привет", "über", "uber", "天气", "今天天气", "hafen; "):
        assert [h.id for h in store.headings(typed)] == [chat], typed
    for typed in ("menu", "CAFE 100%", "é 1"):
        assert [h.id for h in store.headings(typed)] == [other], typed
    assert store.passage(chat, "UBER").startswith("ÜBER")
    assert store.headings("1%0") == []
    store.update(message, text="nothing")
    assert store.headings("hafen") == []


def test_a_search_in_conversations_asks_the_index_of_the_database(store: Store):
    store.add(store.create("chat", "t", "m"), NewMessage(None, "user", "a harbour"))
    asked: list[tuple[str, object]] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    assert store.number("harbour") == 1
    (statement, values) = asked[-1]
    plan = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    with store.engine.connect() as connection:
        if plan == "EXPLAIN":
            connection.exec_driver_sql("SET enable_seqscan = off")  # a table of one row is read through
        lines = "\n".join(str(row) for row in connection.exec_driver_sql(f"{plan} {statement}", values))
    assert ("message_pieces VIRTUAL TABLE" if plan != "EXPLAIN" else "ix_messages_pieces") in lines
