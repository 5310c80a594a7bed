"""A small course of Open edX, as its Studio exports it."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

ANSWERS = [["J", {"label": "Ja", "img": "", "img_alt": ""}], ["N", {"label": "Nee", "img": "", "img_alt": ""}]]
POLL = json.dumps(ANSWERS).replace('"', "&quot;")
COURSE = {
    "course.xml": '<course url_name="2026" org="Zorg" course="Tillen"/>',
    "course/2026.xml": '<course display_name="Veilig tillen"><chapter url_name="een"/></course>',
    "chapter/een.xml": '<chapter display_name="Begin"><sequential url_name="s1"/><sequential url_name="s2"/></chapter>',
    "sequential/s1.xml": '<sequential display_name="Samen tillen"><vertical url_name="v1"/>'
    '<vertical url_name="v2"/></sequential>',
    "sequential/s2.xml": '<sequential display_name="Leeg"><vertical url_name="v3"/></sequential>',
    "vertical/v1.xml": '<vertical display_name="Waarom"><html url_name="h1"/><html url_name="h2"/></vertical>',
    "vertical/v2.xml": '<vertical display_name="Oefen"><problem url_name="p1"/><problem url_name="p2"/><problem url_name="p3"/>'
    f'<poll url_name="q1" display_name="Peiling" question="Til je alleen?" answers="{POLL}" max_submissions="2"/>'
    '<survey url_name="x1"/></vertical>',
    "vertical/v3.xml": '<vertical display_name="Film"><video url_name="f1"/></vertical>',
    "html/h1.xml": '<html filename="h1" display_name="Rug"/>',
    "html/h1.html": '<h1>Je rug</h1><p onclick="x()">Til <b>samen</b> &lt;3<script>alert(1)</script></p>'
    '<img src="/static/rug.png" alt="Een rug"><a href="/jump_to_id/p1">oefen</a> <a href="https://example.org">lees</a>',
    "html/h2.xml": '<html filename="h2"/>',
    "html/h2.html": "<p>Meer.</p>",
    "problem/p1.xml": '<problem display_name="Vraag"><multiplechoiceresponse><label>Met hoeveel til je?</label><choicegroup>'
    '<choice correct="false">Alleen<choicehint>Liever niet.</choicehint></choice><choice correct="true">Samen</choice>'
    "</choicegroup></multiplechoiceresponse><solution><p>Samen spaart je rug.</p></solution></problem>",
    "problem/p2.xml": '<problem><p>Hoeveel kilo?</p><numericalresponse answer="23">'
    '<responseparam type="tolerance" default="1"/></numericalresponse></problem>',
    "problem/p3.xml": "<problem><p>Schrijf code.</p><coderesponse/></problem>",
}


def write_folder(folder: Path, **changes: str) -> Path:
    for name, text in {**COURSE, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def write_archive(path: Path, files: dict[str, bytes] | None = None, *, top: str = "course") -> Path:
    content = {f"{top}/{name}": text.encode() for name, text in COURSE.items()} if files is None else files
    with tarfile.open(path, "w:gz") as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path
