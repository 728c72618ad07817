"""The wire RIA Novosti, of the same house and CMS."""

from newswire.wire import WireSpider


class RiaSpider(WireSpider):
    """RIA Novosti; its edition is a row of `rules/editions.toml`."""

    name = "ria"
