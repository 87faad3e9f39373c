"""The programs of a training run, in processes of their own: with the engines, the only part with torch.

`train` trains (or tries for a moment): `model_builder` makes the model, `row_tokens` and `batches` the
batches, `trainer` the loop, and `watch` writes the run's log and hears Stop. `examination` compares the
result with its base, and `merge` puts an adapter into its base's weights.
"""
