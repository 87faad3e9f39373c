"""Tables as files: rows out as text, and the same file back with new columns beside the old ones.

`table_client` asks `table_program`, which runs in a document process: `table_files` tells the format, and
`delimited`, `workbook`, `json_lines` and `parquet` each know one. None of them changes a column that was
there.
"""
