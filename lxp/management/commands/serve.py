"""The command `lxp serve`."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from lxp.library_loader import DEMO_PASSWORD
from lxp.serving import demo, readiness, static_files
from lxp.serving.exceptions import ServingError
from lxp.serving.lock import sole_server
from lxp.serving.processes import Service, Supervisor, run_apart
from lxp.serving.web import answers, load_application, run_web
from lxp.serving.worker import run_worker

EVERY_LOCAL_HOST = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104 - compared, not bound
MOST_PROBLEMS = 5
DEMO_ADDRESSES = ("", "nl/", "mijn/", "admin/", "stijlgids/")


class Command(BaseCommand):
    help = "Run the web server, the worker and the schedule. --demo prepares a database with the demo library first."
    requires_system_checks: list[str] = []  # each fault of an installation gets one sentence of its own

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="Make the database if it is new, with the demo library."
        )
        parser.add_argument("--reset", action="store_true", help="With --demo: throw away the demo's data first.")
        parser.add_argument("--host", default="127.0.0.1", help="Where to listen (127.0.0.1: this machine only).")
        parser.add_argument("--port", type=int, default=8000, help="The port (default 8000).")
        parser.add_argument("--workers", type=int, default=2, help="Web processes (default 2).")
        parser.add_argument("--threads", type=int, default=4, help="Threads in each web process (default 4).")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"] and not options["demo"]:
            raise CommandError("--reset throws data away; it works with --demo only.")
        address = _address(options["host"], options["port"])
        try:
            readiness.check_settings()
            readiness.prepare_folder(settings.VAR_DIR)
            with sole_server(settings.VAR_DIR, address), readiness.listen(options["host"], options["port"]) as listener:
                run_apart(partial(self._prepare, is_demo=options["demo"], reset=options["reset"]))
                readiness.put_aside_unmigrated()
                self._serve(listener, address, options)
        except ServingError as fault:
            raise CommandError(str(fault)) from fault
        except (OperationalError, OSError) as fault:
            raise CommandError(f"Stopped, since the disk or the database refused: {fault}") from fault
        except KeyboardInterrupt as request:
            raise CommandError("Stopped before it was ready. Starting again continues where this ended.") from request

    def _prepare(self, *, is_demo: bool, reset: bool) -> None:
        if is_demo:
            self._prepare_demo(reset=reset)
        else:
            readiness.check_database()
            readiness.check_migrated()
        if static_files.collect_when_changed():
            self._say("Stylesheets, scripts and icons collected.")

    def _prepare_demo(self, *, reset: bool) -> None:
        demo.check_demo()
        if reset:
            demo.reset()
        readiness.check_database()
        if readiness.pending_migrations():
            self._say("Preparing the database.")
            call_command("migrate", interactive=False, verbosity=0)
        if not demo.is_loaded():
            self._say("Loading the demo library; only the first time.")
            problems = demo.load()
            if problems:
                shown = "\n".join(problems[:MOST_PROBLEMS])
                self.stderr.write(f"{len(problems)} problems in the library; all of them: lxp load_library\n{shown}")

    def _serve(self, listener: socket.socket, address: str, options: dict[str, Any]) -> None:
        load_application()
        web = Service("web", partial(run_web, listener, workers=options["workers"], threads=options["threads"]))
        supervisor = Supervisor([web, Service("worker", run_worker)])
        with supervisor.running():
            while not supervisor.is_stopping and not answers(options["host"], options["port"], seconds=1):
                supervisor.watch(seconds=0.1)
                if web.failures:
                    raise ServingError("The web server cannot start; the lines above say why.")
            if not supervisor.is_stopping:
                self._say(f"LXP ready on {address}")
                if options["demo"]:
                    self._say(_demo_guide(address))
            supervisor.watch()
        self._say("LXP stopped.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _address(host: str, port: int) -> str:
    """What to type in a browser on this machine."""
    shown = "localhost" if host in EVERY_LOCAL_HOST else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


def _demo_guide(address: str) -> str:
    people = demo.accounts()
    width = max(len(person.email) for person in people)
    lines = [
        "",
        "Open:",
        *(f"  {address}{path}" for path in DEMO_ADDRESSES),
        "",
        f"Sign in as, with the password {DEMO_PASSWORD}:",
        *(f"  {person.email:<{width}}  {person.role}" for person in people),
        "",
        "Stop with Ctrl-C. What you change is kept; RESET=1 begins anew.",
    ]
    return "\n".join(lines)
