"""Documents that are kept, and how a passage of theirs is found again: by its words and by its meaning.

`encoder_choice` chooses the model of meaning for a language, `shelf` keeps documents with their words and
vectors, `index` searches both, `fusion` makes one order of what it finds.
"""
