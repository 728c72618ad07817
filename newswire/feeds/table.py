"""How do articles lie in an SQLite file, so that their words can be found?

The tokenizer parts words at blanks, and would make one word of a clause in Chinese, Japanese or
Thai. So the index gets such a text as all its runs of one to `LONGEST` characters; since it holds
other words than the table, this module writes it, not triggers.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from newswire.feeds.columns import Chosen, Record, chosen, columns, row
from newswire.text.characters import DENSE

_SQL = {str: "TEXT", int: "INTEGER", float: "REAL"}
SEARCHED = ("headline", "description", "body")
# without them no row could be replaced by its newer version
NEEDED = ("id", "version")
# The longest word of a dense script that is found as one: ウズベキスタン has seven characters.
# The index of such a text is four times as large as the text.
LONGEST = 8
_RUN = re.compile(f"{DENSE}+")


class Table:
    """The table `articles` of an SQLite file, with a full-text index; one row an id.

    A higher version replaces a lower one, a lower one never a higher. The index names the table as
    its content, by which Datasette and sqlite-utils know that the table can be searched.
    """

    def __init__(self, path: str, fields: Chosen = None) -> None:
        """Open, and make if need be, the table in the file at `path`.

        Args:
            path: of the file.
            fields: the columns wanted, all if None; those of `NEEDED` are always there.

        Raises:
            sqlite3.Error: it is no SQLite file, or has another table of that name.
        """
        self._names = list(dict.fromkeys((*NEEDED, *chosen(fields)))) if fields else list(columns())
        self._searched = [name for name in SEARCHED if name in self._names]
        quoted = [_quoted(name) for name in self._names]
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        try:
            for statement in self._schema():
                self._db.execute(statement)
            self._db.execute(f"SELECT {', '.join(quoted)} FROM articles LIMIT 0")  # noqa: S608
            if self._db.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger'").fetchone():
                raise sqlite3.DatabaseError("made by an older newswire: take a new file")
        except BaseException:
            self._db.close()
            raise
        news = ", ".join(f"{name} = excluded.{name}" for name in quoted if name != "id")
        marks = ", ".join("?" * len(quoted))
        self._upsert = (
            f"INSERT INTO articles ({', '.join(quoted)}) VALUES ({marks})"  # noqa: S608
            f" ON CONFLICT (id) DO UPDATE SET {news} WHERE excluded.version >= articles.version"
        )
        texts = ", ".join(self._searched)
        self._row = f"SELECT rowid, {texts} FROM articles WHERE id = ?"  # noqa: S608
        marks = ", ".join("?" * (1 + len(self._searched)))
        self._index = f"INSERT INTO articles_fts (rowid, {texts}) VALUES ({marks})"  # noqa: S608
        self._forget = (
            f"INSERT INTO articles_fts (articles_fts, rowid, {texts})"  # noqa: S608
            f" VALUES ('delete', {marks})"
        )

    def put(self, article: Record) -> None:
        """Insert an article, or replace it by this version; it is there for others at `commit`."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        values = row(article, self._names)
        if self._searched:
            self._forget_words(values["id"])
        self._db.execute(self._upsert, list(values.values()))
        if self._searched:
            self._add_words(values["id"])

    def _forget_words(self, article_id: str) -> None:
        """Take the words of the row out of the index, if there is one."""
        if old := self._db.execute(self._row, [article_id]).fetchone():
            self._db.execute(self._forget, [old[0], *map(words, old[1:])])

    def _add_words(self, article_id: str) -> None:
        """Index the row, which may be a newer version than the one put last."""
        now = self._db.execute(self._row, [article_id]).fetchone()
        self._db.execute(self._index, [now[0], *map(words, now[1:])])

    def commit(self) -> None:
        """Put on the disk what was put in."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Commit and close."""
        try:
            self.commit()
        finally:
            self._db.close()

    def _schema(self) -> Iterator[str]:
        kinds = {name: _SQL[kind] for name, kind in columns().items()}
        lines = ["id TEXT PRIMARY KEY"]
        lines += [f"{_quoted(name)} {kinds[name]}" for name in self._names if name != "id"]
        yield f"CREATE TABLE IF NOT EXISTS articles ({', '.join(lines)})"
        if "date_published" in self._names:
            yield "CREATE INDEX IF NOT EXISTS articles_date ON articles (date_published)"
        if self._searched:
            # Datasette looks for USING FTS … content="articles" to the letter
            yield (
                "CREATE VIRTUAL TABLE IF NOT EXISTS articles_fts USING FTS5 ("
                f'{", ".join(self._searched)}, content="articles",'
                " tokenize='unicode61 remove_diacritics 2')"
            )


def words(text: str | None) -> str | None:
    """Return what the index holds of a text: itself, with the runs of dense scripts spelt out.

    >>> words("茶叶 2021")
    ' 茶 茶叶 叶  2021'
    """
    return _RUN.sub(_spelt, text) if text else text


def _spelt(match: re.Match[str]) -> str:
    run = match[0]
    ends = ((i, min(i + LONGEST, len(run))) for i in range(len(run)))
    return " ".join([" ", *(run[i:j] for i, end in ends for j in range(i + 1, end + 1)), " "])[1:-1]


def _quoted(name: str) -> str:
    return f'"{name}"' if "." in name else name
