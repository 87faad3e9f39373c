"""The wing of the page Ask."""
