"""Opens OpenDocument files that are protected with a password, as ODF 1.2 describes it: PBKDF2 and AES-CBC.

Knows the package's list of parts; nothing about what is in them. Blowfish (before 2011) and the packages
inside packages of LibreOffice's newest versions are left to LibreOffice.
"""

import base64
import hashlib
import hmac
import zlib

from lxml import etree

from components.documents import errors
from components.documents.formats.protected import needed, wrong
from components.documents.zip_archive import Archive

MANIFEST = "META-INF/manifest.xml"
_NAME = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
CHECKED = 1024  # bytes that a checksum is of
MOST_ROUNDS = 10_000_000
_OURS = ("content.xml", "styles.xml", "meta.xml")


def unlock(archive: Archive, password: str | None) -> None:
    """Puts the parts that are read in the place of the protected ones."""
    if MANIFEST not in archive:
        return
    for entry in archive.xml(MANIFEST).iter(f"{_NAME}file-entry"):
        part, data = entry.get(f"{_NAME}full-path", ""), entry.find(f"{_NAME}encryption-data")
        if data is None:
            continue
        if password is None:
            raise needed(archive.name)
        if part == "encrypted-package":
            raise _unknown(archive.name)
        if part in _OURS and part in archive:
            archive.put(part, _opened(archive, part, data, password))


def _opened(archive: Archive, part: str, data: etree._Element, password: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    found = {element.tag.removeprefix(_NAME): element for element in data if isinstance(element.tag, str)}
    try:
        cipher, derivation = found["algorithm"], found["key-derivation"]
        if not cipher.get(f"{_NAME}algorithm-name", "").endswith("cbc"):
            raise _unknown(archive.name)
        key = _key(derivation, found.get("start-key-generation"), password)
        iv = base64.b64decode(cipher.get(f"{_NAME}initialisation-vector", ""))
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        packed = decryptor.update(archive.read(part)) + decryptor.finalize()
    except (KeyError, ValueError) as error:
        raise errors.corrupt(archive.name, archive.what) from error
    packed = packed[: -packed[-1]] if packed and 0 < packed[-1] <= 16 else packed
    if not _fits(data, packed):
        raise wrong(archive.name)
    try:
        return archive.inflated(packed)
    except zlib.error as error:
        raise errors.corrupt(archive.name, archive.what) from error


def _key(derivation: etree._Element, start: etree._Element | None, password: str) -> bytes:
    """The password's digest, stretched. Raises ValueError for numbers that make no sense."""
    digest = start.get(f"{_NAME}start-key-generation-name", "") if start is not None else "sha1"
    begin = hashlib.new("sha256" if "256" in digest else "sha1", password.encode()).digest()
    rounds = int(derivation.get(f"{_NAME}iteration-count", "0"))
    size = int(derivation.get(f"{_NAME}key-size", "16"))
    if not 0 < rounds <= MOST_ROUNDS or size not in (16, 24, 32):
        raise ValueError("rounds or size of the key")
    salt = base64.b64decode(derivation.get(f"{_NAME}salt", ""))
    return hashlib.pbkdf2_hmac("sha1", begin, salt, rounds, size)


def _fits(data: etree._Element, packed: bytes) -> bool:
    kind = data.get(f"{_NAME}checksum-type", "").lower()
    digest = hashlib.new("sha256" if "256" in kind else "sha1", packed[:CHECKED]).digest()
    return hmac.compare_digest(digest, base64.b64decode(data.get(f"{_NAME}checksum", "")))


def _unknown(name: str) -> errors.Unsupported:
    return errors.Unsupported(
        '"{name}" is protected with a password in a way that can\'t be opened here. Open it in '
        "LibreOffice, save a copy without a password, and upload that.",
        name=name,
    )
