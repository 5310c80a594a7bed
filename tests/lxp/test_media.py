"""Uploaded files: pictures for everybody who has the address, documents only through the view that asks who it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in ("documents/plan.pdf", "images/hand.png"):
        file = tmp_path / "media" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"content")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


def test_a_picture_is_given(client: Client, folder: Path) -> None:
    answer = client.get("/media/images/hand.png")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"content")


@pytest.mark.parametrize(
    "path",
    [
        "documents/plan.pdf",
        "./documents/plan.pdf",
        "images/../documents/plan.pdf",
        "%2e/documents/plan.pdf",
        "documents/./plan.pdf",
        "../secret.txt",
        "images/../../secret.txt",
        "nothing.png",
    ],
)
def test_no_way_of_writing_leads_to_a_document_or_out_of_the_folder(client: Client, folder: Path, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404
