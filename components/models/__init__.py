"""Language models: which exist, where their files are, and how one is run for many people.

The way of a request: a task asks the `manager` for a lease. `turnstile` lets it in when it is its turn;
`loaded_models` loads the model if nobody has, through the `loader`, which knows the files (`library`), the
engine (`runtime`) and the place (`placement`, from what `memory` measures). The lease is an
`engine.Engine`: the app's side of an engine process (`process`, `engines`), or a model on a server
(`servers`).
"""
