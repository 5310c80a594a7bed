"""Archives from anybody: the whole ones are read, the hostile ones are refused early and with a reason."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import pytest

from courses.cnxml import ArchiveError, ArchiveLimits, read_book
from courses.cnxml.archive import read_archive

OUTSIDE = "wants to be outside it"
DAMAGED = "damaged or incomplete"


def test_a_whole_archive_gives_its_xml_and_pictures_by_name(archive):
    found = read_archive(archive({"./b/index.cnxml": b"b", "a.xml": b"a", "c.png": b"c", "notes.txt": b"not kept"}))
    assert list(found.items()) == [("a.xml", b"a"), ("b/index.cnxml", b"b"), ("c.png", b"c")]


def test_a_path_is_read_too_and_a_missing_one_is_told(archive, tmp_path):
    path = tmp_path / "book.tar.gz"
    path.write_bytes(archive({"a.xml": b"a"}).getvalue())
    assert read_archive(path) == read_archive(str(path)) == {"a.xml": b"a"}
    with pytest.raises(ArchiveError, match=r"The file gone\.tar\.gz cannot be read"):
        read_archive(tmp_path / "gone.tar.gz")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "modules/../../x.cnxml", "..\\..\\x.cnxml", "\\x.cnxml", "C:\\x.cnxml"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(archive, name):
    with pytest.raises(ArchiveError, match=OUTSIDE):
        read_archive(archive({"good.xml": b"", name: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(archive_of, member, kind):
    special = member("modules/m1/index.cnxml")
    special.type, special.linkname = kind, "/etc/passwd"
    with pytest.raises(ArchiveError, match=r"holds a link or device: modules/m1/index\.cnxml"):
        read_archive(archive_of([(special, b"")]))


def test_two_files_with_one_name_are_refused_however_it_is_written(archive):
    with pytest.raises(ArchiveError, match=r"two files with one name: m/a\.cnxml"):
        read_archive(archive({"m/a.cnxml": b"1", "./m/a.cnxml": b"2"}))


def test_ten_thousand_members_are_too_many(archive_of, member):
    members = [(member(f"m{number}.cnxml"), b"") for number in range(10_000)]
    with pytest.raises(ArchiveError, match="more than 5000 files"):
        read_archive(archive_of(members))


def test_directories_count_as_members_too(archive_of, member):
    folder = member("d")
    folder.type = tarfile.DIRTYPE
    with pytest.raises(ArchiveError, match="more than 3 files"):
        read_archive(archive_of([(folder, b"")] * 4), ArchiveLimits(members=3))


def zeros(megabytes: int) -> bytes:
    """That many megabytes of zeros as gzip: ten at a time, since a gzip file may have many parts."""
    return gzip.compress(bytes(10 * 1024 * 1024), 1) * (megabytes // 10)


def test_a_gigabyte_of_zeros_is_stopped_while_it_unpacks():
    with pytest.raises(ArchiveError, match="larger than 300 MB when unpacked"):
        read_archive(io.BytesIO(zeros(1_000)))


def test_a_bomb_in_one_member_is_refused_by_its_size(member):
    header = member("bomb.xml")
    header.size = 1_000 * 1024 * 1024
    bomb = gzip.compress(header.tobuf()) + zeros(1_000)
    with pytest.raises(ArchiveError, match=r"bomb\.xml is larger than 20 MB"):
        read_archive(io.BytesIO(bomb))


def test_a_bomb_in_many_members_is_stopped_at_the_total(member):
    parts = []
    for number in range(100):
        header = member(f"part{number}.xml")
        header.size = 10 * 1024 * 1024
        parts.append(gzip.compress(header.tobuf()) + zeros(10))
    with pytest.raises(ArchiveError, match="larger than 300 MB when unpacked"):
        read_archive(io.BytesIO(b"".join(parts)))


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_name_of_two_hundred_megabytes_is_never_read(member, kind):
    header = member("name")
    header.type, header.size = kind, 200 * 1024 * 1024
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(gzip.compress(header.tobuf()) + zeros(200)))


def test_endless_headers_before_a_file_are_refused(member):
    record = b"13 path=a.xml\n"
    header = member("h")
    header.type, header.size = tarfile.XHDTYPE, len(record)
    one = header.tobuf() + record.ljust(512, b"\0")
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(gzip.compress(one * 5_000)))


def test_a_header_with_a_negative_size_is_refused(member):
    header = bytearray(member("a.xml").tobuf())
    header[124:136] = b"\xff" * 12  # base 256, negative
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(gzip.compress(bytes(header) + bytes(1024))))


def test_a_sparse_file_is_refused(member):
    header = member("a.xml")
    header.type = tarfile.GNUTYPE_SPARSE
    with pytest.raises(ArchiveError, match=r"link or device|damaged"):
        read_archive(io.BytesIO(gzip.compress(header.tobuf() + bytes(2048))))


@pytest.mark.parametrize("kept", [5, 20, 200, -30, -4])
def test_a_truncated_archive_is_refused_wherever_it_was_cut(archive, kept):
    whole = archive({"a.cnxml": bytes(range(256)) * 40}).getvalue()
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(whole[:kept]))


def test_a_wrong_check_sum_is_refused(archive):
    whole = bytearray(archive({"a.cnxml": b"text"}).getvalue())
    whole[-8:-4] = struct.pack("<I", zlib.crc32(b"other"))
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(bytes(whole)))


def test_a_member_that_ends_too_early_is_refused(member):
    header = member("a.xml")
    header.size = 5_000
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(gzip.compress(header.tobuf() + b"short")))


def test_what_is_no_archive_is_refused(archive):
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("a.cnxml", "x")
    plain_tar = archive({"a.cnxml": b"x"}, mode="w").getvalue()
    for data in (b"", b"PK", b"%PDF-1.7", b"<document/>", zipped.getvalue(), plain_tar):
        with pytest.raises(ArchiveError, match=r"not a \.tar\.gz archive"):
            read_archive(io.BytesIO(data))


def test_gzip_around_something_else_is_refused():
    with pytest.raises(ArchiveError, match=DAMAGED):
        read_archive(io.BytesIO(gzip.compress(b"<document/>" * 200)))


def test_an_empty_archive_and_one_without_modules_are_refused(archive):
    with pytest.raises(ArchiveError, match="holds no files of a book"):
        read_book(archive({}))
    with pytest.raises(ArchiveError, match="holds no files of a book"):
        read_book(archive({"read.me": b"hello"}))
    with pytest.raises(ArchiveError, match="holds no CNXML modules"):
        read_book(archive({"a.xml": b"<a/>"}))


def test_a_hostile_name_is_shortened_and_made_printable_in_the_message(archive):
    with pytest.raises(ArchiveError) as error:
        read_archive(archive({"../\x1b[31m" + "x" * 500: b""}))
    assert "\x1b" not in str(error.value)
    assert len(str(error.value)) < 250
