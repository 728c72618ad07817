"""How does the wire's page of 2026 show an article: stories, long reads, live pages, galleries?

Class names and attributes are those that public scrapers and two saved pages of 2022 and 2026
have; nesting that no page shows is a guess. All words are our own.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from newswire.simulator.grammar import Dice
from newswire.simulator.markup import Frame, alt, clock, e, full_text, head, headed, linked, summary
from newswire.simulator.model import Article, Block, Outline, Picture

FORMS = ("story", "longread", "tilda", "biography", "online", "gallery")
# what the page marks as no text of a search engine's snippet: its furniture
ASIDE = 'data-nosnippet="true"'
EMPTY = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def form_of(article: Article) -> str:
    """Return the form in which the wire shows an article."""
    if article.kind == "live":
        return "online"
    if article.kind == "photo":
        return "gallery"
    rare = {1: "longread", 2: "tilda", 3: "biography"}
    return rare.get(article.outline.id % 9, "story") if article.kind == "article" else "story"


def render(article: Article, frame: Frame, form: str | None = None) -> str:
    """Return the whole page; another story follows below it, as on the endless page."""
    edition, o = frame.edition, article.outline
    inner = _SHAPES[form or form_of(article)](article, frame)
    direction = "rtl" if edition.rtl else "ltr"
    title = f"{o.headline} - {edition.site}, {o.published:%d.%m.%Y}"
    return (
        f'<!DOCTYPE html><html lang="{edition.language}" dir="{direction}"><head>'
        f"{head(article, frame, title, o.section[1])}"
        f"{_data_layer(article)}</head>"
        f'<body data-page-type="article">{_top(frame)}<div class="page"><div id="endless" '
        f'class="endless">{_item(o, frame, inner)}{_following(o, frame)}</div></div>'
        f"{_bottom(frame)}</body></html>"
    )


def _data_layer(article: Article) -> str:
    pushed = {
        "page_tags": ", ".join(article.tags),
        "page_rubric": article.outline.section[1],
        "article_length": str(len(full_text(article))),
    }
    data = json.dumps(pushed, ensure_ascii=False).replace("</", "<\\/")
    return f"<script>window.dataLayer = window.dataLayer || []; dataLayer.push({data});</script>"


def _top(frame: Frame) -> str:
    menu = "".join(
        f'<div class="header__menu-item"><a href="/{sid}/"><span>{e(name)}</span></a></div>'
        for sid, name in frame.edition.sections
    )
    lenta = "".join(
        f'<div class="lenta__item" data-next="/services/archive/widget/more.html?id={o.id}">'
        f'<a href="{o.path}" class="lenta__item-size"><span class="lenta__item-text">'
        f'{e(o.headline)}</span><span class="lenta__item-date">{o.published:%H:%M}</span></a></div>'
        for o in frame.latest
    )
    return (
        f'<div class="header" id="header"><div class="header__menu">{menu}</div></div>'
        f'<div class="lenta-mini" {ASIDE}><span class="lenta-mini__title">{frame.label("feed")}'
        f'</span><span class="lenta-mini__counter js__counter-lenta">0</span></div>'
        f'<div class="lenta" id="widgetLenta" data-url="/services/archive/widget/more.html?id=0'
        f'&amp;date=0&amp;articlemask=lenta_common">{lenta}</div>'
    )


def _bottom(frame: Frame) -> str:
    return (
        f'<div class="window-push"><p>{frame.label("push")}</p></div><div class="footer">'
        f'<div class="footer__text">© {frame.now.year} {e(frame.edition.site)}</div>'
        f'<h3 id="liveTitle">{frame.label("comments")}</h3></div>'
    )


def _item(o: Outline, frame: Frame, inner: str) -> str:
    """Return one story of the endless page."""
    url = frame.base + o.path
    return (
        f'<div class="endless__item" data-id="{o.id}" data-date="{o.published:%Y%m%d}" '
        f'data-url="{o.path}" data-full-url="{url}" data-title="{e(o.headline)}" '
        f'data-published="{o.published:%Y-%m-%dT%H:%M}" data-pts="{int(o.published.timestamp())}" '
        f'data-analytics-rubric="{e(o.section[1])}" data-article-type="article">'
        f'<div class="endless__item-content"><div class="layout-article">'
        f'<div class="layout-article__main"><div class="layout-article__600-align">{inner}</div>'
        f"</div></div></div></div>"
    )


def _following(o: Outline, frame: Frame) -> str:
    """Return the story that the endless page has loaded below this one."""
    others = [other for other in frame.latest if other.id != o.id]
    if not others:
        return ""
    other, say = others[0], frame.edition.lang.sentence
    dice = Dice(f"following/{o.id}")
    blocks = "".join(_text(e(say("sentence", dice))) for _ in range(dice.between(2, 4)))
    header = f'<div class="article__header">{_info(other, frame)}{_titles(other.headline, "")}'
    inner = f"{header}{_announce(other.picture, frame)}</div>{_wrapped(blocks)}"
    return _item(other, frame, _article(other, inner))


def _article(o: Outline, inner: str, marks: str = "m-article") -> str:
    return f'<div class="article {marks}" data-article-id="{o.id}">{inner}</div>'


def _info(o: Outline, frame: Frame, changed: str = "", author: str | None = None) -> str:
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


def _header(article: Article, frame: Frame) -> str:
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
        f"{_info(o, frame, changed, article.author)}{_titles(o.headline, article.description)}"
        f'{_announce(o.picture, frame)}<div class="article__news-services-subscribe" {ASIDE}>'
        f"{frame.label('subscribe')}</div></div>"
    )


def _titles(headline: str, second: str | None) -> str:
    if not second:
        return f'<h1 class="article__title">{e(headline)}</h1>'
    return (
        f'<div class="article__title">{e(headline)}</div>'
        f'<h1 class="article__second-title">{e(second)}</h1>'
    )


def _announce(picture: Picture, frame: Frame) -> str:
    return f'<div class="article__announce">{_media(picture, frame)}</div>'


def _media(picture: Picture, frame: Frame) -> str:
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


def _wrapped(blocks: str, marks: str = "") -> str:
    return f'<div class="article__body js-mediator-article mia-analytics{marks}">{blocks}</div>'


def _block(kind: str, inner: str) -> str:
    return f'<div class="article__block" data-type="{kind}">{inner}</div>'


def _text(inner: str) -> str:
    return _block("text", f'<div class="article__text">{inner}</div>')


def _list(items: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{e(item)}</li>' for item in items)}</ul>"


def _table(block: Block) -> str:
    rows = (f"<tr>{''.join(f'<td>{e(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _quote(text: str, o: Outline) -> str:
    share = f'<div class="article__quote-share"><span class="share" data-title="{e(text)}"></span>'
    return (
        f'<div class="article__quote"><div class="article__quote-bg"></div>'
        f'<div class="article__quote-text"><p>{e(text)}</p></div>{share}</div></div>'
        f'<div class="article__anchor" data-percent="{o.id % 100}"></div>'
    )


def _card(other: Outline, frame: Frame) -> str:
    text, url = e(alt(other.picture, frame.edition)), f"{frame.base}{other.path}?in=t"
    return (
        f'<div class="article__block" data-type="article" data-article="main-photo" {ASIDE}>'
        f'<div class="article__article m-image"><a class="article__article-image" href="{url}">'
        f'<img alt="{text}" title="{text}" src="{other.picture.url}"></a>'
        f'<div class="article__article-desc"><a class="article__article-title" href="{url}">'
        f'{e(other.headline)}</a><div class="article__block-date">{clock(other.published)}</div>'
        f"</div></div></div>"
    )


def _moving(o: Outline, frame: Frame) -> str:
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
    return _block(kind, f'<div class="media">{post if "embed" in kind else film}</div>')


def _summary(article: Article, frame: Frame) -> str:
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


def _story(article: Article, frame: Frame) -> str:
    o = article.outline
    pieces = [_summary(article, frame), _json_ld(article, frame), _text(headed(article, frame))]
    pieces += [_story_block(block, o, frame) for block in article.blocks[1:]]
    pieces.insert(4, _block("banner", '<aside><div class="banner"></div></aside>'))
    pieces.insert(5, _moving(o, frame))
    return _article(
        o, f"{_header(article, frame)}{_wrapped(''.join(pieces))}{_footer(article, frame)}"
    )


def _story_block(block: Block, o: Outline, frame: Frame) -> str:
    if block.related is not None:
        return _card(block.related, frame)
    if block.kind == "photo":
        return _photos([block], frame)
    if block.picture is not None:
        kind = ("image", "media", "photo-site", "media-image")[block.picture.id % 4]
        return _block(kind, _media(block.picture, frame))
    if block.kind == "heading":
        level = ("h2", "h3")[len(block.text) % 2]
        return _block(level, f'<{level} class="article__{level}">{e(block.text)}</{level}>')
    if block.kind == "quote":
        return _block("quote", _quote(block.text, o))
    if block.kind == "list":
        return _block("list", f'<div class="article__list">{_list(block.items)}</div>')
    if block.kind == "table":
        return _block("table", f'<div class="article__table">{_table(block)}</div>')
    if block.kind == "entry":
        return _entry(block, frame)
    if len(block.text) % 7 == 0:
        return _block("vrez", f"<p>{linked(block.text, frame)}</p>")
    return _text(linked(block.text, frame))


def _json_ld(article: Article, frame: Frame) -> str:
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


def _footer(article: Article, frame: Frame) -> str:
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


def _longread(article: Article, frame: Frame) -> str:
    o = article.outline

    def block(kind: str, inner: str) -> str:
        return f'<div class="white-longread__block" data-type="{kind}">{inner}</div>'

    def picture(found: Picture, part: str) -> str:
        return (
            f'<div class="white-longread__{part}"><img data-src="{found.url}" src="{EMPTY}" '
            f'alt="{e(alt(found, frame.edition))}"><div class="media__copyright" {ASIDE}>'
            f'{e(found.credit)}</div><div class="white-longread__media-description">'
            f"{e(found.caption)}</div></div>"
        )

    def shown(piece: Block) -> str:
        if piece.kind == "heading":
            inner = f'<div class="white-longread__width"><h3>{e(piece.text)}</h3></div>'
            return block("h3", inner)
        if piece.kind == "quote":
            return block("quote", f'<div class="white-longread__quote-text">{e(piece.text)}</div>')
        if piece.picture is not None:
            return block("media-image", picture(piece.picture, "media"))
        if piece.related is not None or piece.kind == "entry":
            return _story_block(piece, o, frame)
        if piece.kind in ("list", "table"):
            inner = _list(piece.items) if piece.kind == "list" else _table(piece)
        else:
            inner = f"<p>{linked(piece.text, frame)}</p>"
        return block("text", f'<div class="white-longread__text-body">{inner}</div>')

    subtitle = author = ""
    if article.description:
        subtitle = f'<div class="white-longread__header-subtitle">{e(article.description)}</div>'
    if article.author:
        author = f'<div class="white-longread__header-author">{e(article.author)}</div>'
    header = block(
        "header",
        f'<h1 class="white-longread__header-title">{e(o.headline)}</h1>{subtitle}{author}'
        f"{picture(o.picture, 'header-media')}",
    )
    first = f'<div class="white-longread__text-body"><p>{headed(article, frame)}</p></div>'
    blocks = "".join([header, block("text", first), *(shown(b) for b in article.blocks[1:])])
    return _article(o, f"{_wrapped(blocks, ' m-longread')}{_footer(article, frame)}")


def _parts(article: Article, frame: Frame) -> list[str]:
    """Return the text as parts of a page builder's page."""

    def part(name: str, inner: str) -> str:
        inner = f'<div class="{name}">{inner}</div>'
        return f'<div class="t-rec"><div class="t-container">{inner}</div></div>'

    parts = [part("t-text t-text_md", headed(article, frame))]
    for block in article.blocks[1:]:
        if block.kind == "heading":
            parts.append(part("t-title t-title_sm", e(block.text)))
        elif block.kind == "list":
            parts.append(part("t-text", _list(block.items)))
        elif block.kind == "table":
            parts.append(part("t-text", _table(block)))
        elif block.picture is not None:
            inner = f'<img class="t-img" src="{block.picture.url}">'
            parts.append(part("t-img-holder", inner))
        elif block.related is None:
            parts.append(part("t-text t-text_md", linked(block.text, frame)))
    return parts


def _tilda(article: Article, frame: Frame) -> str:
    o = article.outline
    second = f'<div class="t-descr">{e(article.description)}</div>' if article.description else ""
    cover = f'<div class="t-rec t-cover"><h1 class="t-title">{e(o.headline)}</h1>{second}</div>'
    records = f'<div class="t-records">{cover}{"".join(_parts(article, frame))}</div>'
    return _article(o, _wrapped(records, " m-longread") if o.id % 2 else records)


def _biography(article: Article, frame: Frame) -> str:
    o = article.outline
    second = ""
    if article.description:
        second = f'<div class="tag-biography__subtitle">{e(article.description)}</div>'
    return (
        f'<div class="tag-biography" data-article-id="{o.id}"><h1 class="tag-biography__title">'
        f'{e(o.headline)}</h1>{second}<div class="t-records">{"".join(_parts(article, frame))}'
        f"</div></div>"
    )


def _online(article: Article, frame: Frame) -> str:
    """Return a live page: it has no body element."""
    o = article.outline
    pieces = [_text(headed(article, frame))]
    pieces.append(
        f'<div class="online__head"><div class="online__title" {ASIDE}>{frame.label("latest")}'
        f'</div><div class="online__sort" {ASIDE}>{frame.label("most_read")}</div></div>'
    )
    pieces += [_story_block(block, o, frame) for block in article.blocks[1:]]
    inner = f"{_header(article, frame)}{''.join(pieces)}{_footer(article, frame)}"
    return _article(o, inner, "m-article m-white_online")


def _entry(block: Block, frame: Frame) -> str:
    assert block.when is not None
    first, *rest = block.items
    title = f"<p><strong>{e(block.text)}</strong></p>" if block.text else ""
    return (
        f'<div class="online__item"><div class="online__item-time" {ASIDE}>{block.when:%H:%M}</div>'
        f'<div class="online__item-text">{title}<p>{linked(first, frame)}</p></div>'
        f"{''.join(_text(linked(text, frame)) for text in rest)}</div>"
    )


def _gallery(article: Article, frame: Frame) -> str:
    o = article.outline
    photos = [block for block in article.blocks if block.kind == "photo"]
    rest = [block for block in article.blocks[1:] if block.kind != "photo"]
    pieces = [_text(headed(article, frame)), _photos(photos, frame)]
    pieces += [_story_block(block, o, frame) for block in rest]
    return _article(
        o, f"{_header(article, frame)}{_wrapped(''.join(pieces))}{_footer(article, frame)}"
    )


def _photos(blocks: list[Block], frame: Frame) -> str:
    """Return a gallery: pictures with counters, credits and captions, which are its text."""
    total = len(blocks)
    items = "".join(
        f'<div class="article__photo-item">{_media(block.picture, frame)}'
        f'<div class="article__photo-item-count">'
        f"{frame.label('counter').format(n=number, total=total)}</div>"
        f'<div class="article__photo-item-text"><p>{e(block.text)}</p></div></div>'
        for number, block in enumerate(blocks, 1)
        if block.picture is not None
    )
    return _block("photolenta", items)


_SHAPES: dict[str, Callable[[Article, Frame], str]] = {
    "story": _story,
    "longread": _longread,
    "tilda": _tilda,
    "biography": _biography,
    "online": _online,
    "gallery": _gallery,
}
