"""A really running `lxp serve --demo`, with a folder, a port and a database of its own.

`python -m tests.e2e.demo FOLDER` prepares one that workers copy: with LXP_E2E_TEMPLATE=FOLDER they begin at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.e2e.modules import own_modules, write

READY = "LXP ready on"
START_SECONDS, STOP_SECONDS = 1800, 120  # a busy machine takes its time
TEMPLATE_DATABASE = "lxp_e2e_template"  # on PostgreSQL, beside the folder
WITHOUT_PLUGIN = {"LXP_PLUGINS_DISABLED": "testdummy"}  # the plugin of the operator's journey, where it is installed
XBLOCKS = "poll,drag-and-drop-v2,lxp-practice"  # off for every organisation but one
FIRST_PORT, PORTS_OF_A_WORKER = 8550, 10  # each worker of xdist looks among ports of its own


@dataclass
class Demo:
    """The server as an operator has it: to start, to stop, and to give commands to."""

    var: Path
    port: int
    database: str
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.var.parent / "server.log"

    def variables(self) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "lxp.config.settings.development",
            "LXP_VAR": str(self.var),
            "LXP_BASE_URL": self.address,
            "LXP_XBLOCKS": XBLOCKS,
            "PYTHONUNBUFFERED": "1",
        }
        if self.database:
            own["LXP_DATABASE_URL"] = self.database
        return {**os.environ, **own, **self.environment}

    def start(self) -> None:
        """Start, and wait for the line that says that it is ready."""
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lxp", "serve", "--demo", "--port", str(self.port)],
                env=self.variables(),
                stdout=log,
                stderr=log,
            )
        self._wait_until(lambda: READY in self.words_since(begin), begin)

    def finish_tasks(self) -> None:
        """Wait until the worker has done what is in the queue."""
        self._wait_until(lambda: not list((self.var / "queue").rglob("*.msg")), 0)

    def _wait_until(self, condition: Callable[[], bool], begin: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, f"The server ended:\n{self.words_since(begin)}"
            assert time.monotonic() < deadline, f"The server did not get so far:\n{self.words_since(begin)}"
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self, **environment: str) -> None:
        self.stop()
        self.environment = environment
        self.start()

    def words_since(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def command(self, *arguments: str) -> str:
        """What `lxp ...` prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "lxp", *arguments], env=self.variables(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"lxp {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def mails(self, address: str) -> list[Message]:
        """What was sent to an address, the newest last."""
        files = sorted((self.var / "mail").glob("*"), key=lambda file: file.stat().st_mtime)
        mails = [message_from_bytes(file.read_bytes()) for file in files]
        return [mail for mail in mails if mail["To"] == address]


def free_port() -> int:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + worker * PORTS_OF_A_WORKER
    for port in range(first, first + PORTS_OF_A_WORKER):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("No free port.")


@contextmanager
def own_database(url: str, template: str) -> Iterator[str]:
    """A new PostgreSQL database on the server of this address, dropped afterwards; "" for SQLite, which is a file."""
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"lxp_e2e_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        make_database(server, name, template)
        try:
            yield database_at(url, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def make_database(server: psycopg.Connection, name: str, template: str) -> None:
    words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    server.execute(words.format(sql.Identifier(name), sql.Identifier(template)))


def database_at(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """The demo in this folder, with the modules of the journeys."""
    var, prepared = folder / "var", os.environ.get("LXP_E2E_TEMPLATE", "")
    if prepared:
        shutil.copytree(Path(prepared) / "var", var)
    template = TEMPLATE_DATABASE if prepared else "template1"
    with own_database(os.environ.get("LXP_DATABASE_URL", ""), template) as database:
        demo = Demo(var=var, port=free_port(), database=database, environment=WITHOUT_PLUGIN)
        try:
            demo.start()
            if not prepared:
                load_modules(demo)
            yield demo
        finally:
            demo.stop()


def load_modules(demo: Demo) -> None:
    library = demo.var.parent / "library"
    for module in own_modules():
        write(library, module)
    demo.command("plugins", "switch", "xblocks", "--organisation", "maasdal", "--on")
    demo.command("load_library", str(library))


def prepare(folder: Path) -> None:
    """What LXP_E2E_TEMPLATE names: an LXP_VAR, and on PostgreSQL a database beside it."""
    url = os.environ.get("LXP_DATABASE_URL", "")
    folder.mkdir(parents=True)
    if url:
        with psycopg.connect(url, autocommit=True) as server:
            make_database(server, TEMPLATE_DATABASE, "template1")
    database = database_at(url, TEMPLATE_DATABASE) if url else ""
    demo = Demo(var=folder / "var", port=free_port(), database=database, environment=WITHOUT_PLUGIN)
    try:
        demo.start()
        load_modules(demo)
        demo.finish_tasks()
    finally:
        demo.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends this ends its server too
    prepare(Path(sys.argv[1]))
