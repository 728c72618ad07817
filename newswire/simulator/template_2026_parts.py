"""What are the pages of 2026 made of, in any form: header, pictures, blocks of the text, footer?"""

from __future__ import annotations

import json

from newswire.simulator.grammar import Dice
from newswire.simulator.markup import Frame, alt, clock, e, linked, summary
from newswire.simulator.model import Article, Block, Outline, Picture

# what the page marks as no text of a search engine's snippet: its furniture
ASIDE = 'data-nosnippet="true"'
EMPTY = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def article_element(o: Outline, inner: str, marks: str = "m-article") -> str:
    return f'<div class="article {marks}" data-article-id="{o.id}">{inner}</div>'


def info(o: Outline, frame: Frame, changed: str = "", author: str | None = None) -> str:
    who = ""
    if author:
        who = (
            f'<div class="article__author"><a href="/author/"><span class="article__author-name">'
            f"{e(author)}</span></a></div>"
        )
    return (
        f'<div class="article__info" {ASIDE}><div class="article__info-date">'
        f'<a href="/{o.published:%Y%m%d}/">{clock(o.published)}</a>'
        f'<span class="article__info-date-modified">{changed}</span></div>{who}'
        f'<div class="article__info-statistic"><span class="statistic__item m-views">0</span></div>'
        f"</div>"
    )


def header(article: Article, frame: Frame) -> str:
    o = article.outline
    changed = ""
    if article.version > 1:
        changed = f" ({frame.label('updated')} {clock(article.modified)})"
    section = (
        f'<div class="article__supertag-header" {ASIDE}><img alt=" - {e(frame.edition.site)}, 1920,'
        f' 14.10.2019" src="/i/section.jpg"><a class="article__supertag-header-title" '
        f'href="/{o.section[0]}/">{e(o.section[1])}</a></div>'
    )
    return (
        f'<div class="article__header">{section}'
        f"{info(o, frame, changed, article.author)}{titles(o.headline, article.description)}"
        f'{announce(o.picture, frame)}<div class="article__news-services-subscribe" {ASIDE}>'
        f"{frame.label('subscribe')}</div></div>"
    )


def titles(headline: str, second: str | None) -> str:
    if not second:
        return f'<h1 class="article__title">{e(headline)}</h1>'
    return (
        f'<div class="article__title">{e(headline)}</div>'
        f'<h1 class="article__second-title">{e(second)}</h1>'
    )


def announce(picture: Picture, frame: Frame) -> str:
    return f'<div class="article__announce">{media(picture, frame)}</div>'


def media(picture: Picture, frame: Frame) -> str:
    credit, text = e(picture.credit), e(alt(picture, frame.edition))
    name = f'"url": "{picture.url}", "width": 1920'
    buy = f'<div class="media__copyright-item m-buy"><a>{frame.label("photobank")}</a></div>'
    return (
        f'<div class="media" data-media-tipe="ar16x9"><div class="media__size">'
        f'<div class="photoview__open" data-photoview-group="{picture.id}"><noindex>'
        f'<div class="photoview__open-info"><span class="photoview__copyright">{credit}</span>'
        f'<span class="photoview__ext-link"><a>{frame.label("photobank")}</a></span>'
        f'<span class="photoview__desc-text">{e(picture.caption)}</span></div></noindex>'
        f'<img media-type="ar16x9" data-src="{picture.url}" src="{EMPTY}" alt="{text}" '
        f'title="{text}"><script type="application/ld+json">'
        f'{{"@context": "https://schema.org", "@type": "ImageObject", {name}}}</script></div></div>'
        f'<div class="media__copyright" {ASIDE}><div class="media__copyright-item m-copyright">'
        f"{credit}</div>{buy if picture.stock else ''}</div>"
        f'<div class="media__description" {ASIDE}>{e(picture.caption)}</div></div>'
    )


def wrapped(blocks: str, marks: str = "") -> str:
    return f'<div class="article__body js-mediator-article mia-analytics{marks}">{blocks}</div>'


def body_block(kind: str, inner: str) -> str:
    return f'<div class="article__block" data-type="{kind}">{inner}</div>'


def text_block(inner: str) -> str:
    return body_block("text", f'<div class="article__text">{inner}</div>')


def bullets(items: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{e(item)}</li>' for item in items)}</ul>"


def table(block: Block) -> str:
    rows = (f"<tr>{''.join(f'<td>{e(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def quote(text: str, o: Outline) -> str:
    share = f'<div class="article__quote-share"><span class="share" data-title="{e(text)}"></span>'
    return (
        f'<div class="article__quote"><div class="article__quote-bg"></div>'
        f'<div class="article__quote-text"><p>{e(text)}</p></div>{share}</div></div>'
        f'<div class="article__anchor" data-percent="{o.id % 100}"></div>'
    )


def card(other: Outline, frame: Frame) -> str:
    text, url = e(alt(other.picture, frame.edition)), f"{frame.base}{other.path}?in=t"
    return (
        f'<div class="article__block" data-type="article" data-article="main-photo" {ASIDE}>'
        f'<div class="article__article m-image"><a class="article__article-image" href="{url}">'
        f'<img alt="{text}" title="{text}" src="{other.picture.url}"></a>'
        f'<div class="article__article-desc"><a class="article__article-title" href="{url}">'
        f'{e(other.headline)}</a><div class="article__block-date">{clock(other.published)}</div>'
        f"</div></div></div>"
    )


def moving(o: Outline, frame: Frame) -> str:
    """Return a film or a foreign post, as some stories have; it is no text."""
    title = e(frame.edition.lang.sentence("caption", Dice(f"film/{o.id}"), end=""))
    kind = ("video", "embed", "media-video", "media-embed", "audio", "")[o.id % 6]
    if not kind:
        return ""
    film = (
        f'<div class="media__video"><video data-title="{title}" src="/f.mp4">'
        f'{frame.label("more")}</video></div><div class="media__title" {ASIDE}>{title}</div>'
    )
    post = f'<div class="article__embed"><iframe src="/files/tgparser/{o.id}"></iframe></div>'
    return body_block(kind, f'<div class="media">{post if "embed" in kind else film}</div>')


def machine_summary(article: Article, frame: Frame) -> str:
    """Return what a machine has made of the text, at the head of one story in three."""
    o = article.outline
    if o.id % 3:
        return ""
    dice, say = Dice(f"summary/{o.id}"), frame.edition.lang.sentence
    items = tuple(say("lede", dice) for _ in range(dice.between(2, 4)))
    return (
        f'<div class="article__summary" {ASIDE}><div class="article__summary-title">'
        f'{frame.label("retold")}</div><ul class="article__summary-list">'
        f"{''.join(f'<li>{e(item)}</li>' for item in items)}</ul></div>"
    )


def json_ld(article: Article, frame: Frame) -> str:
    o = article.outline
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "url": frame.base + o.path,
        "headline": o.headline,
        "description": summary(article),
        "datePublished": f"{o.published:%Y-%m-%dT%H:%M:%S%:z} ",  # the wire leaves a blank
        "dateModified": f"{article.modified:%Y-%m-%dT%H:%M:%S%:z} ",
        "articleSection": o.section[1],
    }
    if article.author:
        data["author"] = [{"@type": "Person", "name": article.author}]
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def footer(article: Article, frame: Frame) -> str:
    tags = [(f"/tags/{number}/", tag) for number, tag in enumerate(article.tags)]
    linked_tags = "".join(
        f'<a class="article__tags-item" href="{href}">{e(tag)}</a>' for href, tag in tags
    )
    faces = "".join(
        f'<a data-type="s{n}" class="emoji__item"><i></i><span class="m-value">{n * 3 % 5}</span>'
        f"</a>"
        for n in range(1, 7)
    )
    return (
        f'<div class="article__aggr" {ASIDE}><div class="article__aggr-txt">'
        f'{frame.label("channels")}</div><a class="article__aggr-item">Telegram</a>'
        f'<a class="article__aggr-item">MAX</a></div>'
        f'<div class="article__userbar" {ASIDE}><div class="article__userbar-emoji">'
        f'<div class="emoji" data-id="{article.outline.id}">{faces}</div></div></div>'
        f'<div class="article__tags" data-type="tags" {ASIDE}>{linked_tags}</div>'
        f'<div class="article__best-comments" {ASIDE}><p>{frame.label("comments")}</p></div>'
    )


def entry(block: Block, frame: Frame) -> str:
    assert block.when is not None
    first, *rest = block.items
    title = f"<p><strong>{e(block.text)}</strong></p>" if block.text else ""
    return (
        f'<div class="online__item"><div class="online__item-time" {ASIDE}>{block.when:%H:%M}</div>'
        f'<div class="online__item-text">{title}<p>{linked(first, frame)}</p></div>'
        f"{''.join(text_block(linked(text, frame)) for text in rest)}</div>"
    )


def photos(blocks: list[Block], frame: Frame) -> str:
    """Return a gallery: pictures with counters, credits and captions, which are its text."""
    total = len(blocks)
    items = "".join(
        f'<div class="article__photo-item">{media(block.picture, frame)}'
        f'<div class="article__photo-item-count">'
        f"{frame.label('counter').format(n=number, total=total)}</div>"
        f'<div class="article__photo-item-text"><p>{e(block.text)}</p></div></div>'
        for number, block in enumerate(blocks, 1)
        if block.picture is not None
    )
    return body_block("photolenta", items)
