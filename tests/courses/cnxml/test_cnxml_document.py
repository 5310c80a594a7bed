"""One document: what is hostile or broken is refused with file and line; what is sound is read whole."""

import pytest
from defusedxml.ElementTree import fromstring

from courses.cnxml import DocumentError, read_book
from courses.cnxml.document import read_document
from courses.cnxml.mathematics import text_of_math
from courses.cnxml.safe_xml import parse_xml

NAME = "modules/m1/index.cnxml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FORBIDDEN = {
    "billion laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><document>&l9;</document>',
    "one long entity": f'<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]><document>{"&a;" * 1000}</document>',
    "external entity": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>',
    "external over the network": '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><document>&x;</document>',
    "parameter entity": '<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><document/>',
    "external DTD": '<!DOCTYPE document SYSTEM "http://127.0.0.1:1/cnxml.dtd"><document/>',
    "bare DTD": "<!DOCTYPE document><document/>",
}


@pytest.mark.parametrize("text", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_document_types_and_entities_are_refused_with_file_and_line(text):
    with pytest.raises(DocumentError, match=r"modules/m1/index\.cnxml, line \d+: it declares a document type"):
        parse_xml(NAME, b'<?xml version="1.0"?>\n' + text.encode())


def test_an_undeclared_entity_is_refused():
    with pytest.raises(DocumentError, match="not well-formed"):
        parse_xml(NAME, b"<document>&nbsp;</document>")


def test_broken_xml_names_file_line_and_column():
    with pytest.raises(DocumentError) as error:
        parse_xml(NAME, b"<document>\n<title>A</title>\n  <para>text</title>\n</document>")
    assert str(error.value) == (f"{NAME}, line 3, column 15: this is not well-formed XML. Correct it and try again.")


@pytest.mark.parametrize("data", [b"", b"   ", b"no xml", b"<document>", b"<a/><b/>", b"<document>\0</document>"])
def test_what_is_no_xml_is_refused(data):
    with pytest.raises(DocumentError, match="not well-formed XML"):
        parse_xml(NAME, data)


@pytest.mark.parametrize("data", ["<document>caf\xe9</document>".encode("latin-1"), "<d>é</d>".encode("utf-16")])
def test_text_that_is_not_utf_8_names_its_line(data):
    with pytest.raises(DocumentError, match=r"line 2: the text is not UTF-8"):
        parse_xml(NAME, b"<?xml version='1.0'?>\n" + data)


def test_another_declared_encoding_changes_nothing():
    root = parse_xml(NAME, '<?xml version="1.0" encoding="latin-1"?><document>é</document>'.encode())
    assert root.text == "é"


def test_ten_thousand_nested_elements_are_refused(book_of, document):
    nested = "<section>" * 10_000 + "</section>" * 10_000
    with pytest.raises(DocumentError, match=r"line 4: the elements are nested too deep or are too many"):
        read_book(book_of(document(nested)))


def test_nesting_at_the_limit_is_converted_without_harm(book_of, document):
    nested = "<list><item>" * 45 + "deep" + "</item></list>" * 45
    book = read_book(book_of(document(nested)))
    assert "deep" in str(book.modules[0].document)


def test_three_hundred_thousand_elements_are_refused(document):
    with pytest.raises(DocumentError, match="nested too deep or are too many"):
        read_document(NAME, document("<para/>" * 300_000))


def test_huge_text_is_refused(document):
    with pytest.raises(DocumentError, match=r"is longer than 4 MB of text"):
        read_document(NAME, document("a" * 5_000_000))


def test_long_text_below_the_limit_is_read(book_of, document):
    book = read_book(book_of(document(f"<para id='p'>{'word ' * 200_000}</para>")))
    assert book.modules[0].document["study_minutes"] > 1_000


@pytest.mark.parametrize("text", ["<html/>", "<document/>", "<content/>"])
def test_xml_that_is_no_cnxml_is_refused(text):
    with pytest.raises(DocumentError, match="is XML, but not a CNXML document"):
        read_document(NAME, text.encode())


def test_a_document_is_read_whole(document):
    read = read_document(
        NAME,
        document(
            """<section class="learning-objectives" id="s1"><title>Outcomes</title>
            <list id="l1"><item>Define <term>dose</term>.</item><item>Explain it.</item></list></section>
            <section id="s2"><title>CO<sub>2</sub></title><para id="p1">See <link url="https://example.org/">this</link>
            and <m:math><m:mn>2</m:mn></m:math>.<footnote id="f1">A note.</footnote></para>
            <figure id="f2"><media id="me" alt="A  cup"><image src="../../media/cup.png"/></media>
            <caption>Cup</caption></figure>
            <note class="clinical-tip" id="n1"><title>Tip</title><para id="p2">Do.</para></note>
            <exercise id="e1"><problem id="pr"><para id="p3">Why?</para></problem>
            <solution id="so"><para id="p4">Because.</para></solution></exercise></section>""",
            glossary="""<glossary><definition id="d1"><term>dose</term>
            <meaning>an amount</meaning></definition></glossary>""",
        ),
    )
    assert (read.id, read.title, read.objectives) == ("m1", "A title", ("Define dose.", "Explain it."))
    assert [section.title for section in read.sections] == ["Outcomes", "CO₂"]
    assert [media.alt for media in read.figures[0].media] == ["A cup"]
    assert [note.kind for note in read.notes] == ["clinical-tip"]
    assert [bool(exercise.solution) for exercise in read.exercises] == [True]
    assert [definition.meaning for definition in read.glossary] == [("an amount",)]
    assert [len(read.spans(kind)) for kind in ("link", "math", "footnote", "term")] == [1, 1, 1, 1]


MATH = {
    "<mfrac><mn>1</mn><mn>2</mn></mfrac>": "1/2",
    "<mfrac><mrow><mn>250</mn><mo> </mo><mi>mg</mi></mrow><mrow><mn>5</mn></mrow></mfrac>": "(250 mg)/5",
    "<mfrac><mrow><mn>10</mn><mo> </mo><mi>mg</mi></mrow><mrow/></mfrac>": "(10 mg)",
    "<msup><mi>m</mi><mn>2</mn></msup>": "m²",
    "<msub><mi>CO</mi><mn>2</mn></msub>": "CO₂",
    "<msubsup><mi>x</mi><mn>1</mn><mi>q</mi></msubsup>": "x₁^q",
    "<msqrt><mi>a</mi><mo>×</mo><mi>b</mi></msqrt>": "√(a × b)",
    "<mroot><mi>a</mi><mn>3</mn></mroot>": "³√(a)",
    "<mfenced><mi>a</mi><mi>b</mi></mfenced>": "(a, b)",
    "<mo>-</mo><mn>2</mn><mo>+</mo><mn>3</mn>": "-2 + 3",
    "<mn>2</mn><mo>.</mo><mn>5</mn>": "2.5",
    "<mi>a</mi><mspace linebreak='newline'/><mi>b</mi>": "a\nb",
    "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>": "a =\nb",
    "<strange><mi>kept</mi></strange>": "kept",
}


@pytest.mark.parametrize(("markup", "text"), MATH.items())
def test_formulas_become_text_that_can_be_read(markup, text):
    assert text_of_math(fromstring(f"<math>{markup}</math>")) == text
