"""Which template was a page made with? One module for each generation, its selectors as data."""

from __future__ import annotations

from lxml import etree

from newswire.page.templates import ria_2012, ruvr_2012, sputnik_article, sputnik_b_article
from newswire.page.templates.base import HEADLINE, TEXT, Template
from newswire.page.templates.reading import Reading

__all__ = ["MICRODATA", "TEMPLATES", "Reading", "Template", "makers", "read"]

# `article__` also stands in pages of the generation before, in front of which it is asked last
TEMPLATES = (
    sputnik_b_article.TEMPLATE,
    sputnik_article.TEMPLATE,
    ria_2012.TEMPLATE,
    ruvr_2012.TEMPLATE,
)

_CLASSES = etree.XPath("//@class", smart_strings=False)
# schema.org marks of any site; a hidden block may hold the text with its paragraphs glued
MICRODATA = Template(
    name="microdata",
    marks=(b"articleBody",),
    properties={"headline": HEADLINE, "articleBody": TEXT},
    hidden=True,
    sure=False,
)


def makers(source: bytes, tree: etree._Element) -> list[Template]:
    """Return the templates that may have made a page of these bytes.

    Of several, those count that know text in it, if there are such.
    """
    made = [template for template in TEMPLATES if template.made(source)]
    if len(made) < 2:
        return made
    classes = set(_CLASSES(tree))
    return [template for template in made if template.may_hold_text(tree, classes)] or made


def read(
    tree: etree._Element, source: bytes, known: list[Template], url: str | None
) -> tuple[Template, Reading] | None:
    """Read a page with the first template that finds a text in it.

    A page without one, of pictures or of a video, has its captions for text; else its microdata
    are asked. Last comes a reading of no more than the lede, which has yet to be promoted.

    Args:
        tree: the page.
        source: its bytes.
        known: the templates that may have made it.
        url: what its links are relative to.
    """
    found: list[tuple[Template, Reading]] = []
    for template in known:
        reading = Reading(template, tree, url)
        if reading.mostly_hidden:
            reading = Reading(template, tree, url, unfold=True)
        if reading.has_text or reading.promote_captions():
            return template, reading
        found.append((template, reading))
    if MICRODATA.made(source) and (reading := Reading(MICRODATA, tree, url)).has_text:
        return MICRODATA, reading
    return next(((t, r) for t, r in found if r.facts.description), None)
