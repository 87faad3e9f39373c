"""The errors that a person may see. Each message is a sentence: what is wrong, where, what to do.

Knows nothing about where they are shown; `components.ui.notices` shows them in one place.
"""

from typing import Any

from components.messages import Message, Said


class AppError(Exception):
    """An expected failure whose message is written for the person in front of the page.

    Raised with a template and its values, as a `Said` is made, or with a message that there is already.
    """

    def __init__(self, message: Message, /, **values: Any) -> None:
        self.message = message if isinstance(message, Said) else Said(message, **values)
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class BadInput(AppError):
    """What the person gave can't be used: an unreadable file, a message that is too long."""


class NotEnoughMemory(AppError):
    """A model does not fit, with the need, what is free and what would help."""


class Unavailable(AppError):
    """Something that is needed isn't here: a package, a download, a model, the network."""


class Busy(AppError):
    """The queue is full: nothing was started, and trying again later will work."""


class EngineFailed(AppError):
    """The engine broke while loading or generating; the next request starts a fresh one."""


class NotAllowed(AppError):
    """This person may not see or change this; nothing was changed."""


class SignInEnded(NotAllowed):
    """The sign-in has expired; signing in again helps."""


class LimitReached(Busy):
    """This person has had as much as the settings allow one person, with when to try again."""


class Cancelled(AppError):
    """The person stopped this piece of work. What was made until then is kept."""
