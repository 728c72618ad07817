"""How does the wire's page of 2026 show an article: stories, long reads, live pages, galleries?

Class names and attributes are those that public scrapers and two saved pages of 2022 and 2026
have; nesting that no page shows is a guess. All words are our own.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from newswire.simulator import template_2026_parts as parts
from newswire.simulator.grammar import Dice
from newswire.simulator.markup import Frame, alt, e, full_text, head, headed, linked
from newswire.simulator.model import Article, Block, Outline, Picture

FORMS = ("story", "longread", "tilda", "biography", "online", "gallery")


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
        f'<div class="lenta-mini" {parts.ASIDE}><span class="lenta-mini__title">'
        f"{frame.label('feed')}</span>"
        f'<span class="lenta-mini__counter js__counter-lenta">0</span></div>'
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
    blocks = "".join(parts.text_block(e(say("sentence", dice))) for _ in range(dice.between(2, 4)))
    header = (
        f'<div class="article__header">{parts.info(other, frame)}{parts.titles(other.headline, "")}'
    )
    inner = f"{header}{parts.announce(other.picture, frame)}</div>{parts.wrapped(blocks)}"
    return _item(other, frame, parts.article_element(other, inner))


def _whole(article: Article, frame: Frame, pieces: list[str]) -> str:
    inner = parts.wrapped("".join(pieces))
    around = (parts.header(article, frame), parts.footer(article, frame))
    return parts.article_element(article.outline, inner.join(around))


def _story(article: Article, frame: Frame) -> str:
    o = article.outline
    pieces = [
        parts.machine_summary(article, frame),
        parts.json_ld(article, frame),
        parts.text_block(headed(article, frame)),
    ]
    pieces += [_story_block(block, o, frame) for block in article.blocks[1:]]
    pieces.insert(4, parts.body_block("banner", '<aside><div class="banner"></div></aside>'))
    pieces.insert(5, parts.moving(o, frame))
    return _whole(article, frame, pieces)


def _story_block(block: Block, o: Outline, frame: Frame) -> str:
    if block.related is not None:
        return parts.card(block.related, frame)
    if block.kind == "photo":
        return parts.photos([block], frame)
    if block.picture is not None:
        kind = ("image", "media", "photo-site", "media-image")[block.picture.id % 4]
        return parts.body_block(kind, parts.media(block.picture, frame))
    if block.kind == "heading":
        level = ("h2", "h3")[len(block.text) % 2]
        return parts.body_block(
            level, f'<{level} class="article__{level}">{e(block.text)}</{level}>'
        )
    if block.kind == "quote":
        return parts.body_block("quote", parts.quote(block.text, o))
    if block.kind == "list":
        return parts.body_block(
            "list", f'<div class="article__list">{parts.bullets(block.items)}</div>'
        )
    if block.kind == "table":
        return parts.body_block("table", f'<div class="article__table">{parts.table(block)}</div>')
    if block.kind == "entry":
        return parts.entry(block, frame)
    if len(block.text) % 7 == 0:
        return parts.body_block("vrez", f"<p>{linked(block.text, frame)}</p>")
    return parts.text_block(linked(block.text, frame))


def _longread(article: Article, frame: Frame) -> str:
    o = article.outline

    def block(kind: str, inner: str) -> str:
        return f'<div class="white-longread__block" data-type="{kind}">{inner}</div>'

    def picture(found: Picture, part: str) -> str:
        return (
            f'<div class="white-longread__{part}"><img data-src="{found.url}" src="{parts.EMPTY}" '
            f'alt="{e(alt(found, frame.edition))}"><div class="media__copyright" {parts.ASIDE}>'
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
            inner = parts.bullets(piece.items) if piece.kind == "list" else parts.table(piece)
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
    return parts.article_element(
        o, f"{parts.wrapped(blocks, ' m-longread')}{parts.footer(article, frame)}"
    )


def _pieces(article: Article, frame: Frame) -> list[str]:
    """Return the text as parts of a page builder's page."""

    def part(name: str, inner: str) -> str:
        inner = f'<div class="{name}">{inner}</div>'
        return f'<div class="t-rec"><div class="t-container">{inner}</div></div>'

    pieces = [part("t-text t-text_md", headed(article, frame))]
    for block in article.blocks[1:]:
        if block.kind == "heading":
            pieces.append(part("t-title t-title_sm", e(block.text)))
        elif block.kind == "list":
            pieces.append(part("t-text", parts.bullets(block.items)))
        elif block.kind == "table":
            pieces.append(part("t-text", parts.table(block)))
        elif block.picture is not None:
            inner = f'<img class="t-img" src="{block.picture.url}">'
            pieces.append(part("t-img-holder", inner))
        elif block.related is None:
            pieces.append(part("t-text t-text_md", linked(block.text, frame)))
    return pieces


def _tilda(article: Article, frame: Frame) -> str:
    o = article.outline
    second = f'<div class="t-descr">{e(article.description)}</div>' if article.description else ""
    cover = f'<div class="t-rec t-cover"><h1 class="t-title">{e(o.headline)}</h1>{second}</div>'
    records = f'<div class="t-records">{cover}{"".join(_pieces(article, frame))}</div>'
    return parts.article_element(o, parts.wrapped(records, " m-longread") if o.id % 2 else records)


def _biography(article: Article, frame: Frame) -> str:
    o = article.outline
    second = ""
    if article.description:
        second = f'<div class="tag-biography__subtitle">{e(article.description)}</div>'
    return (
        f'<div class="tag-biography" data-article-id="{o.id}"><h1 class="tag-biography__title">'
        f'{e(o.headline)}</h1>{second}<div class="t-records">{"".join(_pieces(article, frame))}'
        f"</div></div>"
    )


def _online(article: Article, frame: Frame) -> str:
    """Return a live page: it has no body element."""
    o = article.outline
    pieces = [parts.text_block(headed(article, frame))]
    pieces.append(
        f'<div class="online__head"><div class="online__title" {parts.ASIDE}>'
        f'{frame.label("latest")}</div><div class="online__sort" {parts.ASIDE}>'
        f"{frame.label('most_read')}</div></div>"
    )
    pieces += [_story_block(block, o, frame) for block in article.blocks[1:]]
    inner = f"{parts.header(article, frame)}{''.join(pieces)}{parts.footer(article, frame)}"
    return parts.article_element(o, inner, "m-article m-white_online")


def _gallery(article: Article, frame: Frame) -> str:
    o = article.outline
    photos = [block for block in article.blocks if block.kind == "photo"]
    rest = [block for block in article.blocks[1:] if block.kind != "photo"]
    pieces = [parts.text_block(headed(article, frame)), parts.photos(photos, frame)]
    pieces += [_story_block(block, o, frame) for block in rest]
    return _whole(article, frame, pieces)


_SHAPES: dict[str, Callable[[Article, Frame], str]] = {
    "story": _story,
    "longread": _longread,
    "tilda": _tilda,
    "biography": _biography,
    "online": _online,
    "gallery": _gallery,
}
