"""The tour: a story in eight steps, each on its own page with a sample. `story.py` has the steps, `bar.py` is
drawn on top of every page while the tour is on, `made.py` knows what it has made and takes it away again.
"""
