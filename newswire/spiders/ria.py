"""The wire RIA Novosti, in Russian, on the same CMS."""

from newswire.crawl.spider import WireSpider


class RiaSpider(WireSpider):
    """RIA Novosti; its edition is a row of `rules/editions.toml`."""

    name = "ria"
