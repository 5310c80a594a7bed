"""Makes books and archives in memory; no test here needs a database or the settings of an installation."""

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from courses.cnxml import Report, read_book

if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
    settings.configure(USE_I18N=False)

COLLECTION = """<collection xmlns="http://cnx.rice.edu/collxml" xmlns:md="http://cnx.rice.edu/mdml">
<metadata><md:title>Small Book</md:title><md:slug>small</md:slug><md:language>en</md:language>
<md:license url="http://creativecommons.org/licenses/by/4.0/"/></metadata>
<content><subcollection><md:title>First Chapter</md:title><content>{modules}</content></subcollection></content>
</collection>"""
DOCUMENT = """<document xmlns="http://cnx.rice.edu/cnxml" xmlns:m="http://www.w3.org/1998/Math/MathML">
<title>{title}</title>
<metadata xmlns:md="http://cnx.rice.edu/mdml"><md:content-id>{identity}</md:content-id></metadata>
<content>{content}</content>{glossary}</document>"""


def make_document(content: str = "", *, identity: str = "m1", title: str = "A title", glossary: str = "") -> bytes:
    return DOCUMENT.format(content=content, identity=identity, title=title, glossary=glossary).encode()


def make_archive(files: dict[str, bytes], *, mode: str = "w:gz") -> io.BytesIO:
    members = [(plain_member(name, data), data) for name, data in files.items()]
    return make_archive_of(members, mode=mode)


def make_archive_of(members: list[tuple[tarfile.TarInfo, bytes]], *, mode: str = "w:gz") -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as file:
        for member, data in members:
            file.addfile(member, io.BytesIO(data))
    stream.seek(0)
    return stream


def plain_member(name: str, data: bytes = b"") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    return member


def make_book(*documents: bytes, **files: bytes) -> io.BytesIO:
    """An archive with a collection file that names the documents m1, m2, … in order."""
    names = [f"m{number}" for number in range(1, len(documents) + 1)]
    modules = "".join(f'<module document="{name}"/>' for name in names)
    contents = {f"modules/{name}/index.cnxml": data for name, data in zip(names, documents, strict=True)}
    return make_archive(
        {
            "small.collection.xml": COLLECTION.format(modules=modules).encode(),
            **contents,
            **{f"media/{name.replace('_', '.')}": data for name, data in files.items()},
        }
    )


@pytest.fixture(name="document")
def document_maker() -> Callable[..., bytes]:
    return make_document


@pytest.fixture(name="archive")
def archive_maker() -> Callable[..., io.BytesIO]:
    return make_archive


@pytest.fixture(name="archive_of")
def archive_of_maker() -> Callable[..., io.BytesIO]:
    return make_archive_of


@pytest.fixture(name="member")
def member_maker() -> Callable[..., tarfile.TarInfo]:
    return plain_member


@pytest.fixture(name="book_of")
def book_maker() -> Callable[..., io.BytesIO]:
    return make_book


@pytest.fixture
def converted() -> Callable[..., tuple[dict, list, Report]]:
    """The first module of a book with this content, its own pieces (without notice and attribution), its report."""

    def convert(content: str, **files: bytes) -> tuple[dict, list, Report]:
        other = make_document("<para id='p'>B</para>", identity="m2", title="Other")
        book = read_book(make_book(make_document(content), other, **files))
        module = book.modules[0].document
        pieces = [piece for activity in module["activities"] for piece in activity.get("content", [])]
        return module, pieces[1:-1], book.report

    return convert


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def shared_books() -> Path:
    """The folder with the two OpenStax books, which are never copied into the repository."""
    beside = Path(__file__).parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("LXP_SHARED_DATA", beside)) / "openstax-nursing"
    if not folder.is_dir():
        pytest.skip(f"The OpenStax books are not in {folder}; set LXP_SHARED_DATA to the folder with test data.")
    return folder
