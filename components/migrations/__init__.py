"""The database's schema, one file for each step forward; `components.store` applies them at start."""
