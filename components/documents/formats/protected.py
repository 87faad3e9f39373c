"""Opens Office files that are protected with a password (msoffcrypto-tool).

Knows nothing about what is inside.
"""

import io

from components.documents import errors
from components.documents.limits import Limits
from components.messages import Said


def decrypt(data: bytes, name: str, password: str | None, limits: Limits) -> bytes:
    """The file inside the protected one. Raises PasswordNeeded, WrongPassword or CorruptFile."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    out = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        # Without one, Excel's own default: a workbook that is only protected from changes opens with it.
        password_tried = "VelvetSweatshop" if password is None else password
        office.load_key(password=password_tried, verify_password=True)
        office.decrypt(out, verify_integrity=False)
    except InvalidKeyError as error:
        raise (needed(name) if password is None else wrong(name)) from error
    except (FileFormatError, ParseError, DecryptionError, ValueError, KeyError, OSError) as error:
        if password is None:
            raise needed(name) from error
        if "password" in str(error).lower() or "key" in str(error).lower():
            raise wrong(name) from error
        raise errors.corrupt(name, Said("a protected Office document")) from error
    if out.tell() > limits.unpacked_bytes:
        raise errors.too_much_unpacked(name, limits.unpacked_bytes)
    return out.getvalue()


def needed(name: str) -> errors.PasswordNeeded:
    return errors.PasswordNeeded(
        '"{name}" is protected with a password. Enter its password to read it.', name=name
    )


def wrong(name: str) -> errors.WrongPassword:
    return errors.WrongPassword(
        'The password doesn\'t open "{name}". Check upper and lower case, and enter it again.', name=name
    )
