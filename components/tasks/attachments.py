"""A file attached to a message: bytes in, text out."""

from charset_normalizer import from_bytes

from components.config import Config
from components.errors import BadInput

FILE_TYPES = ("txt", "md")


def attach(name: str, data: bytes, config: Config) -> dict[str, str]:
    """The name and text of an attached file. Raises BadInput with the reason if it has none."""
    if len(data) > config.upload_mb * 1024 * 1024:
        raise BadInput(
            f"{name} has {len(data) / 1e6:.0f} MB; files of up to {config.upload_mb} MB can be attached."
        )
    if not data.strip():
        raise BadInput(f"{name} is empty. Attach a file with text in it.")
    best = from_bytes(data).best()
    if best is None or "\0" in str(best):
        raise BadInput(f"{name} is not a text file. Attach plain text or Markdown.")
    return {"name": name, "text": str(best)}
