"""A really running `lxp serve --demo`, with a folder, a port and a database of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import yaml
from psycopg import sql

LIBRARY = Path(__file__).parent / "library"
READY = "LXP ready on"
START_SECONDS, STOP_SECONDS = 400, 40
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
        deadline = time.monotonic() + START_SECONDS
        while READY not in self.words_since(begin):
            assert self.process.poll() is None, f"The server ended:\n{self.words_since(begin)}"
            assert time.monotonic() < deadline, f"The server did not get ready:\n{self.words_since(begin)}"
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


def write_module(library: Path, kind: str, slug: str, title: str, **changes: object) -> None:
    """One of the modules of tests/e2e/library under a name of its own, in the form that `lxp load_library` reads."""
    module = {**yaml.safe_load((LIBRARY / f"{kind}.yaml").read_text(encoding="utf-8")), "title": title, **changes}
    folder = library / "modules" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "module.yaml").write_text(yaml.safe_dump(module, allow_unicode=True), encoding="utf-8")


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
def own_database(url: str) -> Iterator[str]:
    """A new PostgreSQL database on the server of this address, dropped afterwards; "" for SQLite, which is a file."""
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"lxp_e2e_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def running_demo(folder: Path, environment: dict[str, str]) -> Iterator[Demo]:
    """The demo in this folder, with these variables.

    LXP_E2E_TEMPLATE may name an LXP_VAR that was prepared before, to begin sooner.
    """
    var = folder / "var"
    template = os.environ.get("LXP_E2E_TEMPLATE")
    if template:
        shutil.copytree(template, var)
    with own_database(os.environ.get("LXP_DATABASE_URL", "")) as database:
        demo = Demo(var=var, port=free_port(), database=database, environment=environment)
        try:
            demo.start()
            yield demo
        finally:
            demo.stop()
