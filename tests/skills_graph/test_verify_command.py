"""`lxp verify`: what it prints and how it ends; it needs nothing of the database."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from skills_graph.openbadges import (
    Achievement,
    Award,
    Issuer,
    Recipient,
    SigningKey,
    StatusEntry,
    build_credential,
    build_did_document,
    build_status_list,
    sign,
)

DID = "did:web:lxp.example"
LIST = "https://lxp.example/status/1"
KEY = SigningKey(bytes(range(32)))

Write = Callable[[str, Any], str]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, document: Any) -> str:
        file = tmp_path / name
        file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return str(file)

    return write


def signed(document: dict[str, Any]) -> dict[str, Any]:
    return sign(document, key=KEY, verification_method=f"{DID}#key-1", created=datetime.now(UTC))


def credential(*, valid_until: datetime | None = None, status: StatusEntry | None = None) -> dict[str, Any]:
    award = Award(
        address="https://lxp.example/credentials/1",
        issuer=Issuer(DID, "Maasdal"),
        recipient=Recipient("urn:uuid:7f2f1a54-3d1f-4a7c-b7a3-0b7f5d2f7f10", "Sanne Jacobs"),
        achievement=Achievement(
            "https://lxp.example/achievements/1", "Wondzorg", "Verzorgt wonden.", "Toets en praktijk."
        ),
        valid_from=datetime.now(UTC) - timedelta(days=400),
        valid_until=valid_until,
        status=status,
    )
    return signed(build_credential(award))


def status_list(*withdrawn: int) -> dict[str, Any]:
    begin = datetime.now(UTC) - timedelta(hours=1)
    return signed(build_status_list(address=LIST, issuer=DID, withdrawn=withdrawn, valid_from=begin))


def did_document() -> dict[str, Any]:
    return build_did_document(DID, {"key-1": KEY.public})


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    with pytest.raises(SystemExit) as ending:
        call_command("verify", *arguments)
    return int(str(ending.value.code)), capsys.readouterr().out.splitlines()


def test_a_valid_credential_ends_with_0(capsys, write: Write) -> None:
    arguments = [write("credential.json", credential()), "--did", write("did.json", did_document())]
    assert run(capsys, *arguments) == (
        0,
        ["Valid", "Competence: Wondzorg", "Of: Sanne Jacobs", "Issued by: Maasdal · did:web:lxp.example"],
    )


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            datetime(2099, 1, 20, 23, tzinfo=UTC),
            "the end of Tuesday 20 January 2099 (2099-01-20T23:00:00Z)",
        ),  # midnight here
        (datetime(2099, 1, 20, 11, 30, tzinfo=UTC), "Tuesday 20 January 2099, 12:30 (2099-01-20T11:30:00Z)"),
    ],
)
def test_the_end_is_a_day_for_people_and_a_moment_for_programs(capsys, write: Write, end: datetime, said: str) -> None:
    arguments = [write("credential.json", credential(valid_until=end)), "--did", write("did.json", did_document())]
    assert run(capsys, *arguments)[1][-1] == f"Valid until: {said}"


def test_files_to_use_may_stand_before_the_credential(capsys, write: Write) -> None:
    file, did = write("credential.json", credential(status=StatusEntry(LIST, 7))), write("did.json", did_document())
    other = write("other.json", {**did_document(), "id": "did:web:other.example"})
    assert run(capsys, "--did", other, "--did", did, "--status", write("clear.json", status_list(6)), file)[0] == 0


def test_what_a_stranger_wrote_is_shown_printable_and_short(capsys, write: Write) -> None:
    document = credential()
    document["proof"][0]["cryptosuite"] = "\x1b[31m\ud800" + "x" * 500
    code, lines = run(capsys, write("credential.json", document))
    assert (code, len(lines)) == (1, 2)
    assert f"\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}{'x' * 194}…" in lines[1]


def test_a_credential_that_ended_ends_with_1_and_the_reason(capsys, write: Write) -> None:
    ended = credential(valid_until=datetime(2010, 1, 1, tzinfo=UTC))
    code, lines = run(capsys, write("credential.json", ended), "--did", write("did.json", did_document()))
    assert code == 1
    assert lines == [
        "Not valid",
        "This credential ended on Friday 1 January 2010, 01:00, and does not count any more. [expired]",
    ]


def test_the_status_comes_from_a_file(capsys, write: Write) -> None:
    file = write("credential.json", credential(status=StatusEntry(LIST, 7)))
    did = ["--did", write("did.json", did_document())]
    assert run(capsys, file, *did, "--status", write("clear.json", status_list(6)))[0] == 0
    code, lines = run(capsys, file, *did, "--status", write("set.json", status_list(7)))
    assert (code, lines) == (1, ["Not valid", "The issuer has withdrawn this credential. [withdrawn]"])


def test_what_cannot_be_read_ends_with_2(capsys, write: Write, tmp_path: Path) -> None:
    for name, content, reason in [
        ("text.json", "hello", "no_json"),
        ("empty.json", "", "empty_file"),
        ("large.json", "[" * 3_000_000, "too_large"),
    ]:
        code, lines = run(capsys, write(name, content))
        assert (code, lines[0]) == (2, "Unreadable")
        assert lines[1].endswith(f"[{reason}]")
    with (tmp_path / "50-mb.json").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert run(capsys, str(tmp_path / "50-mb.json"))[1][1].endswith("[too_large]")
    for missing in (tmp_path / "missing.json", tmp_path):
        assert run(capsys, str(missing))[0] == 2
    assert run(capsys, write("credential.json", credential()), "--did", write("wrong.json", "hello"))[0] == 2


def test_it_needs_no_database(write: Write, tmp_path: Path) -> None:
    """As a user runs it, with a database that is not even there."""
    environment = {
        "LXP_DATABASE_URL": f"sqlite:///{tmp_path}/none/lxp.sqlite3",
        "LXP_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lxp.config.settings.test",
        "PATH": "/usr/bin:/bin",
    }
    arguments = [write("credential.json", credential()), "--did", write("did.json", did_document())]
    done = subprocess.run(
        [sys.executable, "-m", "lxp", "verify", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] in {"Valid", "Geldig"}
