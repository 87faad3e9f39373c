"""Takes a document's translatable text out and puts its translation in; everything else stays as it was.

Each format module has a class with `units`, `counts`, `notes` and `write(placed, bilingual)`. Knows
nothing about translation: it is given text for text, and puts it back with its structure.
"""
