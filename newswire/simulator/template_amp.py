"""How does the AMP form of the wire's pages show an article?"""

from __future__ import annotations

from newswire.simulator.markup import Frame, alt, clock, e, head, headed, json_ld
from newswire.simulator.model import Article, Picture
from newswire.simulator.template_c import body_block


def render(article: Article, frame: Frame) -> str:
    """Return the whole page; its canonical link leads to the article's main form."""
    o = article.outline
    pieces = [
        f'<div class="article__block" data-type="text"><div class="article__text">'
        f"{headed(article, frame)}</div></div>"
    ]
    for block in article.blocks[1:]:
        if block.picture is not None:
            pieces.append(_image(block.picture, frame))
            if block.kind == "photo":
                pieces.append(f'<div class="article__photo-item-text">{e(block.text)}</div>')
        elif block.kind == "entry":
            title = f'<h2 class="article__h2">{e(block.text)}</h2>' if block.text else ""
            pieces.append(title + "".join(f"<p>{e(text)}</p>" for text in block.items))
        else:
            pieces.append(body_block(block, o, frame))
    lede = ""
    if article.description:
        lede = f'<div class="article__announce-text">{e(article.description)}</div>'
    return (
        f'<!doctype html><html amp lang="{frame.edition.language}"><head>'
        f"{head(article, frame, o.headline)}"
        f'<script async src="/v0.js"></script>{json_ld(article, frame)}</head><body>'
        f'<div class="article"><h1 class="article__title">{e(o.headline)}</h1>'
        f'<div class="article__info-date">{clock(o.published)}</div>'
        f'{_image(o.picture, frame)}{lede}<div class="article__body">{"".join(pieces)}</div>'
        f"</div></body></html>"
    )


def _image(picture: Picture, frame: Frame) -> str:
    return (
        f'<amp-img src="{picture.url}" alt="{e(alt(picture, frame.edition))}" width="1920" '
        f'height="1080"></amp-img><div class="media__copyright">{e(picture.credit)}</div>'
    )
