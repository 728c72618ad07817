"""Fuzz one target, or all in turn, from the pages of `fixtures/`.

What libFuzzer learns is kept in `.fuzz/`, a finding as `.fuzz/TARGET-crash-…`: once the product is
mended, copy it to `tests/regressions/TARGET/`, where every test run reads it.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".fuzz"
NAMES = (
    "extract", "boilerplate", "dateline", "jsonld", "warc", "saved", "text", "message", "listing",
    "encoding",
)  # fmt: skip
# longer inputs find little that is new, slowly
MAX_LENGTH = 8192


def seeds(name: str) -> list[bytes]:
    """Return inputs that the parser of a target reads."""
    html = [p.read_bytes() for p in sorted((ROOT / "fixtures").rglob("*.html"))]
    texts = [p.read_bytes() for p in sorted((ROOT / "fixtures").rglob("*.txt"))]
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page[:4000] for page in html[:5]
    ]
    packed = gzip.compress(b"<html><p>" + 9 * b"word " + b"</p></html>")
    answers.append(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)
    answers.append(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>a\r\n0\r\n\r\n")
    match name:
        case "extract":
            return html
        case "warc":
            record = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
            plain = [record % (len(answer), answer) for answer in answers]
            return [*plain, b"".join(plain[:3]), *map(gzip.compress, plain)]
        case "saved":
            mhtml = b"Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: "
            mhtml += b"text/html\r\nContent-Location: https://sputnik.kg/\r\n\r\n<p>a\r\n--x--\r\n"
            others = [b"filedesc://a.arc 0 20211223150405 ", b'{"log": {}}', b" CDX N b a\n"]
            return [mhtml, gzip.compress(mhtml), *others, *html[:3]]
        case "jsonld":
            story = b'{"@type":"NewsArticle","headline":"A title","datePublished":"2021-12-23"}'
            return [story, b"<!--" + story + b"-->", b'{"@graph":[' + story + b",],};"]
        case "message":
            return answers
        case "listing":
            row = b"<item><link>https://tj.sputniknews.ru/20211223/x-1044450001.html</link></item>"
            place = b"<loc>https://tj.sputniknews.ru/20211223/x-1044450001.html</loc>"
            return [
                *(page[:4000] for page in html[:3]),
                b"<rss><channel>" + row + b"</channel></rss>",
                b"<urlset><url>" + place + b"</url></urlset>",
                b"<sitemapindex><sitemap>" + place + b"</sitemap></sitemapindex>",
            ]
        case _:
            return texts


def fuzz(name: str, seconds: int) -> None:
    """Fuzz a target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["newswire"]):
        from fuzz.targets import TARGETS
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed[:MAX_LENGTH])
    options = [
        f"-max_total_time={max(1, seconds)}",
        f"-max_len={MAX_LENGTH}",
        f"-artifact_prefix={KEPT}/{name}-",
        # seconds for one input, megabytes
        "-timeout=20",
        "-rss_limit_mb=1500",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *options], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """Fuzz what the command line names; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=NAMES)
    parser.add_argument("--minutes", type=float, default=5, help="for all targets together")
    given = parser.parse_args()
    if given.target:
        fuzz(given.target, int(given.minutes * 60))
    minutes = str(given.minutes / len(NAMES))
    runs = [[sys.executable, "-m", "fuzz", name, "--minutes", minutes] for name in NAMES]
    codes = [subprocess.run(run, cwd=ROOT, check=False).returncode for run in runs]  # noqa: S603
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
