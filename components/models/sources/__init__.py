"""Models that a person adds in the page: of the hub, of a folder, of another program's store.

`reference` reads what is typed, `hub` asks for it, `fit` says whether and how fast it runs here,
`model_choices` puts these together, `added_models` keeps what was chosen, and `folders` finds models in
folders that somebody named. The catalogue lists the result beside the built-in models; bringing the files
is the library's work.
"""
