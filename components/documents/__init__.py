"""Uploaded bytes to text with structure, read in a process of its own and within limits.

Knows nothing about models or pages. Importing it loads no parser.
"""

from components.documents.document import Block, Document, LeftOut
from components.documents.errors import PasswordNeeded, WrongPassword
from components.documents.limits import Limits
from components.documents.place import Place
from components.documents.reader_client import read_document
from components.documents.sniffer import PICTURE_TYPES
from components.documents.word_count import count_words

__all__ = [
    "PICTURE_TYPES",
    "Block",
    "Document",
    "LeftOut",
    "Limits",
    "PasswordNeeded",
    "Place",
    "WrongPassword",
    "count_words",
    "read_document",
]
