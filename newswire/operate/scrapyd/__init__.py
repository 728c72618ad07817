"""How does the project run on scrapyd nodes?"""
