"""The Classify page: texts under labels, and what is named in them."""
