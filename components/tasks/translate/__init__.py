"""Translation: sentences through an engine, checked one by one, and whole documents as jobs."""
