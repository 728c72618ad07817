"""How do articles go out?"""
