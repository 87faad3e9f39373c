"""Questions over kept documents, answered in the documents' own sentences.

A question's way: `kinds` tells what kind of answer it wants, `finder` asks the shelf (components.retrieval)
for passages, ranks their sentences and says how likely the best of them answers, `answer_maker` makes the
answer of quotes (and, with a model that can write, of checked sentences on top: `written_answer`),
`full_lists` reads all passages for a question about all, `table_counts` counts rows of `asked_tables`.
`question_jobs` is the job, `indexer` reads a document onto the shelf.
"""
