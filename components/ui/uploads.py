"""Counts uploads against the limits of the settings. Every uploader's files go through here."""

from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.messages import N_
from components.ui.person import person
from components.ui.resources import quotas

PICTURES = N_(
    "What is written in pictures inside of PDF and Word files is read as well, which takes one or two "
    "seconds a picture. Pages that are pictures are always read."
)


def count(*files: UploadedFile) -> None:
    """Counts each file once, however often the page runs. Raises LimitReached, saying when to try again."""
    for file in files:
        quotas().upload(person(), file.file_id, file.size)
