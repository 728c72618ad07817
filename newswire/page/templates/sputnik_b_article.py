"""Template of the wire's sites from 2014 to 2020: classes `b-article…`, desktop and mobile."""

from __future__ import annotations

from newswire.page.templates.base import (
    AUTHOR,
    CREDIT,
    DATE,
    HEADLINE,
    LEDE,
    MODIFIED,
    PICTURE,
    RELATED,
    SECTION,
    SEE_ALSO,
    SKIP,
    TAGS,
    TEXT,
    Template,
    drop,
)

TEMPLATE = Template(
    name="sputnik-b-article",
    marks=(b"b-article",),
    endless=True,
    classes={
        # head
        "b-article__header": PICTURE,
        "b-article__header-title": HEADLINE,
        "b-article__title": HEADLINE,
        "b-article__announce": PICTURE,
        "b-article__info-date": DATE,
        "b-article__header-copy": CREDIT,
        "b-article__header-audio": SKIP,
        "b-article__refs-rubric": SECTION,
        "b-article__refs-date": DATE,
        "b-article__refs-date-upd": MODIFIED,
        "b-article__refs-getshorturl": drop("short-url"),
        "b-article__refs-author": AUTHOR,
        "b-article__refs-story": drop("see-also"),
        "b-counters": drop("head-counter"),
        "article__google-news": drop("subscribe"),
        # the hidden block of schema.org, read by newswire/page/structured.py
        "b-article__meta": SKIP,
        # text
        "b-article__lead": LEDE,
        "b-article__text": TEXT,
        "b-article__body": TEXT,
        "b-article__audio": drop("player"),
        "m-inject-min": RELATED,
        "b-inject__type-article": RELATED,
        "b-inject__article": RELATED,
        "b-media-copyright": CREDIT,
        "b-inject__media": PICTURE,
        "b-inject__copy": CREDIT,
        "b-inject__audio": drop("player"),
        "b-banner": drop("banner"),
        # foot
        "social-likes": drop("share"),
        "b-article__likes": drop("tail-counter"),
        "b-article__refs-item-description": drop("see-also"),
        "b-article__refs-item-title": SEE_ALSO,
        "b-article__refs-tags": TAGS,
        "comments": drop("log-in"),
        # the site's frame
        "b-sitenav": SKIP,
        "b-mainnav": SKIP,
        "l-sidebar": SKIP,
        "footer": SKIP,
        "modal-window": SKIP,
    },
    properties={"headline": HEADLINE, "articleBody": TEXT},
)
