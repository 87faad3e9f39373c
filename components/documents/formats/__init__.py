"""One reader per format: bytes in, a Draft out. They run only in the reading process."""
