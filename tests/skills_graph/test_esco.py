"""The import of ESCO: from small files made here, and from the real one where it is."""

import gzip
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from skills_graph.models import Competency, Framework, GraphVersion, Profile, Relation, Requirement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SHARED_DATA = Path(os.environ.get("LXP_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
ROOT = "http://data.europa.eu/esco/skill/c46fcb45-5c14-4ffa-abed-5a43f104bb22"
JOINED = {
    "skills.csv": f"uri,type,label_en\n{ROOT},SkillGroup,knowledge\nk,KnowledgeSkillCompetence,anatomy\n"
    's,KnowledgeSkillCompetence,"lift, carefully"\nn,KnowledgeSkillCompetence,\n',
    "broader.csv": f"uri,broader_uri\nk,{ROOT}\n",
    "occupations.csv": "uri,isco,label_en,label_nl\no,5321,carer,verzorgende\n",
    "occupation_skills.csv": "occupation_uri,skill_uri,relation\no,k,essential\no,s,optional\no,s,essential\n",
    "skill_relations.csv": "uri,related_uri,relation\ns,k,optional\ns,s,optional\n",
}
OFFICIAL = {
    "skills_en.csv": "conceptType,conceptUri,skillType,preferredLabel\n"
    "KnowledgeSkillCompetence,k,knowledge,anatomy\nKnowledgeSkillCompetence,s,skill/competence,lift\n",
    "skills_nl.csv": "conceptType,conceptUri,skillType,preferredLabel\n"
    "KnowledgeSkillCompetence,k,knowledge,anatomie\nKnowledgeSkillCompetence,s,skill/competence,tillen\n",
    "skillGroups_en.csv": f"conceptType,conceptUri,preferredLabel\nSkillGroup,{ROOT},knowledge\n",
    "broaderRelationsSkillPillar_en.csv": f"conceptType,conceptUri,broaderType,broaderUri\nx,k,SkillGroup,{ROOT}\n",
    "occupations_en.csv": "conceptType,conceptUri,iscoGroup,preferredLabel\nOccupation,o,5321,carer\n",
    "occupations_nl.csv": "conceptType,conceptUri,iscoGroup,preferredLabel\nOccupation,o,5321,verzorgende\n",
    "occupationSkillRelations_en.csv": "occupationUri,relationType,skillType,skillUri\no,essential,knowledge,k\n",
    "skillSkillRelations_en.csv": "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\n"
    "s,skill/competence,optional,knowledge,k\n",
}


def write(folder: Path, files: dict[str, str], **changed: str | None) -> Path:
    """A folder with files; a changed one by its name without ending, None leaves it out."""
    for name, usual in files.items():
        text = changed.get(name.partition(".")[0], usual)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8-sig")
    return folder


def run(folder: Path, *options: str) -> str:
    output = StringIO()
    call_command("import_esco", str(folder), *options, stdout=output)
    return output.getvalue()


def test_skills_occupations_and_relations_become_a_framework(tmp_path):
    told = run(write(tmp_path, JOINED))
    framework = Framework.objects.get()
    assert framework.attribution == "This service uses the ESCO classification of the European Commission."
    assert framework.attribution in told
    assert sorted(Competency.objects.values_list("kind", "title")) == [
        ("group", "knowledge"),
        ("knowledge", "anatomy"),
        ("skill", "ESCO n"),
        ("skill", "lift, carefully"),
    ]
    assert sorted(Relation.objects.values_list("source__uri", "target__uri", "kind", "provenance")) == [
        ("k", ROOT, "broader", ""),
        ("s", "k", "related", "ESCO optional"),
    ]
    profile = Profile.objects.get()
    assert (profile.title, profile.labels) == ("carer", {"en": "carer", "nl": "verzorgende"})
    asked = Requirement.objects.order_by("competency__uri").values_list(
        "competency__uri", "level", "assurance", "strength"
    )
    assert list(asked) == [("k", 1, 1, 1), ("s", 1, 1, 1)]
    assert "Left out: s is related to itself." in told
    assert "1 competencies have no label here" in told
    assert "1 links are there twice" in told


def test_a_second_run_changes_nothing_and_a_third_only_what_differs(tmp_path):
    run(write(tmp_path, JOINED))
    before = GraphVersion.current()
    assert "Nothing changed." in run(tmp_path)
    assert GraphVersion.current() == before
    write(tmp_path, JOINED, occupation_skills="occupation_uri,skill_uri,relation\no,k,optional\n")
    assert "Changed: 3 requirements." in run(tmp_path)
    current = Requirement.objects.current().values_list("competency__uri", "strength")
    assert list(current) == [("k", 3)]
    assert Requirement.objects.count() == 3


def test_a_skill_that_esco_dropped_is_withdrawn(tmp_path):
    run(write(tmp_path, JOINED))
    write(tmp_path, JOINED, skills=JOINED["skills.csv"].replace("n,KnowledgeSkillCompetence,\n", ""))
    run(tmp_path)
    assert list(Competency.objects.filter(retired_on__isnull=False).values_list("uri", flat=True)) == ["n"]


def test_the_official_download_is_read_with_its_dutch_labels(tmp_path):
    run(write(tmp_path, OFFICIAL), "--esco-version", "1.2.1")
    assert Framework.objects.get().version == "1.2.1"
    labels = dict(Competency.objects.values_list("uri", "labels"))
    assert labels["s"] == {"en": "lift", "nl": "tillen"}
    assert dict(Competency.objects.values_list("uri", "kind")) == {"k": "knowledge", "s": "skill", ROOT: "group"}
    assert Profile.objects.get().labels == {"en": "carer", "nl": "verzorgende"}


def test_gzipped_files_are_read_too(tmp_path):
    for name, text in JOINED.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    run(tmp_path)
    assert Competency.objects.count() == 4


def test_a_dry_run_stores_nothing(tmp_path):
    told = run(write(tmp_path, JOINED), "--dry-run")
    assert "Read 4 competencies, 2 relations, 1 profiles with 2 requirements." in told
    assert "Nothing stored." in told
    assert Framework.objects.exists() is False


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"broader": None}, r"There is no broader\.csv or broader\.csv\.gz in "),
        ({"skills": "uri,type\nk,x\n"}, r"skills\.csv has no column label_en / preferredLabel"),
        ({"skills": ""}, r"skills\.csv has no column uri / conceptUri"),
        ({"broader": "uri,broader_uri\nk\n"}, r"broader\.csv, line 2: a value is missing"),
        ({"broader": f"uri,broader_uri\nk,{ROOT}\n{ROOT},k\n"}, "round in a circle"),
        ({"broader": "uri,broader_uri\nk,unknown\n"}, "unknown is in a relation, and there is no such competency"),
        ({"occupation_skills": "occupation_uri,skill_uri,relation\nx,k,essential\n"}, "there is no such occupation"),
        ({"occupation_skills": "occupation_uri,skill_uri,relation\no,k,maybe\n"}, "neither essential nor optional"),
        ({"occupation_skills": "occupation_uri,skill_uri,relation\no,z,essential\n"}, "o asks z, and there is no such"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["import", "dry run"])
def test_a_missing_or_broken_file_is_named_and_nothing_is_stored(tmp_path, changed, message, options):
    write(tmp_path, JOINED, **changed)
    with pytest.raises(CommandError, match=message):
        run(tmp_path, *options)
    assert (Framework.objects.count(), Competency.objects.count(), GraphVersion.current()) == (0, 0, 0)


def test_a_broken_archive_and_wrong_letters_are_named(tmp_path):
    write(tmp_path, JOINED, broader=None)
    (tmp_path / "broader.csv.gz").write_bytes(gzip.compress(JOINED["broader.csv"].encode() * 100)[:-20])
    with pytest.raises(CommandError, match=r"broader\.csv\.gz cannot be read"):
        run(tmp_path)
    (tmp_path / "broader.csv").write_bytes(b"uri,broader_uri\nk,\xff\n")
    with pytest.raises(CommandError, match=r"broader\.csv cannot be read"):
        run(tmp_path)
    with pytest.raises(CommandError, match="There is no folder"):
        run(tmp_path / "nowhere")


def test_the_whole_of_esco_comes_in_twice_without_change():
    folder = SHARED_DATA / "esco"
    if not folder.is_dir():
        pytest.skip(f"ESCO is not in {folder}; set LXP_SHARED_DATA to the folder with test data.")
    told = run(folder)
    assert "Changed: 14579 competencies, 26639 relations, 3039 profiles, 118393 requirements." in told
    assert "15 links are there twice; each counts once." in told
    assert Competency.objects.filter(kind="group").count() == 640
    assert "Nothing changed." in run(folder)
