"""Template of the wire's sites since 2021 (ria.ru: since 2018): classes `article__…`.

With its live blogs (`online__…`), pages of photos, videos and infographics, and AMP pages.
"""

from __future__ import annotations

from newswire.page.templates.base import (
    AUTHOR,
    CREDIT,
    DATE,
    HEADLINE,
    LEDE,
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
    name="sputnik-article",
    mark=b"article__",
    types={
        "text": TEXT,
        "quote": TEXT,
        "h2": TEXT,
        "h3": TEXT,
        "list": TEXT,
        "table": TEXT,
        "article": RELATED,
        "banner": drop("banner"),
        "audio": drop("player"),
        "video": drop("player"),
    },
    classes={
        # head
        "article__title": HEADLINE,
        "article__second-title": LEDE,
        "article__announce": PICTURE,
        "article__announce-text": LEDE,
        "article__info-date": DATE,
        "article__info-statistic": drop("head-counter"),
        "article__views": drop("head-counter"),
        "article__rubric": SECTION,
        "article__author": drop("byline", holds_text=True),
        "article__author-name": AUTHOR,
        "article__badge": drop("badge"),
        "article__google-news": drop("subscribe"),
        "article__subscribe": drop("subscribe"),
        # the hidden block of schema.org, read by newswire/page/structured.py
        "article__meta": SKIP,
        # text
        "article__body": TEXT,
        "article__text": TEXT,
        "article__quote-text": TEXT,
        "article__quote-share": drop("share"),
        "article__h2": TEXT,
        "article__h3": TEXT,
        "article__list": TEXT,
        "article__table": TEXT,
        "article__article": RELATED,
        "article__aggr": drop("subscribe"),
        "article__notice": drop("disclaimer"),
        "online__item": TEXT,
        "online__item-top": drop("live-time", holds_text=True),
        "online__item-title": TEXT,
        "online__item-date": drop("live-time"),
        "online__item-time": drop("live-time"),
        "online__item-share": drop("share"),
        # pictures
        "media": PICTURE,
        "media__copyright": CREDIT,
        "m-buy": drop("photo-bank"),
        "article__photo-item": PICTURE,
        "article__photo-item-copyright": CREDIT,
        "article__infographics": PICTURE,
        "photoview__open": PICTURE,
        "photoview__ext-link": drop("photo-bank"),
        # foot
        "article__tags": TAGS,
        "tag": TAGS,
        "article__userbar": drop("share"),
        "share": drop("share"),
        "banner": drop("banner"),
        "recommend": SEE_ALSO,
        "lenta": drop("news-feed"),
        "chat": drop("log-in"),
        "comments": drop("log-in"),
    },
)
