"""Translation: sentences through an engine, checked one by one, and whole documents as jobs.

The way of a text: `sentences` cuts it, and `pipeline` takes each sentence through: the
`translation_memory`, masks for what must not change (`protection`, `placeholders`), the engine
(`sentence_engines`, for the route that `routes` found), the checks (`sentence_checks`), and another try for
one that fails. `typed_texts` does that for the page's box, `document_jobs` for a file, whose marks
`mark_places` puts into the translated sentences; the `receipt` counts both sides.
"""
