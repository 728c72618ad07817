"""How do bytes become an article?"""
