"""How do saved pages come in?"""
