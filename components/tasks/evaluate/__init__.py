"""Evaluate: models asked the same questions, their answers scored, and every score with how sure it is.

The way of an evaluation: `question_files` has an upload read by the data doctor, and `question_columns`
makes `questions` of it (or they come from `bundled_sets`, or from a run's held-out rows). `evaluation_jobs`
starts a job; `one_question` asks each setup of `setups` each question, and keeps each answer as a step.
`score_table` chooses `metrics` that fit, `intervals` says how sure they are and compares two models
question by question, `verdicts` puts that into sentences. `blind` and `ranks` are for answers that people
compare, `bias` for pairs of sentences, `evaluation_files` for what is handed over.
"""
