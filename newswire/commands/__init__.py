"""Commands of this project for `scrapy`, one a file.

Scrapy imports all of them, and all spiders, for whatever command it runs. So these modules import
at their top what it takes to name a command and its options; what does the work is imported where
the work begins. A spider does the same: see `newswire.crawl.spider`.
"""

from newswire.operate.terminal import interrupted_in_one_line

# before the imports of what a command does, which take most of a start
interrupted_in_one_line()
