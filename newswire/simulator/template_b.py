"""How does the wire's template of 2014-2020 (`b-article…`) show an article, wide and mobile?

Written after two saved pages of that time; texts are our own.
"""

from __future__ import annotations

from newswire.simulator.markup import Frame, clock, e, head, headed, linked, utc
from newswire.simulator.model import Article, Block, Outline, Picture


def render(article: Article, frame: Frame) -> str:
    """Return the whole page."""
    edition, o = frame.edition, article.outline
    body_class = f"site_{edition.id} lang_{edition.words}"
    title = f'<h1 itemprop="headline">{e(o.headline)}</h1>'
    title = f'<div class="b-article__header-title m-static">{title}</div>'
    # the headline stands beside the picture, outside `b-article`, or at the top of `b-article`
    above, inside = (title, "") if edition.rtl or o.id % 2 else ("", title)
    return (
        f'<!DOCTYPE html SYSTEM "about:legacy-compat">\n'
        f'<html lang="{edition.language}" class="responsive" itemscope="" '
        f'itemtype="http://schema.org/NewsArticle"{_direction(frame)}><head>'
        f"{head(article, frame, f'{o.headline} - {edition.site}')}{_dates(article)}"
        f'<script>_paq.push(["setSiteId", "sputnik_{edition.id}"]);</script></head>'
        f'<body class="{body_class}">{_top(frame)}'
        f'<div class="l-wrap l-header"><div class="b-header">'
        f'<a class="b-header__logo m-inverse" href="/"></a>{_header(o.picture, above)}</div></div>'
        f'<div class="l-main m-oh"><div class="l-wrap m-clear l-wrapper">'
        f'<div class="l-maincolumn m-static"><div class="b-article">{inside}'
        f"{_refs(article, frame)}{_subscribe(frame)}{_meta(article, frame)}"
        f'{_lead(article)}<div itemprop="articleBody" class="b-article__text">'
        f"{_body(article, frame)}</div>{_share(article)}</div>{_after(article, frame)}"
        f'<input type="hidden" id="articleId" data-id="{o.id}" '
        f'data-project="sputnik_{edition.id}"></div>{_sidebar(frame)}</div></div></body></html>'
    )


def render_mobile(article: Article, frame: Frame) -> str:
    """Return the page of the mobile site, with its bare counters on lines of their own."""
    o = article.outline
    moment = f"{clock(o.published)}"
    return (
        f'<!DOCTYPE html>\n<html lang="{frame.edition.language}"{_direction(frame)}><head>'
        f"{head(article, frame, o.headline)}{_dates(article)}</head><body>"
        f'<div class="b-article"><h1 class="b-article__title" itemprop="headline">{e(o.headline)}'
        f'</h1><div class="b-article__refs-date">{moment}</div>'
        f'<div class="b-counters"><span class="b-counters-icon">\n165\n</span></div>'
        f"{_header(o.picture, '')}{_lead(article)}"
        f'<div class="b-article__text" itemprop="articleBody">{_body(article, frame)}</div></div>'
        f"</body></html>"
    )


def _direction(frame: Frame) -> str:
    return ' dir="rtl"' if frame.edition.rtl else ""


def _dates(article: Article) -> str:
    published, modified = utc(article.outline.published), utc(article.modified)
    author = f'<meta name="author" content="{e(article.author)}">' if article.author else ""
    return (
        f'<meta content="{modified}" http-equiv="last-modified">'
        f'<meta content="{modified}" itemprop="dateModified" name="lastmod">'
        f'<meta content="{published}" itemprop="datePublished" name="pubdate">'
        f'<meta content="{published}" itemprop="dateCreated">{author}'
    )


def _top(frame: Frame) -> str:
    menu = "".join(
        f'<li class="b-mainnav__item"><a href="/{sid}/">{e(name)}</a></li>'
        for sid, name in frame.edition.sections
    )
    return (
        f'<div class="cookie"><div class="cookie__description"><p>{frame.label("cookies")}</p>'
        f'</div></div><div class="b-mainnav"><ul class="b-mainnav__list">{menu}</ul></div>'
    )


def _refs(article: Article, frame: Frame) -> str:
    edition, o = frame.edition, article.outline
    zone = edition.zone_label

    def printed(moment_text: str) -> str:
        if edition.rtl:
            return f'<span class="m-timezone">{zone}</span> {moment_text}'
        hour, day = moment_text.split(" ")
        return f"{hour}  {zone} {day}"

    updated = ""
    if article.version > 1:
        updated = (
            f'<time itemprop="dateModified" datetime="{article.modified:%Y-%m-%dT%H:%M}" '
            f'class="b-article__refs-date-upd">({frame.label("updated")} '
            f"{printed(clock(article.modified))}) </time>"
        )
    author = ""
    if article.author:
        author = (
            f'<div class="b-article__refs-author">{frame.label("by")} '
            f'<a rel="author" href="/authors/{o.id}/">{e(article.author)}</a></div>'
        )
    counters = "".join(
        f'<span class="b-counters-icon b-counters-icon_{name}"><i></i>\n     0\n    </span>'
        for name in ("comments", "like", "dislike")
    )
    return (
        f'<div class="b-article__refs-text "><a class="b-article__refs-rubric" '
        f'href="/{o.section[0]}/" itemprop="articleSection">{e(o.section[1])}</a>'
        f'<div class="b-article__refs-credits"><time class="b-article__refs-date" '
        f'itemprop="dateCreated" datetime="{o.published:%Y-%m-%dT%H:%M}">'
        f"{printed(clock(o.published))}</time>{updated}<!--noindex-->"
        f'<span class="b-article__refs-getshorturl">{frame.label("short_url")}</span>'
        f'<!--/noindex--></div>{author}<div class="b-counters ">{counters}</div></div>'
    )


def _subscribe(frame: Frame) -> str:
    return (
        f'<div class="article__google-news"><span class="google-news-title"> '
        f'{frame.label("subscribe")} </span><a class="article__google-link" href="/docs/"></a>'
        f"</div>"
    )


def _meta(article: Article, frame: Frame) -> str:
    name = article.author or frame.edition.site
    kind = "Person" if article.author else "Organization"
    return (
        f'<div class="b-article__meta"><div itemprop="image">{article.outline.picture.url}</div>'
        f'<div itemprop="publisher" itemscope="" itemtype="http://schema.org/Organization">'
        f'<div itemprop="name">{e(frame.edition.site)}</div></div>'
        f'<div itemprop="author" itemscope="" itemtype="http://schema.org/{kind}">'
        f'<div itemprop="name">{e(name)}</div></div>'
        f'<div itemprop="mainEntityOfPage">{frame.base}{article.outline.path}</div></div>'
    )


def _header(picture: Picture, title: str) -> str:
    text = e(picture.caption)
    return (
        f'<div class="b-article__header"><img itemprop="associatedMedia" src="{picture.url}" '
        f'alt="{text}" title="{text}">{title}<div class="b-article__header-copy">'
        f"<span><span>{_credit(picture)}</span></span></div></div>"
    )


def _credit(picture: Picture) -> str:
    """Return the credit with the line breaks and runs of blanks of the saved pages."""
    return "\n      " + e(picture.credit).replace("© ", "©\n    ", 1)


def _lead(article: Article) -> str:
    if not article.description:
        return ""
    return (
        f'<div itemprop="description" class="b-article__lead"><p>{e(article.description)}</p></div>'
    )


def _body(article: Article, frame: Frame) -> str:
    side = ' dir="rtl" style="direction: rtl;"' if frame.edition.rtl else ""
    pieces: list[str] = []
    for number, block in enumerate(article.blocks):
        if number == 0:
            pieces.append(f"<p{side}>{headed(article, frame)}</p>")
        elif block.related is not None:
            # the related block stands inside a paragraph, which HTML does not allow
            inject = _related(block.related)
            if pieces[-1].endswith("</p>"):
                pieces[-1] = f"{pieces[-1][:-4]}{inject}</p>"
            else:
                pieces.append(inject)
        else:
            pieces.append(_block(block, side, frame))
    return "\n".join(pieces)


def _block(block: Block, side: str, frame: Frame) -> str:
    if block.picture is not None:
        text, credit = e(block.picture.caption), e(block.picture.credit)
        return (
            f'<div class="b-inject m-inject-free"><div class="b-inject__media"><img '
            f'src="{block.picture.url}" alt="{text}" title="{text}"></div>'
            f'<div class="b-inject__copy"><span>{credit}</span></div></div>'
            + (f"<p{side}>{text}</p>" if block.kind == "photo" else "")
        )
    if block.kind == "heading":
        return f"<h3>{e(block.text)}</h3>"
    if block.kind == "quote":
        return f"<blockquote>{e(block.text)}</blockquote>"
    if block.kind == "list":
        return f"<ul>{''.join(f'<li>{e(item)}</li>' for item in block.items)}</ul>"
    if block.kind == "table":
        rows = (f"<tr>{''.join(f'<td>{e(c)}</td>' for c in row)}</tr>" for row in block.rows)
        return f"<table>{''.join(rows)}</table>"
    title = f"<h3>{e(block.text)}</h3>" if block.kind == "entry" and block.text else ""
    texts = block.items if block.kind == "entry" else (block.text,)
    return title + "".join(f"<p{side}>{linked(text, frame)}</p>" for text in texts)


def _related(other: Outline) -> str:
    text = e(other.picture.caption)
    return (
        f'<div class="b-inject m-inject-min"><div class="b-inject__media"><a target="_blank" '
        f'href="{other.path}"><img alt="{text}" title="{text}" src="{other.picture.url}"></a></div>'
        f'<div class="b-inject__copy"><span>{_credit(other.picture)}</span></div>'
        f'<div class="b-inject__content"><a target="_blank" href="{other.path}">'
        f"{e(other.headline)}</a></div></div>"
    )


def _share(article: Article) -> str:
    title = e(article.outline.headline)
    likes = "".join(
        f'<a href="/services/likes/like/?article_id={article.outline.id}&amp;value={value}" '
        f'class="js-like">\n     0\n    </a>'
        for value in (1, -1)
    )
    return (
        f'<div class="social-likes-pane m-clear"><div class="facebook" data-title="{title}"></div>'
        f'<div class="whatsapp">WhatsApp</div></div><div class="b-article__likes">{likes}</div>'
    )


def _after(article: Article, frame: Frame) -> str:
    others = "".join(
        f'<dl class="b-article__refs-item"><dd class="b-article__refs-item-title">'
        f'<a href="{o.path}"><strong>{e(o.headline)}</strong></a></dd></dl>'
        for o in frame.latest[:3]
    )
    tags = ", ".join(
        f'<a href="/tags/{number}/">{e(tag)}</a>' for number, tag in enumerate(article.tags)
    )
    return (
        f'<div class="b-article__refs"><div class="b-article__refs-list"><h3>'
        f'{frame.label("see_also")}</h3>{others}</div><div class="b-article__refs-list">'
        f'<div class="b-article__refs-item"><div class="b-article__refs-item-description">'
        f'{frame.label("tags")}</div><div class="b-article__refs-item-title b-article__refs-tags">'
        f'{tags}</div></div></div></div><div class="comments section" '
        f'data-articleId="{article.outline.id}"><div class="title">{frame.label("comments")}</div>'
        f"</div>"
    )


def _sidebar(frame: Frame) -> str:
    items = "".join(
        f'<li class="b-news__item"><span class="b-news__time"><span class="m-timezone">'
        f'{o.published:%H:%M}  GMT  </span></span><a href="{o.path}">{e(o.headline)}</a></li>'
        for o in frame.latest
    )
    return (
        f'<div class="l-sidebar"><div class="b-block b-tabs b-news"><h6 class="b-block__title">'
        f"{frame.label('latest')}</h6><ul>{items}</ul></div></div>"
    )
