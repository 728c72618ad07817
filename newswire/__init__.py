"""newswire turns the pages of a news wire into clean article items."""
