"""The wire Sputnik: about 40 national editions in 30 languages on one CMS."""

from newswire.crawl.spider import WireSpider


class SputnikSpider(WireSpider):
    """Sputnik; its editions are rows of `rules/editions.toml`."""

    name = "sputnik"
