"""What do these characters say: encodings, folding, languages?"""
