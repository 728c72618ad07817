"""A whole invented news wire, served on loopback: what would a crawl of it have to bring home?

`wire.Wire` is the content: article `k` of an edition is a pure function of (seed, edition, k) and
of the wire's clock, so that hundreds of thousands of articles cost no memory. `truth.truth` gives
the clean fields of an article, `pages.render` its page, `saved_text.as_saved_text` what a naive
scraper would keep of that page, `server` serves it all over HTTP.

Nothing here imports newswire: the simulator is an independent oracle.

From a shell: `python -m newswire.simulator --seed 1`; from a test: the `simulator` fixture.
"""

from newswire.simulator.truth import Truth, truth
from newswire.simulator.wire import NOW, Wire

__all__ = ["NOW", "Truth", "Wire", "truth"]
