"""A small book, made here, becomes modules of the library: each rule of the conversion on its own."""

import datetime as dt

import pytest

from courses.cnxml import DocumentError, LicenceError, LossKind, Placement, read_book, with_addresses

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
OUTCOMES = (
    '<section class="learning-objectives" id="s0"><list id="l0">'
    "<item>Define dose.</item><item>DNA is known;</item></list></section>"
)


def test_a_module_has_the_shape_of_the_library_format(converted):
    module, pieces, _report = converted(f"{OUTCOMES}<para id='p1'>One.</para><para id='p2'>Two.</para>")
    content = module["activities"][0]["content"]
    attribution = content[-1]["text"]
    assert {name: value for name, value in module.items() if name != "activities"} == {
        "owner": "expertisecentrum",
        "sharing": "public",
        "language": "en",
        "title": "A title",
        "summary": (
            "From “Small Book”, chapter “First Chapter”. "
            "An American textbook text, in English: an example, no Dutch protocol."
        ),
        "theme": "medicijn",
        "topic": "medicijnen",
        "audiences": ["staff"],
        "study_minutes": 3,
        "is_example": True,
        "goals": ["You can define dose.", "You can DNA is known."],
    }
    assert [(a["kind"], a["id"], a["title"], a["minutes"]) for a in module["activities"]] == [
        ("lesson", "start", "A title", 1)
    ]
    assert content[0]["warning"]["title"] == "Example from the United States"
    assert "not a Dutch protocol" in content[0]["warning"]["text"]
    assert pieces == [{"text": "<p>One.</p>"}, {"text": "<p>Two.</p>"}]
    for part in ("“A title”", "Small Book", "CC BY 4.0", "creativecommons.org/licenses/by/4.0/", "Changes were made"):
        assert part in attribution


def test_a_placement_sets_what_the_library_asks(book_of, document):
    placement = Placement(owner="linde", theme="bewegen", topic="voeding", review_on=dt.date(2027, 10, 1))
    module = read_book(book_of(document("<para id='p'>A</para>")), placement=placement).modules[0].document
    assert [module[name] for name in ("owner", "theme", "topic", "review_on")] == [
        "linde",
        "bewegen",
        "voeding",
        dt.date(2027, 10, 1),
    ]


def test_text_is_escaped_and_only_the_small_subset_goes_out(converted):
    _module, pieces, report = converted(
        """<para id="p1">1 &lt; 2 &amp; &lt;script&gt;alert(1)&lt;/script&gt; <emphasis effect="bold">b</emphasis>
        <emphasis effect="italics">i</emphasis> H<sub>2</sub>O <code>c</code> <link url="javascript:alert(1)">bad</link>
        <link url="https://example.org/?a=1&amp;b=%22">good</link>
        <term class="no-emphasis" id="t">plain</term><newline/>
        </para><script xmlns="http://www.w3.org/1999/xhtml">evil()</script>"""
    )
    assert pieces[0]["text"] == (
        "<p>1 &lt; 2 &amp; &lt;script&gt;alert(1)&lt;/script&gt; <strong>b</strong> <em>i</em> H<sub>2</sub>O c bad "
        '<a href="https://example.org/?a=1&amp;b=%22">good</a> plain</p>'
    )
    assert report.counts()[LossKind.LINK_UNRESOLVED] == 1
    assert [str(loss) for loss in report.places(LossKind.ELEMENT_UNKNOWN)] == ["m1#p1 (script)"]


def test_links_between_modules_name_the_module_and_links_to_tables_their_number(converted):
    _module, pieces, report = converted(
        """<para id="p1">See <link document="m2"/>, <link document="m2">that</link>, <link target-id="t1"/>,
        <link document="m9">gone</link>.</para>
        <table id="t1"><tgroup cols="1"><thead><row><entry>H</entry></row></thead>
        <tbody><row><entry>x</entry></row></tbody></tgroup></table>"""
    )
    assert pieces[0]["text"] == (
        '<p>See <a href="module:small-m2">Other</a>, <a href="module:small-m2">that</a>, Table 1, gone.</p>'
    )
    assert report.counts()[LossKind.LINK_TO_ELEMENT] == 1
    assert [str(loss) for loss in report.places(LossKind.LINK_UNRESOLVED)] == ["m1#p1 (m9)"]


def test_links_get_their_address_later_and_lose_only_the_link_without_one(converted):
    module, _pieces, _report = converted(
        '<para id="p"><link document="m2">Go</link> <link document="m1">on</link></para>'
    )
    found = with_addresses(module, {"small-m2": "/en/other/"}.get)
    assert found["activities"][0]["content"][1]["text"] == '<p><a href="/en/other/">Go</a> on</p>'
    gone = with_addresses(module, lambda _slug: None)
    assert gone["activities"][0]["content"][1]["text"] == "<p>Go on</p>"
    assert module["activities"][0]["content"][1]["text"] == '<p><a href="module:small-m2">Go</a> on</p>'


def test_lists_keep_their_nesting_and_join_the_paragraph_before(converted):
    _module, pieces, report = converted(
        """<para id="p1">Do:</para><list list-type="enumerated" id="l1">
        <item>one<list id="l2"><item>a</item></list></item>
        <item>two</item></list><list list-type="enumerated" start-value="3" id="l3"><item>three</item></list>"""
    )
    assert pieces[0]["text"] == (
        "<p>Do:</p><ol><li>one<ul><li>a</li></ul></li><li>two</li></ol><ul><li>3. three</li></ul>"
    )
    assert [str(loss) for loss in report.places(LossKind.LIST_NUMBERING)] == ["m1#l3 (3)"]


SPANS = """<table id="t1"><title>Doses</title><tgroup cols="3"><colspec colname="c1"/><colspec colname="c2"/>
<colspec colname="c3"/><thead><row><entry>A</entry><entry namest="c2" nameend="c3">B</entry></row></thead><tbody>
<row><entry morerows="1">10<sup>9</sup>/L</entry><entry>1</entry>
<entry><list id="l"><item>x</item><item>y</item></list></entry></row>
<row><entry>2</entry><entry>first<newline/>second</entry></row>
<row><entry namest="c1" nameend="c3">Group</entry></row><row><entry/><entry/><entry/></row></tbody></tgroup>
<caption>For adults</caption></table>"""


def test_merged_cells_are_repeated_and_raised_numbers_stay_raised(converted):
    _module, pieces, report = converted(SPANS)
    assert pieces == [
        {
            "table": {
                "caption": "Table 1: Doses. For adults",
                "rows": [
                    ["A", "B", "B"],
                    ["10⁹/L", "1", "• x\n• y"],
                    ["10⁹/L", "2", "first\nsecond"],
                    ["Group", "", ""],
                ],
            }
        }
    ]
    assert {kind: report.counts()[kind] for kind in (LossKind.TABLE_SPAN, LossKind.TABLE_CELL_MARKUP)} == {
        LossKind.TABLE_SPAN: 1,
        LossKind.TABLE_CELL_MARKUP: 1,
    }


def test_cells_that_carry_their_own_headings_become_rows_with_a_label(converted):
    label = '<emphasis effect="bold"><span class="blue-text">{}</span></emphasis>'.format
    _module, pieces, report = converted(
        f"""<table id="t1"><tgroup cols="2"><tbody><row><entry>{label("Drug Class")}<newline/>Opioid<newline count="2"/>
        {label("Action:")}<newline/>One<newline/>Two</entry><entry>{label("Dose")}<newline/>5 mg</entry></row>
        </tbody></tgroup></table>"""
    )
    assert pieces[0]["table"]["rows"] == [
        ["Aspect", "Description"],
        ["Drug Class", "Opioid"],
        ["Action", "One\nTwo"],
        ["Dose", "5 mg"],
    ]
    assert report.counts()[LossKind.TABLE_LAYOUT] == 1


def test_a_table_without_a_header_gets_one(converted):
    bold = '<emphasis effect="bold">{}</emphasis>'.format
    row = "<row><entry>{}</entry><entry>{}</entry></row>".format
    table = '<table id="{}"><tgroup cols="2"><tbody>{}</tbody></tgroup></table>'.format
    _module, pieces, report = converted(
        table("t1", row(bold("Drug"), bold("Dose")) + row("a", "1")) + table("t2", row("a", "1") + row("b", "2"))
    )
    tables = [piece["table"]["rows"] for piece in pieces]
    assert tables == [[["Drug", "Dose"], ["a", "1"]], [["Column 1", "Column 2"], ["a", "1"], ["b", "2"]]]
    assert [str(loss) for loss in report.places(LossKind.TABLE_HEADER_CHOSEN)] == ["m1#t1"]
    assert [str(loss) for loss in report.places(LossKind.TABLE_HEADER_MADE)] == ["m1#t2"]


def test_titles_that_would_look_alike_are_told_apart(archive, document):
    chapter = "<subcollection><title>C</title><content>{}</content></subcollection>".format
    modules = "".join(chapter(f'<module document="m{n}"/><module document="m{n + 1}"/>') for n in (1, 3))
    contents = f"""<collection xmlns="http://cnx.rice.edu/collxml"><metadata><title>B</title>
    <license url="http://creativecommons.org/licenses/by/4.0/"/></metadata><content>{modules}</content></collection>"""
    long = (
        "Many words at the start of a title that goes on and on and never seems to end, then {} somewhere inside, "
        "and as many words at the very end of it"
    ).format
    titles = {"m1": "Alike", "m2": long("one"), "m3": "Alike", "m4": "Alone"}
    files = {f"{name}/index.cnxml": document(identity=name, title=title) for name, title in titles.items()}
    book = read_book(archive({"collection.xml": contents.encode(), **files}))
    shortened = (
        "Many words at the start of a title that goes on and on and … somewhere inside, "
        "and as many words at the very end of it"
    )
    found = [module.document["title"] for module in book.modules]
    assert found == ["Alike (chapter 1)", shortened, "Alike (chapter 2)", "Alone"]
    assert [str(loss) for loss in book.report.places(LossKind.TITLE_SHORTENED)] == [
        f"m2#start ({long('one')})",
        f"m2 ({long('one')})",
    ]


def test_a_wide_or_wild_table_costs_no_more_than_its_limit(converted):
    cells = "<entry>x</entry>" * 500
    _module, pieces, report = converted(
        f'<table id="t1"><tgroup cols="99999"><thead><row>{cells}</row></thead><tbody><row>'
        f'<entry morerows="99999">y</entry></row></tbody></tgroup></table>'
    )
    assert [len(row) for row in pieces[0]["table"]["rows"]] == [50, 50]
    assert report.counts()[LossKind.TABLE_SHAPE] == 1


def test_warnings_warn_and_other_notes_have_a_heading(converted):
    _module, pieces, _report = converted(
        """<note class="safety-alert" id="n1"><title>Falls</title><para id="p1">Look out.</para></note>
        <note class="clinical-tip" id="n2"><title>Calm</title><para id="p2">Sit.</para></note>"""
    )
    assert pieces == [
        {"warning": {"title": "Safety alert: Falls", "text": "<p>Look out.</p>"}},
        {"text": "<h3>Clinical tip: Calm</h3><p>Sit.</p>"},
    ]


FIGURE = """<figure id="f1"><media id="m" alt="A cup"><image src="../../media/cup.gif"/></media>
<caption>Tea</caption></figure>"""


def test_a_picture_in_the_archive_is_shown_and_carried(book_of, document):
    book = read_book(book_of(document(FIGURE), cup_gif=GIF))
    pieces = book.modules[0].document["activities"][0]["content"]
    assert pieces[1] == {"picture": {"file": "cup.gif", "alt": "A cup", "caption": "Figure 1: Tea"}}
    assert book.pictures == {"cup.gif": GIF}
    assert book.report.carried["pictures"] == 1


def test_a_long_caption_stands_below_the_picture(book_of, document):
    credit = "A cup of tea. " * 20 + "(credit: A. Maker, CC BY 4.0)"
    book = read_book(book_of(document(FIGURE.replace("Tea", credit)), cup_gif=GIF))
    pieces = book.modules[0].document["activities"][0]["content"]
    assert pieces[1]["picture"]["caption"] == "Figure 1"
    assert pieces[2] == {"text": f"<p>Figure 1: {credit}</p>"}


@pytest.mark.parametrize(
    ("files", "kind"), [({}, LossKind.PICTURE_MISSING), ({"cup_gif": b"<svg onload='x'/>"}, LossKind.PICTURE_REFUSED)]
)
def test_a_picture_that_is_missing_or_false_is_described_and_reported(book_of, document, files, kind):
    book = read_book(book_of(document(FIGURE), **files))
    assert book.modules[0].document["activities"][0]["content"][1]["text"] == (
        "<p><strong>Figure 1:</strong> Tea</p>"
        "<p><em>The picture itself is not in this copy.</em> What the picture shows: A cup</p>"
    )
    assert book.pictures == {}
    assert book.report.counts()[kind] == 1


def test_a_long_section_is_divided_at_its_sub_sections_and_keeps_their_ids(converted):
    paragraphs = "".join(f"<para id='p{{0}}{number}'>{'word ' * 200}</para>" for number in range(4))
    sections = "".join(
        f"<section id='s{letter}'><title>Part {letter}</title>{paragraphs.format(letter)}</section>" for letter in "abc"
    )
    module, _pieces, _report = converted(f"<section id='s1'><title>Whole</title>{sections}</section>")
    assert [(a["id"], a["title"], a["minutes"]) for a in module["activities"]] == [
        ("s1", "Whole", 5),
        ("sb", "Part b", 5),
        ("sc", "Part c", 5),
    ]
    assert module["study_minutes"] == 15


def test_many_outcomes_stay_in_the_text_and_few_are_completed(converted):
    items = "".join(f"<item>Do {number}</item>" for number in range(7))
    outcomes = (
        '<section class="learning-objectives" id="s0"><list id="l0">{}</list></section><para id="p">T</para>'.format
    )
    module, pieces, report = converted(outcomes(items))
    assert module["goals"] == [f"You can do {number}." for number in range(5)]
    assert "<li>Do 6</li>" in pieces[0]["text"]
    assert report.counts()[LossKind.GOALS_LIMITED] == 1
    module, _pieces, report = converted(outcomes("<item>Do it</item>"))
    assert module["goals"] == ["You can do it.", "You know what this part of the book is about."]


def test_glossary_becomes_a_table_of_key_terms(book_of, document):
    glossary = """<glossary><definition id="d"><term>pH</term>
    <meaning>10<sup>-7</sup> is neutral</meaning></definition></glossary>"""
    book = read_book(book_of(document("<para id='p'>A</para>", glossary=glossary)))
    tables = [p["table"] for a in book.modules[0].document["activities"] for p in a["content"] if "table" in p]
    assert tables == [{"caption": "Key terms", "rows": [["Term", "Meaning"], ["pH", "10⁻⁷ is neutral"]]}]
    assert book.report.carried["key terms"] == 1


def test_an_empty_document_is_still_a_module(book_of, document):
    module = read_book(book_of(document())).modules[0].document
    assert [len(activity["content"]) for activity in module["activities"]] == [2]
    assert module["study_minutes"] == 3


@pytest.mark.parametrize("terms", ["by-nd", "by-nc-nd", "devil"])
def test_a_licence_that_forbids_changes_is_refused(archive, document, terms):
    licence = f"http://creativecommons.org/licenses/{terms}/4.0/"
    with pytest.raises(LicenceError, match="does not allow a changed version"):
        read_book(archive({"m1/index.cnxml": document()}), licence_url=licence)


def test_a_book_without_a_licence_is_refused_until_one_is_named(archive, document):
    with pytest.raises(LicenceError, match="does not say under which licence"):
        read_book(archive({"m1/index.cnxml": document()}))
    book = read_book(
        archive({"m1/index.cnxml": document()}), licence_url="https://creativecommons.org/licenses/by-nc-sa/4.0"
    )
    assert book.attribution.licence == "CC BY-NC-SA 4.0"
    assert book.report.counts()[LossKind.ORDER_DERIVED] == 1


def test_the_table_of_contents_and_the_archive_may_disagree(archive, document):
    contents = """<collection xmlns="http://cnx.rice.edu/collxml"><metadata><title>B</title>
    <license url="http://creativecommons.org/licenses/by/4.0/"/></metadata><content>
    <subcollection><title>C</title><content><module document="m1"/><module document="gone"/><module document="m1"/>
    </content></subcollection></content></collection>"""
    files = {f"{name}/index.cnxml": document(identity=name, title=name) for name in ("m1", "m2")}
    book = read_book(archive({"collection.xml": contents.encode(), **files}))
    assert [(chapter.title, [module.source_id for module in chapter.modules]) for chapter in book.chapters] == [
        ("C", ["m1"]),
        ("Other modules", ["m2"]),
    ]
    losses = [(loss.kind, loss.document) for loss in book.report.losses if loss.kind.startswith("module_")]
    assert losses == [
        (LossKind.MODULE_MISSING, "gone"),
        (LossKind.MODULE_TWICE, "m1"),
        (LossKind.MODULE_UNLISTED, "m2"),
    ]


def test_two_books_or_two_documents_with_one_id_are_refused(archive, document):
    with pytest.raises(DocumentError, match="more than one book"):
        read_book(archive({"a.collection.xml": b"", "b.collection.xml": b"", "m1/index.cnxml": document()}))
    with pytest.raises(DocumentError, match="are both document m1"):
        read_book(archive({"a/index.cnxml": document(), "b/index.cnxml": document()}))


def test_the_report_can_be_read(converted):
    _module, _pieces, report = converted(FIGURE)
    lines = report.as_text().splitlines()
    assert lines[0] == "Carried over:"
    assert "       1 pictures that are not in the archive, replaced by their description" in lines
    assert "           m1#f1 (cup.gif)" in lines
