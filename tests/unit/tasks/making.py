"""Texts that tests of several tasks read."""

TEXT = """# Opening hours

On Sundays we open from 10 to 16. Ring +49 30 1234 5678 or write to desk@example.org.

## How do I borrow a book?

Show your card at the desk. You may keep it for four weeks.

A reader card is a card with which you may borrow books. It is free for children.

| Room | Seats | Floor |
|---|---|---|
| Reading hall | 120 | 1 |
| Quiet room | 12 | 2 |
"""
