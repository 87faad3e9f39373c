"""Sorts texts under labels, and finds names, dates, amounts and numbers in them.

The way of a text: `labels` reads what a person typed, `examples` a table with texts and labels. `by_name`
needs no examples, `by_example` trains on them; both make a `Classifier` of numbers alone, `encoders` turns
a text into the numbers it works on, and `judge` puts both together. `classifier_file` writes a classifier to
a file and reads it. `classify_jobs` does it all in a job for the page, and for a column of a table.
`entities` knows no labels.
"""
