"""Strings that something might obey, and ways to spoil the files that people write by hand.

None of these strings may do anything anywhere: they are text. :func:`spoil` takes a real file and
a list of steps and returns what a slip, a program or an enemy could have made of it.
"""

# The strings stand as they are, and many on a line.
# ruff: noqa: E501, RUF001

import codecs
import re
from collections.abc import Callable, Sequence

FORMULAE = (
    "=1+1", "+1", "-1", "@SUM(A1:A9)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "'=1", '"=1', "''+1",
    '=HYPERLINK("http://example.invalid?"&A1,"click")', "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "＝1+1", "＋1", "－1", "＠SUM(1)", "\u200b=1", "\ufeff=1", "“=1”", "«=1»", "one;=1+1;two", "one\n=1+1\ntwo",
    "one\r\n-1", "; '=1", "=", "-", "'", "''", "'tis", "\t", "\r", "\r\n", "#REF!", "{=1}", "=DDE(\"a\";\"b\")",
)  # fmt: skip
"""What a spreadsheet might run, and what looks like it."""

COMMANDS = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m", "\x9d0;title\x9c", "\x1b[2J\x1b[H", "\x1bc", "\x1b[6n", "\x07", "\x08\x08\x08", "\x7f", "a\rb",
    "\x1bP+q544e\x1b\\", "\x1b[?1049h", "\u202egnp.exe\u202c", "\u2066x\u2069", "\u200f", "\u061c", "\x85", "\x0b", "\x0c",
)  # fmt: skip
"""What a terminal might obey."""

MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "</td></table>",
    "</title><script>alert(1)</script>", "]]>", "<![CDATA[x]]>", "<!-- -->", "--><b>", "&amp;", "&#60;b&#62;", "&lt;b&gt;",
    "<a href='javascript:alert(1)'>x</a>", "' onmouseover='alert(1)", '" onload="alert(1)', "<?xml version='1.0'?>",
    "[x](javascript:alert(1))", "![x](http://example.invalid/x.png)", "](x) [y](z", "# head", "- item", "1. item", "| a | b |",
    "```", "~~~", "`code`", "**bold**", "_x_", "---", "===", "<http://example.invalid>", "www.example.invalid", "[x]: y",
    "$x^2$", "$$\\frac{a}{b}$$", "\\(x\\)", "\\href{javascript:alert(1)}{x}", "$", "$_", "\\alpha", "\\input{/etc/passwd}",
    "[red]x[/red]", "[/]", "[link=http://example.invalid]x[/link]", ":smile:", "[bold",
)  # fmt: skip
"""What a page, a gallery, a figure or a console might interpret."""

CODE = (
    "%%bash\ntouch OWNED", "!touch OWNED", "%run x.py", "x?", "?x", "__import__('os').system('touch OWNED')",
    '"; import os; os.system("touch OWNED"); "', "'''", '"""', "\\", "\\'", '\\"', "\\n", "'; DROP TABLE texts; --",
    "{0}", "{}", "{study.__class__}", "{", "}", "%s", "%(x)s", "%", "${HOME}", "$(touch OWNED)", "`touch OWNED`", "; touch OWNED",
    "| touch OWNED", "&& touch OWNED", "f'{1}'", "${{x}}", "#{x}", "<%= 1 %>", "{% x %}", "{{7*7}}", "\\u0041", "\\x41", "\\N{BULLET}",
)  # fmt: skip
"""What a program might run or fill in."""

PATHS = (
    "../up", "../../../../etc/passwd", "/etc/passwd", "~", "~root", "-rf", "-", "--help", ".", "..", ".hidden", "a/../../b",
    "%2e%2e%2fx", "CON", "NUL.txt", "C:\\x", "\\\\host\\share", "file:///etc/passwd", "http://example.invalid/x", "s3://bucket/x",
    "a\nb", 'a"b', "a'b", "a\\b", "a b", "*", "?", "[a]", "a:b", "a|b", "x" * 255, "é" * 127, "x" * 5000, "/" * 300,
)  # fmt: skip
"""What might name another file than it should."""

VALUES = (
    "", " ", "nan", "NaN", "None", "null", "True", "1e999", "-0", "0x10", "1_000", "007", "1992", "1,5", "NA", "inf", "--", "…",
    "a: b", "a, b", "key = 1", "[table]", "[[documents]]", "{a = 1}", "# comment", "a;b", "a\tb", '"a","b"', '""', '"',
    "'", "“”", "„x“", "«x»", "’", "`", "´", "\u2028", "\u2029", "a\u2028b", "a\u0085b", "a\nb", "a\r\nb", "\ufeff", "\u200b", "\u00ad", "\u200d",
    "e" + "\u0301" * 60, "\U0001f469\u200d\U0001f680", "\U0001f1f0\U0001f1f5", "العربية", "עברית", "한국어", "ﷺ", "ﬁ", "ｆｕｌｌ", "İ", "ß", "ǅ",
    "\ufffd", "\ufffe", "\uffff", "\U0010ffff", "\ue000", "\U000e0041", "x" * 20_000, "a " * 5000,
)  # fmt: skip
"""What might be taken for another value than text, and letters of all kinds."""

NASTY = (*FORMULAE, *COMMANDS, *MARKUP, *CODE, *PATHS, *VALUES)
"""Every string that something might obey; all of them can be written as UTF-8."""

UNREADABLE = ("\ud800", "a\udcffb", "\x00", "a\x00b")
"""Halves of characters, as file names bring them, and the character that no name may have."""

PATTERNS = (
    "(a+)+$", "(a|aa)+$", "(.*)*x", "(\\w+\\s?)*!", "(?:a?){50}a{50}", "((a{1,99}){1,99}){1,99}", "(", "[", "a{999999999999}", "(?R)",
    "(?<n>a)\\g<n>", "\\1", "(?e)(?:abc){e<=9}", "(?i)" * 50, "(" * 3000, "[" * 300, "*" * 50 + "a", "*a*a*a*a*a*a*b", "[z-a]", "[!]",
    "\\p{L}+", "\\p{x}", "\\L<names>", "(?<=a+)b", "(?P<a>.)(?P<a>.)", "\\N{x}", "(?#", "|", "()", "a" * 5000,
)  # fmt: skip
"""Regular expressions and globs that do not compile, or that take time without end."""

_LITERALS = (
    "1", "-1", "0", "1e400", "nan", "inf", "9" * 50, "9" * 5000, "0x" + "f" * 5000, "1.5", "true", "[]", "[1]", "{}", '""', "''",
    '[["a"]]', "{a = {b = 1}}", "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", '["a", 1, true]', '"""\na\n"""', "[" * 2000,
    "[" * 2000 + "]" * 2000, "{a=" * 500 + "1" + "}" * 500, "a." * 3000 + "b = 1", '"\\ud800"', '"\\u0000"', '"\\u001b[31m"', "{}.x",
)  # fmt: skip
_ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-32",
    "utf-8-sig",
    "cp037",
    "latin-1",
    "utf-7",
    "shift_jis",
)

Step = tuple[int, int, int]
"""One way to spoil a file: which, where in the file, and with what; any numbers will do."""


def spoil(data: bytes, steps: Sequence[Step]) -> bytes:
    """Return a file as it is after some steps, each a small accident."""
    for which, where, what in steps:
        data = _WAYS[which % len(_WAYS)](data, where, what)
    return data


def _at(data: bytes, where: int) -> int:
    return where % (len(data) + 1)


def _flip(data: bytes, where: int, what: int) -> bytes:
    place = _at(data, where)
    return data[:place] + bytes([what % 256]) + data[place + 1 :]


def _delete(data: bytes, where: int, what: int) -> bytes:
    place = _at(data, where)
    return data[:place] + data[place + 1 + what % 40 :]


def _truncate(data: bytes, where: int, what: int) -> bytes:
    return data[: _at(data, where)]


def _lines(data: bytes, where: int, what: int) -> bytes:
    """Move, double or drop a line."""
    lines = data.splitlines(keepends=True) or [b""]
    line = lines[where % len(lines)]
    if what % 3 != 1:
        lines.remove(line)
    if what % 3 != 2:
        lines.insert(what % (len(lines) + 1), line)
    return b"".join(lines)


def _insert(data: bytes, where: int, what: int) -> bytes:
    place = _at(data, where)
    return data[:place] + NASTY[what % len(NASTY)].encode("utf-8") + data[place:]


def _insert_bytes(data: bytes, where: int, what: int) -> bytes:
    place = _at(data, where)
    pieces = (
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\r",
        b'"',
        b",",
        b"\xef\xbb\xbf",
        b"\x1a",
        b"\x80" * 9,
    )
    return data[:place] + pieces[what % len(pieces)] + data[place:]  # fmt: skip


def _recode(data: bytes, where: int, what: int) -> bytes:
    text = data.decode("utf-8", errors="replace")
    marks = (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE)
    encoding = _ENCODINGS[what % len(_ENCODINGS)]
    return marks[where % len(marks)] + text.encode(encoding, errors="replace")


def _replace_one(data: bytes, pattern: bytes, where: int, new: bytes) -> bytes:
    found = list(re.finditer(pattern, data))
    if not found:
        return data + new
    start, end = found[where % len(found)].span(1)
    return data[:start] + new + data[end:]


def _cell(data: bytes, where: int, what: int) -> bytes:
    """Put a nasty string in the place of a field of a csv, quoted or not."""
    text = NASTY[what % len(NASTY)]
    new = '"' + text.replace('"', '""') + '"' if where % 3 else text
    return _replace_one(data, rb'(?:^|,|\n)("(?:[^"]|"")*"|[^,"\n]*)', where, new.encode("utf-8"))


def _string(data: bytes, where: int, what: int) -> bytes:
    """Put a nasty string in the place of what stands between quotation marks, escaped or not."""
    text = (NASTY + PATTERNS)[what % len(NASTY + PATTERNS)]
    if where % 4:
        text = re.sub(r'["\\\x00-\x1f\x7f]', lambda m: f"\\u{ord(m[0]):04x}", text)
    return _replace_one(data, rb'"([^"\n]*)"', where, text.encode("utf-8"))


def _literal(data: bytes, where: int, what: int) -> bytes:
    """Change the type of a value, or make it huge."""
    new = _LITERALS[what % len(_LITERALS)].encode("utf-8")
    return _replace_one(data, rb"=\s*([^\n]+)", where, new)


def _entry(data: bytes, where: int, what: int) -> bytes:
    """Add an entry with a regular expression that explodes or does not compile."""
    pattern = PATTERNS[what % len(PATTERNS)].replace("\\", "\\\\").replace('"', '\\"')
    entry = f'{{pattern = "{pattern}", kind = "{("regex", "glob")[where % 2]}"}}, '
    return _replace_one(data, rb"entries = \[()", where, entry.encode("utf-8"))


def _swap(data: bytes, where: int, what: int) -> bytes:
    """Swap two fields, wherever they stand."""
    fields = re.split(rb"([,=\n])", data)
    one, two = where % len(fields), what % len(fields)
    fields[one], fields[two] = fields[two], fields[one]
    return b"".join(fields)


_WAYS: tuple[Callable[[bytes, int, int], bytes], ...] = (
    _flip, _delete, _truncate, _lines, _insert, _insert_bytes, _recode, _cell, _cell, _string, _string, _literal, _literal,
    _entry, _swap,
)  # fmt: skip
