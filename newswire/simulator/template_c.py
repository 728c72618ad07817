"""How does the wire's template of 2021 (`article__…`) show an article?

Class names, microdata and the order of the leaked lines are those found in public material; the
exact nesting is a guess wherever no page could be found.
"""

from __future__ import annotations

from newswire.simulator.markup import (
    Frame,
    alt,
    clock,
    e,
    full_text,
    head,
    headed,
    json_ld,
    linked,
    offset_minutes,
    summary,
)
from newswire.simulator.model import Article, Block, Outline, Picture


def render(article: Article, frame: Frame) -> str:
    """Return the whole page."""
    edition, o = frame.edition, article.outline
    title = f"{o.headline} - {o.published:%d.%m.%Y}, {edition.site}"
    direction = "rtl" if edition.rtl else "ltr"
    return (
        f'<!DOCTYPE html><html lang="{edition.language}" dir="{direction}"><head>'
        f"{head(article, frame, title, o.section[1])}"
        f"{json_ld(article, frame) if edition.json_ld else ''}</head>"
        f'<body class="m-{edition.id}" data-page-type="article">'
        f"{top(frame)}{_radio(frame)}"
        f'<div class="layout-article"><div class="layout-article__main">'
        f'<div class="article" data-article-id="{o.id}" data-article-type="{article.kind}">'
        f"{_meta(article, frame)}{_header(article, frame)}"
        f'<div class="article__body js-mediator-article">{_body(article, frame)}</div>'
        f"{_footer(article, frame)}</div></div>"
        f"{_lenta(frame)}</div>{bottom(frame)}</body></html>"
    )


def top(frame: Frame) -> str:
    """Return the head of every page: logo, menu, consent."""
    menu = "".join(
        f'<li class="header__menu-item"><a href="/{sid}/">{e(name)}</a></li>'
        for sid, name in frame.edition.sections
    )
    return (
        f'<div class="header"><a class="header__logo" href="/">{e(frame.edition.site)}</a>'
        f'<ul class="header__menu">{menu}</ul></div>'
        f'<div class="cookie"><p>{frame.label("cookies")}</p></div>'
    )


def bottom(frame: Frame) -> str:
    """Return the foot of every page."""
    return (
        f'<div class="window-push"><div class="push__head">{frame.label("push")}</div></div>'
        f'<div class="global-fade"></div><div class="footer">© {frame.now.year} '
        f"{e(frame.edition.site)}. 16+</div>"
    )


def media(picture: Picture, frame: Frame) -> str:
    """Return a picture with its credit and caption as the template prints them."""
    edition = frame.edition
    stock = buy = ""
    if picture.stock:
        link = f'<a href="/docs/photobank.html">{frame.label("photobank")}</a>'
        stock = f'<span class="photoview__ext-link">&nbsp;/&nbsp;{link}</span>'
        buy = f'<div class="media__copyright-item m-buy">{link}</div>'
    text = e(alt(picture, edition))
    credit = e(picture.credit)
    return (
        f'<div class="media" data-media-tipe="ar16x9"><div class="media__size">'
        f'<div class="photoview__open" data-photoview-group="{picture.id}" '
        f'data-photoview-src="{picture.url}" '
        f'data-photoview-sharelink="{frame.base}/services/article/infinity/{picture.id}.html">'
        f'<noindex><div class="photoview__open-info"><span class="photoview__copyright">{credit}'
        f'{stock}</span><span class="photoview__desc-text">{e(picture.caption)}</span></div>'
        f'</noindex><img media-type="ar16x9" alt="{text}" title="{text}" src="{picture.url}" '
        f'width="1920" height="1080"></div></div><div class="media__copyright ">'
        f'<div class="media__copyright-item m-copyright">{credit}</div>{buy}</div></div>'
    )


def _meta(article: Article, frame: Frame) -> str:
    """Return the invisible microdata; its text leaks when a scraper takes all of the article."""
    edition, o = frame.edition, article.outline
    url = frame.base + o.path
    words = [o.section[1].lower(), *(tag.lower() for tag in article.tags)]
    organization = (
        f'<div itemprop="name">{e(edition.site)}</div>'
        f'<div itemprop="email">feedback@{edition.host}</div>'
        f'<div itemprop="telephone">+00000000000</div>'
        f'<div itemprop="legalName">Simulated Newsroom</div>'
        f'<div itemprop="logo" itemscope><div itemprop="width">252</div>'
        f'<div itemprop="height">60</div></div>'
    )
    kind, name = "Organization", edition.site
    if article.author:
        kind, name = "Person", article.author
    sizes = "".join(
        f'<div itemprop="associatedMedia" itemscope itemtype="https://schema.org/ImageObject">'
        f'<div itemprop="width">1920</div><div itemprop="height">{height}</div>'
        f'<div itemprop="representativeOfPage">true</div></div>'
        for height in (1080, 1440, 1920)
    )
    return (
        f'<div class="article__meta" itemscope itemtype="https://schema.org/Article">'
        f'<div itemprop="mainEntityOfPage">{url}</div>'
        f'<div itemprop="headline">{e(o.headline)}</div><div itemprop="name">{e(o.headline)}</div>'
        f'<div itemprop="alternateName">{e(edition.site)}</div>'
        f'<div itemprop="description">{e(summary(article))} {o.published:%d.%m.%Y}, '
        f"{e(edition.site)}</div>"
        f'<div itemprop="dateCreated">{offset_minutes(o.published)}</div>'
        f'<div itemprop="datePublished">{offset_minutes(o.published)}</div>'
        f'<div itemprop="dateModified">{offset_minutes(article.modified)}</div>'
        + "".join(f'<div itemprop="about">{e(word)}</div>' for word in words)
        + f'<div itemprop="image">{o.picture.url}</div>'
        f'<div itemprop="articleBody">{e(full_text(article))}</div>'
        f'<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
        f"{organization}</div>"
        f'<div itemprop="copyrightYear">{o.published.year}</div>'
        f'<div itemprop="author" itemscope itemtype="https://schema.org/{kind}">'
        f'<div itemprop="name">{e(name)}</div></div>'
        f'<div itemprop="inLanguage">{edition.language}</div>{sizes}'
        f'<div itemprop="keywords">{e(", ".join(words))}</div></div>'
    )


def _header(article: Article, frame: Frame) -> str:
    edition, o = frame.edition, article.outline
    label = f"{edition.zone_label} " if edition.zone_label else ""
    updated = ""
    if article.version > 1:
        updated = (
            f' <span class="article__info-date-modified">({frame.label("updated")} '
            f"{label}{clock(article.modified)})</span>"
        )
    author = ""
    if article.author:
        author = (
            f'<div class="article__author"><a class="article__author-link" href="/author/">'
            f'<div class="article__author-name">{e(article.author)}</div></a></div>'
        )
    lede = ""
    if article.description:
        lede = f'<div class="article__announce-text">{e(article.description)}</div>'
    video = '<div class="media__video"><iframe src="/embed/"></iframe></div>'
    return (
        f'<div class="article__header"><h1 class="article__title">{e(o.headline)}</h1>'
        f'<div class="article__info"><div class="article__info-date">'
        f'<a href="/{o.published:%Y%m%d}/" data-unixtime="{int(o.published.timestamp())}">'
        f"{label}{clock(o.published)}</a>{updated}</div>{author}</div>"
        f'<div class="article__announce">{video if article.kind == "video" else ""}'
        f"{media(o.picture, frame)}</div>"
        f'<div class="article__google-news"><span>{frame.label("subscribe")}</span>'
        f'<a href="/docs/news.html" rel="nofollow"></a></div>{lede}</div>'
    )


def _body(article: Article, frame: Frame) -> str:
    pieces: list[str] = []
    entries: list[str] = []
    for number, block in enumerate(article.blocks):
        if number == 0:
            pieces.append(
                _block("text", f'<div class="article__text">{headed(article, frame)}</div>')
            )
        elif block.kind == "entry":
            entries.append(_entry(block, number, frame))
        elif block.kind == "photo" and block.picture is not None:
            shown = media(block.picture, frame)
            text = f'<div class="article__photo-item-text">{e(block.text)}</div>'
            pieces.append(f'<div class="article__photo-item">{shown}{text}</div>')
        else:
            pieces.append(body_block(block, article.outline, frame))
        if number == 2:
            banner = '<div class="banner m-article-body"><div class="banner__content"></div></div>'
            pieces.append(_block("banner", banner))
    if entries:
        pieces.append(
            f'<div class="online"><div class="online__article">{"".join(entries)}</div></div>'
        )
    return "".join(pieces)


def _block(kind: str, inner: str) -> str:
    return f'<div class="article__block" data-type="{kind}">{inner}</div>'


def body_block(block: Block, outline: Outline, frame: Frame) -> str:
    """Return one block of the body."""
    if block.related is not None:
        return _block("article", _related(block.related, frame))
    if block.picture is not None:
        return _block("media", media(block.picture, frame))
    if block.kind == "heading":
        return _block("h2", f'<h2 class="article__h2">{e(block.text)}</h2>')
    if block.kind == "quote":
        share = (
            f'<div class="article__quote-share"><span class="share" data-title="{e(block.text)}" '
            f'data-url="{frame.base}{outline.path}?share-block=1"></span></div>'
        )
        return _block(
            "quote",
            f'<div class="article__quote"><div class="article__quote-bg"></div>'
            f'<div class="article__quote-text m-small">{e(block.text)}</div>{share}</div>',
        )
    if block.kind == "list":
        items = "".join(f"<li>{e(item)}</li>" for item in block.items)
        return _block("list", f'<ul class="article__list">{items}</ul>')
    if block.kind == "table":
        rows = "".join(
            f"<tr>{''.join(f'<td>{e(cell)}</td>' for cell in row)}</tr>" for row in block.rows
        )
        return _block("table", f'<table class="article__table"><tbody>{rows}</tbody></table>')
    return _block("text", f'<div class="article__text">{linked(block.text, frame)}</div>')


def _related(other: Outline, frame: Frame) -> str:
    text = e(alt(other.picture, frame.edition))
    url = frame.base + other.path
    return (
        f'<div class="article__article"><a class="article__article-image" href="{url}" '
        f'title="{e(other.headline)}"><img alt="{text}" title="{text}" src="{other.picture.url}">'
        f'</a><div class="article__article-title"><a href="{url}">{e(other.headline)}</a></div>'
        f"</div>"
    )


def _entry(block: Block, number: int, frame: Frame) -> str:
    assert block.when is not None
    title = f'<div class="online__item-title">{e(block.text)}</div>' if block.text else ""
    texts = "".join(
        _block("text", f'<div class="article__text">{linked(text, frame)}</div>')
        for text in block.items
    )
    return (
        f'<div class="online__item" data-id="{number}"><div class="online__item-top">'
        f'<div class="online__item-time" data-unixtime="{int(block.when.timestamp())}">'
        f'{block.when:%H:%M}</div><div class="online__item-share"></div></div>'
        f'<div class="online__item-content">{title}{texts}</div></div>'
    )


def _footer(article: Article, frame: Frame) -> str:
    sid, name = article.outline.section
    tags = [(f"/{sid}/", name)]
    tags += [(f"/tags/{number}/", tag) for number, tag in enumerate(article.tags)]
    items = "".join(
        f'<li class="tag"><a class="tag__link" href="{href}"><span class="tag__text">{e(text)}'
        f"</span></a></li>"
        for href, text in tags
    )
    return (
        f'<div class="article__footer"><ul class="article__tags">{items}</ul></div>'
        f'<div class="article__aggr"></div>'
    )


def _lenta(frame: Frame) -> str:
    """Return the panel of newest headlines, which is another at each visit."""
    items = "".join(
        f'<div class="lenta__item"><a href="{o.path}"><span class="lenta__item-date" '
        f'data-unixtime="{int(o.published.timestamp())}">{o.published:%H:%M}</span>'
        f'<span class="lenta__item-text">{e(o.headline)}</span></a></div>'
        for o in frame.latest
    )
    return (
        f'<div class="lenta"><div class="lenta__title">{frame.label("feed")}</div>'
        f'<div class="lenta__count">0</div>{items}</div>'
    )


def _radio(frame: Frame) -> str:
    """Return the schedule of the radio player: hours, then the programmes of the crawl's day."""
    if not frame.edition.radio:
        return ""
    lines = "".join(f'<div class="radio__line">{line}</div>' for line in radio_lines(frame))
    return f'<div class="radio">{lines}</div>'


def radio_lines(frame: Frame) -> list[str]:
    """Return the lines of the radio schedule, which depends on the day of the visit."""
    hours = [f"{hour:02}:00" for hour in range(24)]
    day = frame.now.astimezone(frame.edition.tz).timetuple().tm_yday
    tags = [entry[0] for entry in frame.edition.lang.rules["tag"]]
    programmes = [
        str(line)
        for number in range(4)
        for line in (
            tags[(day + number) % len(tags)],
            f"{6 + 4 * number:02}:30",
            f"{20 + day % 40}",
        )
    ]
    return [*hours, *hours, *programmes, frame.label("days"), frame.label("radio")]
