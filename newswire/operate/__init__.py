"""How does somebody see what a crawl did?"""
