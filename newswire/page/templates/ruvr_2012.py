"""Template of the Voice of Russia (rus.ruvr.ru) in 2012, the wire's predecessor."""

from __future__ import annotations

from newswire.page.templates.base import (
    CREDIT,
    DATE,
    HEADLINE,
    LEDE,
    PICTURE,
    SEE_ALSO,
    TAGS,
    TEXT,
    Template,
    drop,
)

TEMPLATE = Template(
    name="ruvr-2012",
    # its classes are those of many sites
    marks=(b"ruvr.ru/",),
    classes={
        "article-header": HEADLINE,
        "article-time": DATE,
        "article-comments_count": drop("head-counter"),
        "article-media": PICTURE,
        "img-copyright": CREDIT,
        "article-caption": LEDE,
        "article-text": TEXT,
        "article-commented-link": drop("head-counter"),
        "article-tags": TAGS,
        "article-comments": drop("share"),
        "article-links": SEE_ALSO,
    },
)
