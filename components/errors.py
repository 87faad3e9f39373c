"""The errors that a person may see. Each message says what is wrong, where, and what to do.

Knows nothing about where they are shown; `components.ui.notices` shows them, in one place.
"""

from typing import Any

from components.messages import Message, Said


class AppError(Exception):
    """An expected failure, with a message written for the person in front of the page.

    Raised with a template and its values, as for a `Said`, or with a message that exists already.
    """

    def __init__(self, message: Message, /, **values: Any) -> None:
        self.message = message if isinstance(message, Said) else Said(message, **values)
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class BadInput(AppError):
    """The person's input can't be used: an unreadable file, a message that is too long."""


class NotEnoughMemory(AppError):
    """A model does not fit. The message has the need, the free memory and what would help."""


class Unavailable(AppError):
    """Something needed is missing: a package, a download, a model, the network."""


class Busy(AppError):
    """The queue is full: nothing was started, and trying again later will work."""


class EngineFailed(AppError):
    """The engine broke while loading or generating; the next request starts a fresh one."""


class NotAllowed(AppError):
    """This person may not see or change this; nothing was changed."""


class SignInEnded(NotAllowed):
    """The sign-in has expired; signing in again helps."""


class LimitReached(Busy):
    """This person has reached a limit of the settings. The message says when to try again."""


class Cancelled(AppError):
    """The person stopped this piece of work. What it made so far is kept."""
