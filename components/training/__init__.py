"""Fine-tuning: data that is checked, rendered as the model will read it, and trained on.

The way of a run: the `doctor` checks an upload, `prepared` keeps the data set that is made of it.
`run_plan` puts together all that repeats a run, `runs` holds the queue, `execution` takes one run to its
end, with its files in a `folder`; `launcher` starts the programs of `program`, which alone import torch.
`measures` and `verdict` (for pairs of answers `preference_verdict`, for a model from nothing
`scratch_verdict`) say whether it has learned.
"""
