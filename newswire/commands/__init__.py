"""Commands of this project for `scrapy`, one a file."""

from newswire.operate.terminal import interrupted_in_one_line

# before the imports of the commands, which take most of a start
interrupted_in_one_line()
