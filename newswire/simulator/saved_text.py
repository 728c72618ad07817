"""What does a naive text scraper keep of an article's page? One line for each piece, as printed."""

from __future__ import annotations

from newswire.simulator.markup import Frame, alt
from newswire.simulator.model import Article, Picture
from newswire.simulator.template_c import radio_lines


def as_saved_text(article: Article, frame: Frame) -> str:
    """Return the text file of a page of the 2021 template, furniture included.

    The order is the one of saved pages: (radio schedule,) headline, empty line, credit fused to
    the caption, the picture's alt text, the subscribe label, lede, dateline and body with related
    stories inside, the heading of the news feed, its counter.
    """
    labels = frame.edition.lang.labels
    lines = radio_lines(frame) if frame.edition.radio else []
    lines += [article.outline.headline, ""]
    lines += _picture(article.outline.picture, frame)
    lines.append(labels["subscribe"])
    if article.description:
        lines.append(article.description)
    for number, block in enumerate(article.blocks):
        if number == 0 and article.dateline:
            lines.append(f"{article.dateline.raw} {block.text}")
        elif block.related is not None:
            lines += [alt(block.related.picture, frame.edition), block.related.headline]
        elif block.picture is not None:
            lines += _picture(block.picture, frame)
        else:
            lines += [f"{block.when:%H:%M}"] if block.when else []
            lines += block.lines()
    return "\n".join([*lines, labels["feed"], "0"]) + "\n"


def _picture(picture: Picture, frame: Frame) -> list[str]:
    bank = f"\u00a0/\u00a0{frame.edition.lang.labels['photobank']}" if picture.stock else ""
    return [f"{picture.credit}{bank}{picture.caption}", alt(picture, frame.edition)]
