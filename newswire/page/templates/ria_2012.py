"""Template of www.ria.ru in 2012: classes `article_…` with one underscore."""

from __future__ import annotations

from newswire.page.templates.base import (
    CREDIT,
    DATE,
    HEADLINE,
    LEDE,
    PICTURE,
    RELATED,
    SECTION,
    SEE_ALSO,
    SKIP,
    TEXT,
    Template,
    drop,
)

TEMPLATE = Template(
    name="ria-2012",
    marks=(b"article_full",),
    classes={
        # head
        "article_header_title": HEADLINE,
        "article_header_rubric": SECTION,
        "article_header_date": DATE,
        "article_header_item": drop("head-counter"),
        "article_header_item_story": drop("see-also"),
        "article_header_story": drop("see-also"),
        "article_lead": LEDE,
        "social-userbar": drop("share"),
        # text
        "article_full_text": TEXT,
        "article_illustration": PICTURE,
        "media_copyright": CREDIT,
        "buy": drop("photo-bank"),
        "articles_playlist": RELATED,
        "inject": drop("player"),
        "article_assessment": drop("rating"),
        # foot
        "article_full_list": SEE_ALSO,
        "article_full_story": drop("see-also"),
        "article_comments": drop("log-in"),
        "article_most_commented": drop("news-feed"),
        # the site's frame
        "header": SKIP,
        "most_popular": SKIP,
        "pagefooter": SKIP,
    },
    properties={"articleBody": TEXT},
)
