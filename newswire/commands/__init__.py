"""Commands of this project for `scrapy`, one a file."""
