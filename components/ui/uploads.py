"""Counts what a person uploads against what the settings allow. Every uploader's files go through here."""

from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.ui.person import person
from components.ui.resources import quotas


def count(*files: UploadedFile) -> None:
    """Each file once, however often the page runs with it. Raises LimitReached with when to try again."""
    for file in files:
        quotas().upload(person(), file.file_id, file.size)
