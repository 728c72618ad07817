"""What do these characters say?"""
