"""Evaluate: models asked the same questions, their answers scored, and every score with how sure it is.

The way of an evaluation: `opening` has an upload read by the data doctor and `columns` makes `questions` of
it (or they come from `samples`, or from a run's held-out rows). `running` starts a job; `asking` asks each
setup of `setups` each question, and keeps each answer as a step. `scoring` chooses `metrics` that fit,
`intervals` says how sure they are and compares two models question by question, `verdicts` puts that into
sentences. `blind` and `ranking` are for answers that people compare, `bias` for pairs of sentences, `report`
for what is handed over.
"""
