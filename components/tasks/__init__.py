"""What models are used for: chat, summaries, translations. Logic over a leased engine; no pages, no torch.

A task writes what was asked to the database, starts a job and returns at once. The job leases the model and
keeps what it has as it goes; the page only looks.
"""
