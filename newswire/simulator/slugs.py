"""How does the wire spell a headline in an address?"""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяўқғҳ"
_LATIN = "a,b,v,g,d,e,e,zh,z,i,i,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,sch,,y,,e,yu,ya,u,q,g,h"
_SPELLED = dict(zip(_CYRILLIC, _LATIN.split(","), strict=True))


def slug(headline: str, limit: int = 90) -> str:
    """Return the headline in small letters with hyphens: Latin, or Arabic as it is.

    >>> slug("Шёлковск: 25 фонарей «у моста»")
    'shelkovsk-25-fonarei-u-mosta'
    >>> slug("Étangrive n'attend plus")
    'etangrive-nattend-plus'
    """
    text = "".join(_SPELLED.get(letter, letter) for letter in headline.lower())
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[^\w\s-]", "", text)
    return re.sub(r"[\s_-]+", "-", text).strip("-")[:limit].strip("-")
