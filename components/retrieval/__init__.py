"""Documents that are kept, and how a passage of theirs is found again: by its words and by its meaning.

`embedding` chooses the model of meaning for a language.
"""
