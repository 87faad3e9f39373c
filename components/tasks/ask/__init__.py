"""Questions over kept documents, answered in the documents' own sentences.

A question's way: `kinds` tells what kind of answer it wants, `finding` asks the shelf (components.retrieval)
for passages and ranks their sentences, `sureness` says how likely the best of them answers, `answering` makes
the answer of quotes (and, with a model that can write, of checked sentences on top), `listing` reads all
passages for a question about all. `running` is the job, `indexing` reads a document onto the shelf.
"""
