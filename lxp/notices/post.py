"""Hands mail to the mail server, once: what fails for now is tried again, and what fails for one person stops nobody else."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from lxp.exceptions import LxpError
from lxp.models import Mail

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # after it, what a worker took up and did not send is free again
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=2)
MOST_TRIES = 12
PERMANENT = 500


class MailServerAwayError(LxpError):
    """The mail server cannot be reached: nothing was taken up, and everything waits."""


class Post:
    """The mail server, during one run."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Raise MailServerAwayError when the server does not answer, so that nobody's mail is taken up in vain."""
        if self.is_open:
            return
        try:
            self.connection.open()
        except (OSError, SMTPException) as fault:
            raise MailServerAwayError(f"The mail server cannot be reached: {fault}") from fault
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        try:
            self.connection.close()
        except (OSError, SMTPException):
            logger.info("The mail server had closed the connection already.")

    def deliver(self, mail: Mail, message: EmailMessage) -> bool:
        """Send one mail that this process has taken up, and write down how it went. False: it was not sent now.

        Before the server hears of it, the row says that it is being sent. So a process that dies leaves behind what was
        surely not sent (waiting), or what nobody knows (sending), and never what looks unsent and was.
        """
        if not mail.change(Mail.State.WAITING, state=Mail.State.SENDING, tries=mail.tries + 1):
            return False
        try:
            accepted = self.connection.send_messages([message])
        except Exception as fault:  # noqa: BLE001 - a mail backend may raise anything, and others wait for theirs
            self.close()
            _note_failure(mail, fault)
            return False
        if not accepted:
            _note_failure(mail, ValueError("no recipient"))
            return False
        mail.mark_sent(timezone.now())
        return True


def _note_failure(mail: Mail, fault: Exception) -> None:
    logger.warning("%s %s was not sent: %s", type(mail).__name__, mail.uuid, type(fault).__name__)
    # The class and the number of the answer: the words of a mail server hold addresses.
    failure = f"{type(fault).__name__} {_code_of(fault) or ''}".strip()
    if _is_permanent(fault) or mail.tries >= MOST_TRIES:
        mail.change(Mail.State.SENDING, state=Mail.State.GIVEN_UP, failure=failure)
        return
    pause = min(FIRST_PAUSE * 2 ** (mail.tries - 1), LONGEST_PAUSE)
    mail.change(Mail.State.SENDING, state=Mail.State.WAITING, failure=failure, try_at=timezone.now() + pause)


def _code_of(fault: Exception) -> int:
    """The number that the mail server answered; of several recipients the lowest."""
    if isinstance(fault, SMTPRecipientsRefused):
        return min((code for code, _words in fault.recipients.values()), default=0)
    return fault.smtp_code if isinstance(fault, SMTPResponseException) else 0


def _is_permanent(fault: Exception) -> bool:
    """Whether trying again is in vain: this address, or this message, is refused for good. That our own sender is refused
    is a fault of the installation, which somebody mends."""
    if isinstance(fault, SMTPSenderRefused):
        return False
    return _code_of(fault) >= PERMANENT or isinstance(fault, ValueError)
