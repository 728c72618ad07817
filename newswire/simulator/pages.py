"""Which page does the wire answer with: an article in one of its forms, a list, or neither?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from newswire.simulator import template_2026, template_amp, template_b, template_c
from newswire.simulator.markup import Frame, e
from newswire.simulator.model import Article, Outline
from newswire.simulator.wire import Wire

PAGE_SIZE = 20


def frame(wire: Wire, edition: str, base: str, now: datetime) -> Frame:
    """Return what stands around the pages of an edition at `now`."""
    numbers = [k for k, _ in zip(wire.latest(edition, now), range(8), strict=False)]
    return Frame(wire.editions[edition], base, now, tuple(outlines(wire, edition, numbers, now)))


def outlines(wire: Wire, edition: str, numbers: list[int], now: datetime) -> list[Outline]:
    """Return what lists show of these articles at `now`."""
    return [wire.outline(edition, k, wire.version(edition, k, now)) for k in numbers]


def render(article: Article, around: Frame, form: str = "page") -> str:
    """Return an article's page; `form` is page, amp, mobile, or modern: the page of 2026.

    `modern/FORM` is a page of 2026 in one of the forms that `template_2026` lists.
    """
    form, _, shape = form.partition("/")
    if form == "modern":
        return template_2026.render(article, around, shape or None)
    forms: dict[str, Callable[[Article, Frame], str]] = {
        "page": template_b.render if article.outline.old else template_c.render,
        "amp": template_amp.render,
        "mobile": template_b.render_mobile,
    }
    return forms[form](article, around)


def items(listed: list[Outline], next_url: str | None) -> str:
    """Return list entries and where their continuation is, as pages and `more` answers have it."""
    entries = "".join(
        f'<div class="list__item"><div class="list__content"><a class="list__image" '
        f'href="{o.path}"><img src="{o.picture.url}" alt="{e(o.picture.caption)}"></a>'
        f'<a class="list__title" href="{o.path}" title="{e(o.headline)}">{e(o.headline)}</a></div>'
        f'<div class="list__info"><span class="list__date" '
        f'data-unixtime="{int(o.published.timestamp())}">{o.published:%H:%M %d.%m.%Y}</span></div>'
        f"</div>"
        for o in listed
    )
    more = f' data-next-url="{e(next_url)}"' if next_url else ""
    return f'<div class="list-items-loaded"{more}>{entries}</div>'


def widget_items(listed: list[Outline], more: str) -> str:
    """Return entries of the news beside every page, each with the address behind itself."""
    return "".join(
        f'<div class="lenta__item" data-next="{more}?id={o.id}&amp;'
        f'date={o.published:%Y%m%dT%H%M%S}&amp;articlemask=lenta_common">'
        f'<a class="lenta__item-size" href="{o.path}"><span class="lenta__item-text">'
        f"{e(o.headline)}</span></a></div>"
        for o in listed
    )


WIDGET = (
    '<div class="lenta" id="widgetLenta" data-url="/services/archive/widget/more.html?id=0&amp;'
    'date=0&amp;articlemask=lenta_common"><div class="lenta__list"></div></div>'
)


def list_page(around: Frame, title: str, inner: str) -> str:
    """Return a section, day or tag page."""
    return (
        f'<!DOCTYPE html><html lang="{around.edition.language}"><head><meta charset="utf-8">'
        f"<title>{e(title)} - {e(around.edition.site)}</title></head>"
        f'<body data-page-type="list">{template_c.top(around)}<h1 class="title">{e(title)}</h1>'
        f'<div class="list list-tag">{inner or around.label("empty")}</div>'
        f"{WIDGET}{template_c.bottom(around)}</body></html>"
    )


def home_page(around: Frame, listed: list[Outline]) -> str:
    """Return the front page: one big story and cells of links."""
    cells = "".join(
        f'<div class="cell-list__item"><a class="cell-list__item-link" href="{o.path}" '
        f'title="{e(o.headline)}"><span class="cell-list__item-title">{e(o.headline)}</span></a>'
        f"</div>"
        for o in listed[1:]
    )
    main = "".join(
        f'<a class="cell-main-photo__link" href="{o.path}"><span class="cell-main-photo__title">'
        f"{e(o.headline)}</span></a>"
        for o in listed[:1]
    )
    inner = (
        f'<div data-floor="1"><div class="cell-main-photo">{main}</div>'
        f'<div class="cell-list__list">{cells}</div></div>'
    )
    return list_page(around, around.edition.site, inner)


def radio_page(around: Frame) -> str:
    """Return the radio page: a schedule and no article."""
    lines = "".join(f"<p>{line}</p>" for line in template_c.radio_lines(around))
    return list_page(around, around.edition.lang.labels["radio"], lines)


def plain_page(around: Frame, title: str) -> str:
    """Return a page without stories: terms, search, an unknown tag."""
    return list_page(around, title, "")
