"""Sorts texts under labels, and finds names, dates, amounts and numbers in them.

The way of a text: `labels` reads what a person typed, `examples` a table with texts and labels. `by_name`
needs no examples, `by_example` trains on them; both make a `Classifier` of numbers alone, `encoders` turns
a text into the numbers it works on, and `judging` puts both together. `packing` writes a classifier to a
file and reads it. `running` does it all in a job, for the page and, by `rows`, for a column of a table.
`entities/` knows no labels.
"""
