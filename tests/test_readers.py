"""Web pages, PDFs and Word documents: the text a reader sees, and what the file states."""

import logging
import sys
import warnings
from io import BytesIO
from pathlib import Path

import pytest

from rhetorica.errors import SourceError
from rhetorica.readers import PAGES, PLAIN, Reading, check_suffix, is_table, read_file
from rhetorica.webpages import page_text, parse_page
from support.documents import ENCRYPTED, XLSX, docx_bytes, pdf_bytes, zip_bytes

PARAGRAPHS = ("On Unity", "By A. Author", "We met. It rained.")


def read(name: str, data: bytes | str, declared: str = "") -> Reading:
    content = data if isinstance(data, bytes) else data.encode("utf-8")
    return read_file(content, Path("raw", name), declared)


def refusal(name: str, data: bytes | str, declared: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        read(name, data, declared)
    message = str(caught.value)
    assert message.startswith(f"raw/{name}")
    assert "\n" not in message
    return message.removeprefix(f"raw/{name}").lstrip(", ")


def stated(reading: Reading) -> dict[str, str]:
    return {key: statement.value for key, statement in reading.stated.items()}


@pytest.mark.parametrize("name", ["a.rtf", "a.odt", "a.doc", "a.xlsx", "a.JPG", "a.pages"])
def test_a_suffix_that_is_not_read(name: str) -> None:
    assert refusal(name, "The people unite.") == (
        f": {Path(name).suffix.lower()} files are not read. Save it as .txt, .md, .html, .pdf, "
        ".docx or .csv, or, if it is plain text, rename it to end in .txt."
    )


@pytest.mark.parametrize(
    "name", ["speech", ".hidden", "Vol. 2", "speech.1992", "a.b.", "Rede vom 1. Mai 1992", "a.TXT"]
)
def test_a_name_without_suffix_is_plain_text(name: str) -> None:
    assert read(name, "The people unite.").text == "The people unite."
    assert not is_table(Path(name))


def test_every_plain_suffix_reads_the_file_as_it_is() -> None:
    text = "# On Unity\r\n\r\nWe *met*.\rIt rained.\n"
    for suffix in PLAIN:
        reading = read(f"a{suffix}", text)
        assert (reading.text, reading.encoding, reading.encoding_basis) == (text, "utf-8", "utf-8")
        assert stated(reading) == {"title": "On Unity"}


def test_front_matter_stays_in_the_text_and_is_read() -> None:
    text = (
        "---\ntitle: On Unity\ndate: 10 October 1992\n---\n\n# Another\n\nBy B. Body\n\nWe met.\n"
    )
    reading = read("a.md", text)
    assert reading.text == text
    assert stated(reading) == {"title": "On Unity", "date": "1992-10-10", "author": "B. Body"}
    assert reading.stated["title"].origin == "line 2 of the file"
    assert reading.stated["author"].origin == "line 8 of the file"


@pytest.mark.parametrize(
    ("data", "sign"),
    [
        ("<!DOCTYPE html><p>We met.", "<!DOCTYPE html"),
        ("\ufeff\n <HTML lang=en><p>We met.", "<HTML"),
        ("<?xml version='1.0'?>\n<!doctype html>", "<!doctype html"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a"])
def test_a_web_page_by_another_name(name: str, data: str, sign: str) -> None:
    assert refusal(name, data) == (
        f"is a web page, for it begins with {sign}: rename it to end in .html, so that its "
        "markup is not counted as words."
    )


def test_a_text_about_web_pages_is_none() -> None:
    assert read("a.txt", "We write <html> here.").text == "We write <html> here."


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One<p>Two", "One\n\nTwo\n"),
        ("<div>One</div>Two<div>Three", "One\n\nTwo\n\nThree\n"),
        ("<p>One <b>and</b>\n\t two&nbsp;&amp;&#233;", "One and two\u00a0&é\n"),
        ("<p>One<br>Two<br/>Three", "One\nTwo\nThree\n"),
        ("<p>One<br><br><br>Two", "One\n\nTwo\n"),
        ("One<hr>Two", "One\n\nTwo\n"),
        ("<h1>One</h1>Two<h2>Three</h2>", "One\n\nTwo\n\nThree\n"),
        ("<ul><li>One<li>Two</ul>Three", "- One\n- Two\n\nThree\n"),
        ("<ol><li><p>One</p></li><li></li><li>Two</li></ol>", "- One\n\n- Two\n"),
        ("<ul><li>One<ul><li>Two</li></ul></li><li>Three</li></ul>", "- One\n- Two\n- Three\n"),
        ("<blockquote><p>One<br>Two<p>Three</blockquote>Four", "> One\n> Two\n\n> Three\n\nFour\n"),
        ("<pre>\n  One\n\n\n Two </pre>Three", "  One\n\n\n Two\n\nThree\n"),
        ("<table><tr><td>1<td>2<tr><td>3<td>4</table>", "1\t2\n3\t4\n"),
        ("<table><tr><td><p>One<p>Two</table>", "One\n\nTwo\n"),
        ("<dl><dt>One<dd>Two</dl>", "One\n\nTwo\n"),
        ("<nav>x</nav>One<script>x</script><style>x</style><!-- x --><aside>x</aside>", "One\n"),
        ("<header>x</header><form>x</form>One<footer>x</footer><template>x</template>", "One\n"),
        ("<noscript>x</noscript><svg><text>x</text></svg><select><option>x</select>One", "One\n"),
        ("<form><p>One<p>Two</form>", "One\n\nTwo\n"),
        ("<p>x<article>One</article><p>x", "One\n"),
        ("<p>x<main>One</main><p>x", "One\n"),
        ("<main>x<article>One</article></main>", "One\n"),
        ("<article>One</article><article>Two</article>", "One\n\nTwo\n"),
        ("<article> </article><main></main>One", "One\n"),
        ("<html><head><title>x</title></head><body>One</body></html>", "One\n"),
        ("One</p></div></b>Two", "OneTwo\n"),
        ("<p>&lt;b&gt; 1 < 2 & 3", "<b> 1 < 2 & 3\n"),
        ("<b>O</b>ne<wbr>word", "Oneword\n"),
        ("<![CDATA[One]]><p>Two<?x?>", "One\n\nTwo\n"),
    ],
)
def test_the_text_of_a_page(page: str, text: str) -> None:
    assert page_text(parse_page(page)) == text


def test_a_page_that_nests_deeper_than_python() -> None:
    assert read("a.html", "<div><b>" * 20_000 + "One").text == "One\n"


@pytest.mark.parametrize(
    ("charset", "encoding", "basis"),
    [
        ("<meta charset=windows-1251>", "cp1251", "stated"),
        ("<meta charset=utf-8>", "cp1251", "detected"),
        ("", "cp1251", "detected"),
    ],
)
def test_the_encoding_of_a_page(charset: str, encoding: str, basis: str) -> None:
    text = "Партия ведёт народы мира к единству и солидарности. " * 5
    page = f"<html><head>{charset}<title>Партия</title></head><body><p>{text}"
    for suffix in PAGES:
        reading = read(f"a{suffix}", page.encode("cp1251"))
        assert reading.text.strip() == text.strip()
        assert (reading.encoding, reading.encoding_basis) == (encoding, basis)
        assert stated(reading) == {"title": "Партия"}
    assert read("a.html", page.encode("cp1251"), "cp1251").encoding_basis == "declared"


def page(head: str, body: str = "<p>We met.") -> dict[str, tuple[str, str]]:
    reading = read("a.html", f"<html><head>{head}</head><body>{body}</body></html>")
    return {key: (one.value, one.origin) for key, one in reading.stated.items()}


OLDER = "Stated by the page; the text may be older."


@pytest.mark.parametrize(
    ("head", "key", "value", "origin"),
    [
        ("<title> On\nUnity </title>", "title", "On Unity", "from <title>"),
        ("<meta property='og:title' content='A'>", "title", "A", "from <meta property=og:title>"),
        (
            "<title>A | B</title><meta property='og:title' content='A'>",
            "title",
            "A",
            "from <meta property=og:title>; <title> is “A | B”",
        ),
        ("<meta name=Author content='A. B'>", "author", "A. B", "from <meta name=author>"),
        (
            "<meta name=author content=A><meta name=author content=B>",
            "author",
            "A, B",
            "from <meta name=author>",
        ),
        (
            "<meta property=article:author content='https://x.org/a'><meta name=dc.creator "
            "content=A>",
            "author",
            "A",
            "from <meta name=dc.creator>",
        ),
        ("<meta name=date content=1992-10>", "date", "1992-10", "from <meta name=date>"),
        (
            "<meta property=article:published_time content=1992-10-10T08:00:00+09:00>",
            "date",
            "1992-10-10",
            "from <meta property=article:published_time>",
        ),
    ],
)
def test_what_a_page_states(head: str, key: str, value: str, origin: str) -> None:
    older = {"date_note": (OLDER, origin)} if key == "date" else {}
    assert page(head) == {key: (value, origin)} | older


def test_one_time_is_a_date_and_two_are_none() -> None:
    time = "<time datetime='1992-10-10'>October</time>"
    assert page("", f"<p>We met.{time}") == {
        "date": ("1992-10-10", "from <time>"),
        "date_note": (OLDER, "from <time>"),
    }
    assert page("", f"<p>We met.{time}{time}") == {}
    assert page("<meta name=date content='last year'>")["date_note"][0] == "last year"


def test_what_the_text_states_of_itself_goes_before_the_page() -> None:
    head = "<meta name=author content=webmaster><meta name=date content=2011-03-04>"
    assert page(head, "<p>By C. D<p>10 October 1992<p>We met.") == {
        "author": ("C. D", "line 1 of the text; from <meta name=author>: “webmaster”"),
        "date": ("1992-10-10", "line 3 of the text; from <meta name=date>: “2011-03-04”"),
    }


def test_what_no_head_states_the_text_may() -> None:
    assert page("<title>A</title>", "<h1>B</h1><p>By C. D<p>10 October 1992<p>We met.") == {
        "title": ("A", "from <title>; line 1 of the text: “B”"),
        "author": ("C. D", "line 3 of the text"),
        "date": ("1992-10-10", "line 5 of the text"),
    }


@pytest.mark.parametrize("data", ["", " \n", "<html><body><nav>menu</nav></body>", "<!-- x -->"])
def test_a_page_without_text(data: str) -> None:
    assert refusal("a.html", data) == "is a web page without text."


def test_a_page_may_hold_a_long_line_that_is_no_text() -> None:
    picture = "<img src='data:image/png;base64," + "A" * 6_000_000 + "'>"
    assert read("a.html", f"<p>One{picture}<p>Two").text == "One\n\nTwo\n"
    assert "has a line of 6,000,000 characters" in refusal("a.html", "a" * 6_000_000)


BROKEN = ["<![if x", "<!x[", "<!DOCTYPE [", "<a b='", "<![CDATA[", "&#x;<", "<!-", "</", "<?", "<"]


@pytest.mark.parametrize("data", BROKEN)
def test_broken_markup_is_never_a_traceback(data: str) -> None:
    assert read("a.html", f"<p>One{data}").text.startswith("One")
    assert read("a.html", f"<p>One{data} Two</p>").text.startswith("One")


def test_markup_that_the_parser_rejects() -> None:
    assert refusal("a.html", "<p>One<![>x</p>").startswith("is damaged, or is no web page: it")


def test_nothing_is_said_of_odd_pages() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read("a.html", "<?xml version='1.0'?><html><p>One").text == "One\n"
        assert read("a.html", "texts/file.html").text == "texts/file.html\n"


def test_a_pdf_keeps_its_pages_and_its_lines() -> None:
    about = "/Title (On Unity) /Author (A. Author) /CreationDate (D:20120415120000Z)"
    reading = read("a.pdf", pdf_bytes(["On the way\nwe met.\n1", "It rained.\n2"], about))
    assert reading.text == "On the way\nwe met.\n1\n\fIt rained.\n2"
    assert (reading.encoding, reading.encoding_basis) == ("pdf (text layer)", "format")
    assert stated(reading) == {
        "title": "On Unity",
        "author": "A. Author",
        "date_note": "The PDF file was made on 2012-04-15; the text may be older.",
    }
    assert reading.stated["title"].origin == "from the properties of the PDF file"
    assert reading.notes == ()


def test_a_pdf_that_states_nothing_or_nonsense() -> None:
    assert stated(read("a.PDF", pdf_bytes(["We met."]))) == {}
    nonsense = "/Title ( ) /Author 7 /CreationDate (yesterday)"
    assert "date_note" not in stated(read("a.pdf", pdf_bytes(["We met."], nonsense)))


def test_a_pdf_made_by_another_hand() -> None:
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    buffer = BytesIO()
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(buffer) as pdf:
        for line in ("The party’s unity", "Größe, Партия"):
            figure = Figure()
            figure.text(0.1, 0.5, line)
            pdf.savefig(figure)
    assert read("a.pdf", buffer.getvalue()).text == "The party’s unity\n\fGröße, Партия"


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_pdf_with_a_password_for_changes_alone_is_read(password: str) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(pdf_bytes(["We met."]))))
    writer.encrypt(user_password=password, owner_password="another", algorithm="RC4-128")
    buffer = BytesIO()
    writer.write(buffer)
    if password:
        said = refusal("a.pdf", buffer.getvalue())
        assert said == "is encrypted: save a copy of it without a password."
    else:
        assert read("a.pdf", buffer.getvalue()).text == "We met."


def test_a_page_of_a_pdf_without_text_is_named() -> None:
    assert read("a.pdf", pdf_bytes(["One", "", "Two", ""])).notes == ("no text on page 2, 4 of 4",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            pdf_bytes(["", ""]),
            "has no text layer: it is pictures of pages; run OCR (text recognition) first.",
        ),
        (
            pdf_bytes(["We met."], encrypt=ENCRYPTED),
            "is encrypted: save a copy of it without a password.",
        ),
        (b"%PDF-1.4\nnothing", "is damaged, or is no PDF: it cannot be read"),
        (pdf_bytes(["We met."])[:300], "is damaged, or is no PDF: it cannot be read"),
        (b"", "is empty: there is no text in it."),
        (b" \n", "is empty: there is no text in it."),
        (
            docx_bytes("We met."),
            "is a Word document (.docx), not a PDF: rename it to end in .docx.",
        ),
        (b"We met.", "is not a PDF, whatever its name says: if it is plain text, rename it"),
    ],
)
def test_a_pdf_that_cannot_be_read(
    data: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert said in refusal("a.pdf", data)
    assert caplog.records == [], "the library says nothing of its own"
    assert logging.getLogger("pypdf").level == logging.NOTSET


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_file_without_encoding_takes_no_declaration(name: str) -> None:
    assert refusal(name, b"any", "utf-8") == (
        "has no encoding to declare, for it is no plain text: take encoding = 'utf-8' out of "
        "study.toml."
    )


def test_a_word_document() -> None:
    data = docx_bytes(*PARAGRAPHS, "", "A line\nand a\ttab", title="On Unity", author="B")
    reading = read("a.docx", data)
    assert reading.text == "On Unity\n\nBy A. Author\n\nWe met. It rained.\n\nA line\nand a\ttab\n"
    assert (reading.encoding, reading.encoding_basis) == ("docx", "format")
    assert reading.stated["title"].origin == "from the properties of the Word file"
    assert stated(reading)["author"] == "B"
    assert stated(reading)["date_note"].startswith("The Word file was made on ")
    assert stated(read("a.docx", docx_bytes(*PARAGRAPHS)))["author"] == "A. Author"


def test_the_order_of_a_word_document_and_what_hides_in_it() -> None:
    from docx import Document
    from docx.oxml import parse_xml

    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = Document()
    document.add_paragraph("Before.")
    table = document.add_table(rows=2, cols=2)
    for i, text in enumerate(("1", "2", "3", "4")):
        table.cell(i // 2, i % 2).text = text
    document.add_table(rows=1, cols=1).cell(0, 0).text = "One\ntwo"
    document.tables[1].cell(0, 0).add_paragraph("Three")
    hidden = (
        "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>Control.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p {0}><w:ins><w:r><w:t>Inserted.</w:t></w:r></w:ins><w:del><w:r><w:delText>Deleted."
        "</w:delText></w:r></w:del><w:r><w:noBreakHyphen/><w:br/><w:t>On.</w:t></w:r></w:p>",
        "<w:p {0}><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:txbxContent><w:p><w:r>"
        "<w:t>Box.</w:t></w:r></w:p></w:txbxContent></w:r><w:hyperlink><w:r><w:t>Link.</w:t>"
        "</w:r></w:hyperlink></w:p>",
    )
    for xml in hidden:
        document.element.body.insert(-1, parse_xml(xml.format(word)))
    buffer = BytesIO()
    document.save(buffer)
    assert read("a.docx", buffer.getvalue()).text.split("\n\n") == [
        "Before.", "1\t2", "3\t4", "One\ntwo", "Three", "Control.", "Inserted.\u2011\nOn.",
        "Link.", "Box.\n",
    ]  # fmt: skip


def test_footnotes_are_put_at_the_end() -> None:
    from docx import Document
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    document = Document()
    document.add_paragraph("We met.")
    note = "<w:footnote w:id='{0}'{1}><w:p><w:r><w:t>{2}</w:t></w:r></w:p></w:footnote>"
    notes = [note.format(0, " w:type='separator'", "x"), note.format(1, "", "In May.")]
    blob = (
        "<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        f"{''.join(notes)}</w:footnotes>"
    ).encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, blob, document.part.package)
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    document.part.relate_to(part, link)
    buffer = BytesIO()
    document.save(buffer)
    reading = read("a.docx", buffer.getvalue())
    assert reading.text == "We met.\n\n[1] In May.\n"
    assert reading.notes == ("1 footnote put at the end of the text",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (docx_bytes(), "is empty: there is no text in it."),
        (b"", "is empty: there is no text in it."),
        (XLSX, "is a spreadsheet (.xlsx), not a Word document (.docx): save it as .csv first."),
        (b"PK\x03\x04no zip", "is a damaged zip archive"),
        (pdf_bytes(["We met."]), "is a PDF, not a Word document (.docx): rename it to end in .pdf"),
        (b"\xd0\xcf\x11\xe0", "is an old Office document, or one with a password"),
        (zip_bytes("word/document.xml"), "is damaged, or is no Word document: it cannot be read"),
        (b"We met.", "is not a Word document (.docx), whatever its name says"),
    ],
)
def test_a_word_document_that_cannot_be_read(data: bytes, said: str) -> None:
    assert said in refusal("a.docx", data)


@pytest.mark.parametrize(
    ("name", "library", "data"),
    [
        ("a.pdf", "pypdf", pdf_bytes(["We met."])),
        ("a.docx", "docx", docx_bytes("We met.")),
    ],
)
def test_without_the_extra_one_sentence_says_what_to_install(
    name: str, library: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert "must be installed: pip install 'rhetorica[documents]'" in refusal(name, data)


def test_no_suffix_is_checked_twice_as_something_else() -> None:
    check_suffix(Path("a.csv"))
    with pytest.raises(SourceError, match=r"\.rtf files are not read"):
        check_suffix(Path("a.rtf"))
