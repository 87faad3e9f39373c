"""A form filled from documents: fields and documents in, a line for each document out, each value with its
place.

`candidates` finds everything in a document that has a name beside it (a label, a table's title, words before
a number); `matcher` chooses for each field by words and meaning; `by_model` asks a larger model and looks
every value up in the text; `form_jobs` is the work over all documents.
"""
