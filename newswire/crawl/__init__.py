"""What does a crawl ask for, reach and remember?"""
