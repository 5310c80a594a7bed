"""The web server: gunicorn on a socket that is already open."""

from __future__ import annotations

import logging
import socket
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import DatabaseError
from django.urls import get_resolver
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from gunicorn.app.base import Application

from lxp.serving import static_files

logger = logging.getLogger(__name__)
CONFIGURATION = "python:lxp.config.gunicorn"
POLL_SECONDS = 0.1


class WebServer(Application):
    """Gunicorn with the settings of lxp/config/gunicorn.py; the address and the numbers come from the command line."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_module_name_or_filename(CONFIGURATION)
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return get_internal_wsgi_application()


def load_application() -> None:
    """Load what every process needs before they part ways, so that they share its memory."""
    static_files.know_collected()
    get_internal_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 - reading them loads every view
    import_string("lxp.plugin_manager.call_core")("load_ahead")  # by its name: there are no models before this
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            gettext("Language")


def open_first_pages() -> None:
    """Open what many visitors see, as a visitor, so that every process has what that needs and none makes it again: templates,
    addresses, words, cards. What fails is told and holds up nobody."""
    application = get_internal_wsgi_application()
    try:
        addresses = import_string("lxp.plugin_manager.call_core")("first_pages")
    except DatabaseError as fault:  # such as one that was not migrated yet
        logger.warning("No page was opened ahead: %s", fault)
        return
    for address in addresses:
        status = _visit(application, address)
        if status != HTTPStatus.OK:
            logger.warning("The page %s, opened ahead, answers %s.", address, status)


def _visit(application: Callable[..., Any], address: str) -> int:
    """The status of one page."""
    environ: dict[str, Any] = {
        "PATH_INFO": address,
        "HTTP_HOST": _allowed_host(),
        "HTTP_X_FORWARDED_PROTO": "https",
        "REMOTE_ADDR": "127.0.0.1",
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []
    response = application(environ, lambda status, headers, fault=None: statuses.append(status))
    try:
        deque(response, maxlen=0)
    finally:
        response.close()
    return int(statuses[0].split()[0])


def run_web(listener: socket.socket, *, workers: int, threads: int) -> None:
    """Serve until told to stop."""
    WebServer(bind=f"fd://{listener.fileno()}", workers=workers, threads=threads).run()


def answers(host: str, port: int, *, seconds: float) -> bool:
    """Whether the health address answers 200 within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if _health_status(host, port, timeout=max(POLL_SECONDS, deadline - time.monotonic())) == 200:
                return True
        except (OSError, HTTPException):
            # Not up yet, or just restarting: asked again until the time is over.
            pass
        time.sleep(POLL_SECONDS)
    return False


def _health_status(host: str, port: int, *, timeout: float) -> int:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = HTTPConnection(reachable, port, timeout=timeout)
    try:
        connection.request("GET", "/health/", headers={"Host": _allowed_host()})
        return connection.getresponse().status
    finally:
        connection.close()


def _allowed_host() -> str:
    first = str(settings.ALLOWED_HOSTS[0]) if settings.ALLOWED_HOSTS else "localhost"
    return "localhost" if first == "*" else first.lstrip(".")
