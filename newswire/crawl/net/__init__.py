"""What may a crawl reach, and how fast?"""
