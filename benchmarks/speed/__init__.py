"""How fast is newswire, beside its peers, from bytes to the feed?"""
