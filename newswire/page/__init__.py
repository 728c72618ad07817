"""What does a page hold?"""
