"""Of which kind is a saved file? Its first bytes tell, its name only where they do not."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

from lxml.html.defs import tags

from newswire.archive.http import GZIP, looks_html
from newswire.archive.packed import ERRORS, opened

# by file name ending, each also packed; what else lies in a folder is taken by its content
NAMES = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".warc": "warc",
    ".wacz": "warc",
}
# archives of pages that are not read here -> what to do instead
REFUSED = {
    "arc": "an ARC archive: convert it to WARC first (warcio recompress)",
    "har": "a HAR archive: convert it to WARC first (har2warc)",
    "cdx": "a CDX index, which holds no pages: give the WARC files that it lists",
    "json": "JSON, which holds no page: give the saved pages themselves",
    "xml": "XML, and no page: a feed or a sitemap lists articles and does not hold them",
}
# what lies beside the pages of a mirrored site, and is passed over in a folder
BESIDE = frozenset({"json", "xml"})
_PACKED = (".gz", ".zst", ".bz2", ".xz")
# bytes that tell of which kind a file is
HEAD = 4096
# characters of the longest word or escape of JSON
_CUT = 6
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S
)
_MHTML = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.I
)
_ARC = re.compile(rb"filedesc://\S+ \d[\d.]* \d{14} ")
_HAR = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{')
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"[^"\n]{1,200}"\s*:')
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]", re.I
)
# the root behind a declaration
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*>\s*(?:<[!?].*?>\s*)*+<([\w:.-]+)", re.I | re.S
)
_CDX = re.compile(rb" CDX [A-Za-z] |[^\s)]{1,300}\)\S* \d{14} [\[{\w]")


def packed_name(path: Path) -> Path:
    """Return the name of a file without the ending of its packing."""
    return path.with_suffix("") if path.suffix.lower() in _PACKED else path


def named(path: Path) -> str | None:
    """Return the kind that the name of a file tells.

    >>> named(Path("a.HTML.gz")), named(Path("b.xhtml")), named(Path("index.php?id=1"))
    ('html', 'html', None)
    """
    return NAMES.get(packed_name(path).suffix.lower())


def kind(path: Path) -> str | None:
    """Return what is in the file at `path`: None for none.

    One of `text`, `html`, `mhtml` and `warc`, or of those that are `REFUSED`.

    A text is known by its name alone, and may turn out to be a page.
    """
    told = named(path)
    if told == "warc":
        return told
    try:
        with opened(path) as file:
            return kind_by(file.read(HEAD), told)
    except (OSError, *ERRORS):
        return told


def kind_by(head: bytes, told: str | None) -> str | None:
    """Return the kind of a file by its first `HEAD` bytes, and by what its name tells."""
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, HEAD)
        except zlib.error:
            return told
    return sniffed(head) or told or ("html" if looks_html(head) else None)


def sniffed(head: bytes) -> str | None:
    """Return the kind of a file by its beginning, None where that tells nothing."""
    if head.startswith(b"WARC/"):
        return "warc"
    for name, tells in (
        ("html", _PAGE.match),
        ("mhtml", _MHTML.match),
        ("arc", _ARC.match),
        ("har", _HAR.match),
        ("json", _is_json),
        ("xml", _is_xml),
        ("cdx", _CDX.match),
    ):
        if tells(head):
            return name
    return None


def _is_json(head: bytes) -> bool:
    """Return True if data begins as JSON, and goes on as JSON as far as it is there.

    >>> _is_json(b'{"title": "Snow"}'), _is_json(b'{"title": "Sn'), _is_json(b'{"a": 1} was said.')
    (True, True, False)
    """
    if not _JSON.match(head):
        return False
    text = head.decode("utf-8-sig", "ignore").strip()
    try:
        end = json.JSONDecoder(strict=False).raw_decode(text)[1]
    except json.JSONDecodeError as error:
        # where it was cut; a string is said to be wrong from its beginning
        return error.msg.startswith("Unterminated string") or error.pos >= len(text) - _CUT
    except RecursionError:
        return True
    return text[end:].lstrip(",\r\n\t ")[:1] in ("", "{", "[")


def _is_xml(head: bytes) -> bool:
    """Return True for a feed or a sitemap, and for XML whose root is no element of a page."""
    root = _ROOT.match(head)
    return bool(
        _FEED.match(head) or (root and root[1].decode("ascii", "replace").lower() not in tags)
    )
