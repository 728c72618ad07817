"""One tool, timed by processor time: started by `python -m benchmarks.speed` in the tool's venv.

Its arguments are the tool, the wire, and two files with names of pages, one a line. It reads those
of the first to warm up. At each line on standard input it reads those of the second, and prints the
seconds of processor time that a page took. A line that names a file asks for the texts there, as a
JSON list.

Each round has a process of its own, forked from the warm one: what a tool remembers of a page does
not help it with the same page in the next round. It warms up too, so that memory is its own.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Runner = Callable[[bytes], object]


def newswire() -> Runner:
    import trafilatura  # noqa: F401  else imported by the first page that asks it

    from newswire.article.assemble import assemble
    from newswire.errors import NoArticle, UnreadablePage
    from newswire.items import Source
    from newswire.page.model import Page

    def run(body: bytes) -> object:
        source = Source("html", "page.html", None, "0" * 64)
        try:
            return assemble(Page(body, source, None, "text/html; charset=utf-8"), WIRE)
        except (NoArticle, UnreadablePage):
            return None

    return run


def trafilatura_default() -> Runner:
    import trafilatura

    return lambda body: trafilatura.bare_extraction(body, with_metadata=False)


def trafilatura_fast() -> Runner:
    import trafilatura

    return lambda body: trafilatura.bare_extraction(body, with_metadata=False, fast=True)


def trafilatura_metadata() -> Runner:
    import trafilatura

    return lambda body: trafilatura.bare_extraction(body, with_metadata=True)


def newspaper4k() -> Runner:
    from newspaper import Article

    def run(body: bytes) -> object:
        # without a language it takes what the page says
        article = Article("https://example.org/a.html", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return article.text

    return run


def news_please() -> Runner:
    from newsplease import NewsPlease

    # it would ask the network for the pictures
    return lambda body: NewsPlease.from_html(
        body.decode("utf-8", "replace"), url="https://example.org/a.html", fetch_images=False
    )


def readability() -> Runner:
    from readability import Document

    return lambda body: Document(body.decode("utf-8", "replace")).summary()


def resiliparse() -> Runner:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda body: extract_plain_text(body.decode("utf-8", "replace"), main_content=True)


def parse_lxml() -> Runner:
    from lxml import html

    return html.document_fromstring


def parse_parsel() -> Runner:
    from parsel import Selector

    return lambda body: Selector(body=body, encoding="utf-8").root


def parse_lexbor() -> Runner:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser


# name in the table -> (needs the peers' venv, runner)
RUNNERS: dict[str, tuple[bool, Callable[[], Runner]]] = {
    "newswire": (False, newswire),
    "trafilatura": (True, trafilatura_default),
    "trafilatura fast": (True, trafilatura_fast),
    "trafilatura with metadata": (True, trafilatura_metadata),
    "newspaper4k": (True, newspaper4k),
    "news-please": (True, news_please),
    "readability-lxml": (True, readability),
    "resiliparse": (True, resiliparse),
    "parse only: lxml": (True, parse_lxml),
    "parse only: parsel": (True, parse_parsel),
    "parse only: lexbor": (True, parse_lexbor),
}


def _body(draft: Any) -> str:
    article = draft.article
    return f"{article.dateline.raw} {article.body}" if article.dateline else article.body


def _without_tags(html: str) -> str:
    from lxml import html as parser

    return "\n".join(parser.fromstring(html).itertext())


# name in the table -> the text in what its runner returns
TEXTS: dict[str, Callable[[Any], str]] = {
    "newswire": _body,
    "trafilatura": lambda found: found.text,
    "trafilatura fast": lambda found: found.text,
    "trafilatura with metadata": lambda found: found.text,
    "newspaper4k": str,
    "news-please": lambda found: found.maintext or "",
    "readability-lxml": _without_tags,
    "resiliparse": str,
}


def rounds(
    run: Runner, warm: list[bytes], pages: list[bytes], texts: Callable[[Any], str] | None
) -> None:
    """Do a round for each line on standard input."""
    for line in sys.stdin:
        if child := os.fork():
            if os.waitpid(child, 0)[1]:
                raise SystemExit("a round failed")
            continue
        for page in warm:
            _safely(run, page)
        # of the thread: where a timer runs, as newswire's, a process is told its time in ticks
        start = time.thread_time()
        found = [_safely(run, page) for page in pages]
        seconds = (time.thread_time() - start) / len(pages)
        if line.strip() and texts:
            said = [texts(one) if one else "" for one in found]
            Path(line.strip()).write_text(json.dumps(said), "utf-8")
        print(seconds, flush=True)
        os._exit(0)


def _safely(run: Runner, page: bytes) -> object:
    try:
        return run(page)
    except Exception as error:  # a peer that fails on a page is timed all the same
        print(repr(error), file=sys.stderr)
        return None


def main() -> None:
    """Obey."""
    name = sys.argv[1]
    run = RUNNERS[name][1]()
    warm, pages = (
        [Path(page).read_bytes() for page in Path(listed).read_text().splitlines()]
        for listed in sys.argv[3:]
    )
    for page in warm:
        _safely(run, page)
    gc.freeze()  # what is there already is no work of a round
    rounds(run, warm, pages, TEXTS.get(name))


WIRE = sys.argv[2] if len(sys.argv) > 2 else "sputnik"
if __name__ == "__main__":
    main()
