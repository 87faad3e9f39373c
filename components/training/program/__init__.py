"""The programs of a training run, in processes of their own: with the engines, the only part with torch.

`train` trains (or tries for a moment): `building` makes the model, `rendering` and `feeding` the batches,
`trainer` the loop, and `watching` writes the run's log and hears Stop. `examining` compares the result with
its base, and `merging` puts an adapter into its base's weights.
"""
