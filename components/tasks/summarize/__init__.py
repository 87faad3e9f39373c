"""Summaries of documents: read in parts, quoted or written, every sentence with its sources.

The way of a document: `summary_jobs` starts a job, and `summarizer` leads. `passages` cuts the document,
`document_parts` puts passages together so that a part fits a model, `part_reader` embeds part after part
and notes it in the `ledger`. `selection` weighs passages and chooses quotes; `both` has a model rewrite
them, `write` has it write from notes on each part. `grounds` finds the passages behind each sentence,
`maker` checks it by them, `shapes` brings the lines to the length that was asked for. Pure logic over
documents and leased engines but for `summary_jobs`; knows nothing about pages.
"""
