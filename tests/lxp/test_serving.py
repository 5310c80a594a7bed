"""Starting, watching and stopping a server: each fault is one sentence, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection

from lxp import plugin_manager
from lxp.hookspecs import hookimpl
from lxp.serving import readiness, static_files, web
from lxp.serving.exceptions import ServingError
from lxp.serving.lock import sole_server

UNREACHABLE = "postgres://lxp:secret@127.0.0.1:1/lxp"
DELETE_FILES = """
from wagtail.tasks import delete_file_from_storage_task
for number in range(60):
    delete_file_from_storage_task.enqueue(["django.core.files.storage.FileSystemStorage", [], {}], f"{number}.txt")
"""
TWO_SERVICES = """
import sys
from functools import partial
from pathlib import Path
from lxp.serving.processes import Service, Supervisor
import os, time

def note_and_wait(name):
    with (Path(sys.argv[1]) / name).open("a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(60)

supervisor = Supervisor([Service(name, partial(note_and_wait, name)) for name in ("one", "two")])
with supervisor.running():
    supervisor.watch()
"""


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def var(tmp_path: Path, settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def two_services(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", TWO_SERVICES, str(tmp_path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "lxp.config.settings.test"},
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: pids(tmp_path / "one") and pids(tmp_path / "two"))
    yield process
    process.kill()
    process.communicate()


def test_a_second_server_is_told_which_one_runs_and_where(tmp_path):
    with (
        sole_server(tmp_path, "http://localhost:8000/"),
        pytest.raises(ServingError) as refusal,
        sole_server(tmp_path, "http://localhost:8001/"),
    ):
        pass
    assert f"process {os.getpid()}, on http://localhost:8000/" in str(refusal.value)
    assert json.loads((tmp_path / "serve.lock").read_text())["address"] == "http://localhost:8000/"


def test_the_lock_is_free_again_when_the_server_has_ended(tmp_path):
    with sole_server(tmp_path, "http://localhost:8000/"):
        pass
    with sole_server(tmp_path, "http://localhost:8001/"):
        assert json.loads((tmp_path / "serve.lock").read_text())["address"] == "http://localhost:8001/"


def test_a_port_in_use_is_named(var):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError) as refusal:
            call_command("serve", port=port)
    assert str(refusal.value).startswith(f"Port {port} is in use by another program.")


def test_a_folder_that_cannot_be_written_is_named(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.VAR_DIR = tmp_path / "file" / "var"
    with pytest.raises(CommandError) as refusal:
        call_command("serve", port=free_port())
    assert str(refusal.value).startswith(f"The data folder {settings.VAR_DIR} cannot be written (Not a directory).")


def test_a_full_disk_is_named_before_anything_is_written(var, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=3 * 2**20))
    with pytest.raises(CommandError) as refusal:
        call_command("serve", port=free_port())
    assert str(refusal.value).startswith(
        f"The disk of {var} is full: 3 MB free, {readiness.MINIMUM_FREE_MB} MB needed."
    )
    assert list(var.iterdir()) == []


def test_reset_works_with_the_demo_only(var):
    with pytest.raises(CommandError, match="with --demo only"):
        call_command("serve", reset=True)


def test_the_demo_does_not_start_with_production_settings(var, settings):
    settings.IS_DEMO = False
    with pytest.raises(CommandError, match="does not run with production settings"):
        call_command("serve", demo=True, port=free_port())


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DJANGO_SETTINGS_MODULE": "lxp.config.settings.production"}, "There is no secret key. Set LXP_"),
        ({"LXP_DATABASE_URL": UNREACHABLE}, "The database cannot be reached (PostgreSQL, lxp on"),
        ({}, "is not up to date"),
    ],
    ids=["no secret", "no database", "not migrated"],
)
def test_what_is_wrong_is_one_sentence_without_a_trace(tmp_path, environment, message):
    result = run_lxp(tmp_path, "serve", "--port", str(free_port()), environment=environment)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret@" not in result.stderr


def run_lxp(folder: Path, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lxp", *arguments],
        env=lxp_environment(folder, environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lxp_environment(folder: Path, changes: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LXP_", "DJANGO_"))}
    return {**kept, "LXP_VAR": str(folder), **changes}


def test_a_process_that_is_killed_is_started_again(two_services, tmp_path):
    first = pids(tmp_path / "one")[0]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(pids(tmp_path / "one")) == 2)
    assert is_alive(pids(tmp_path / "one")[1])
    assert len(pids(tmp_path / "two")) == 1


def test_a_stop_ends_every_process(two_services, tmp_path):
    two_services.send_signal(signal.SIGTERM)
    assert two_services.wait(timeout=15) == 0
    assert [is_alive(pids(tmp_path / name)[0]) for name in ("one", "two")] == [False, False]


def test_no_process_outlives_a_supervisor_that_is_killed(two_services, tmp_path):
    two_services.kill()
    two_services.wait()
    wait_until(lambda: not is_alive(pids(tmp_path / "one")[0]) and not is_alive(pids(tmp_path / "two")[0]))


@pytest.fixture
def server(tmp_path: Path, transactional_db) -> Iterator[SimpleNamespace]:
    """A real server with a copy of the database of the tests."""
    if connection.vendor != "sqlite":
        pytest.skip("The embedded server has SQLite.")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "lxp.sqlite3")])
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "lxp", "serve", "--port", str(port)],
        env=lxp_environment(tmp_path, {}),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    assert any(line == f"LXP ready on http://localhost:{port}/\n" for line in lines)
    yield SimpleNamespace(process=process, port=port, queue=tmp_path / "queue")
    process.terminate()
    process.communicate(timeout=30)


def child_named(parent: int, name: str) -> int | None:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == name]
    return found[0] if found else None


def test_no_task_is_lost_when_the_worker_is_killed_at_work(server, tmp_path):
    worker = child_named(server.process.pid, "lxp worker")
    assert worker is not None
    media = tmp_path / "media"
    media.mkdir()
    for number in range(60):
        (media / f"{number}.txt").write_text("no longer used")
    sending = subprocess.Popen(
        [sys.executable, "-m", "lxp", "shell", "-v", "0", "-c", DELETE_FILES], env=lxp_environment(tmp_path, {})
    )
    wait_until(lambda: list((server.queue / "taken").glob("*.msg")))
    os.kill(worker, signal.SIGKILL)
    assert sending.wait(timeout=60) == 0
    wait_until(lambda: child_named(server.process.pid, "lxp worker") not in (None, worker))
    wait_until(lambda: not list(server.queue.rglob("*.msg")))
    assert list(media.iterdir()) == []
    with urlopen(f"http://localhost:{server.port}/health/ready/") as answer:
        assert json.load(answer)["status"] == "ok"
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=30) == 0


def test_files_that_were_collected_after_the_start_are_known_by_their_new_names(tmp_path: Path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    names = {"app.css": "app.old.css"}
    manifest = tmp_path / "staticfiles.json"
    manifest.write_text(json.dumps({"paths": names, "version": "1.1", "hash": "old"}))
    assert storages["staticfiles"].hashed_files == names
    manifest.write_text(json.dumps({"paths": {"app.css": "app.new.css"}, "version": "1.1", "hash": "new"}))
    static_files.know_collected()
    assert storages["staticfiles"].hashed_files == {"app.css": "app.new.css"}


class Opening:
    """Stands for a package that names pages."""

    def __init__(self, *addresses: str, fault: Exception | None = None) -> None:
        self.addresses, self.fault = addresses, fault

    @hookimpl
    def first_pages(self) -> list[str]:
        if self.fault is not None:
            raise self.fault
        return list(self.addresses)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request closes the connection that it finds, and with it the transaction of the test."""
    for signal_of_request in (request_started, request_finished):
        signal_of_request.disconnect(close_old_connections)
    yield
    for signal_of_request in (request_started, request_finished):
        signal_of_request.connect(close_old_connections)


@pytest.fixture
def naming(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Opening], None]]:
    monkeypatch.setattr(plugin_manager, "CORE_APPS", (*plugin_manager.CORE_APPS, "opening"))
    yield lambda opening: plugin_manager.manager.register(opening, name="opening")
    plugin_manager.manager.unregister(name="opening")


@pytest.mark.django_db
def test_what_many_visitors_see_is_opened_once_before_the_processes_part_ways(
    one_connection: None, caplog: Any
) -> None:
    seen = plugin_manager.call_core("first_pages")
    assert {"/nl/", "/en/", "/account/login/", "/nl/ontdekken/"} <= set(seen)
    web.open_first_pages()
    assert caplog.messages == []


@pytest.mark.django_db
def test_a_page_that_cannot_be_opened_ahead_is_told(one_connection: None, naming: Any, caplog: Any) -> None:
    naming(Opening("/nl/is-er-niet/"))
    web.open_first_pages()
    told = [each.getMessage() for each in caplog.records if each.name == "lxp.serving.web"]
    assert told == ["The page /nl/is-er-niet/, opened ahead, answers 404."]


@pytest.mark.django_db
def test_a_database_that_is_not_there_yet_keeps_no_server_from_starting(naming: Any, caplog: Any) -> None:
    naming(Opening(fault=OperationalError("no such table")))
    web.open_first_pages()
    assert caplog.messages == ["No page was opened ahead: no such table"]
