"""The tables of a ledger in SQLite, and the steps from older ones; see `migrations`.

A new step is added at the end, under the version that it starts from, with `migrations.SCHEMA`
raised, and the same is done for PostgreSQL. Columns that it adds have a default or may be null, so
that a crawl of the version before can end its work.
"""

from __future__ import annotations

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- state: see `frontier.State`; published: '' when not known; due: when it may be leased next, null
-- when there is nothing to do; run: who leased it
CREATE TABLE url (
    key TEXT PRIMARY KEY, edition TEXT NOT NULL, url TEXT NOT NULL, published TEXT NOT NULL,
    lastmod TEXT, priority INTEGER NOT NULL, state TEXT NOT NULL, due REAL, run INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE INDEX url_newest ON url (edition, priority DESC, published DESC) WHERE due IS NOT NULL;
CREATE INDEX url_oldest ON url (edition, priority DESC, published) WHERE due IS NOT NULL;
CREATE INDEX url_leased ON url (run) WHERE run IS NOT NULL;
-- relation to the article `related`, see `items.Relation`; cluster: id of its first article, null
-- for that itself; exported: safely in the feeds, or held back from them by NEWSWIRE_DUPLICATES;
-- item: the article as compressed JSON of the version `form`, null once it was exported and is old;
-- sha256, rules: of the bytes, and of the rules and code that read them, null when not known;
-- unnamed: 1 when the id was made of the text, else null; week: of the near index
CREATE TABLE article (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, version INTEGER NOT NULL,
    content_hash BLOB NOT NULL, modified TEXT, stored REAL NOT NULL, run INTEGER NOT NULL,
    relation TEXT, related TEXT, score REAL, cluster TEXT,
    held INTEGER NOT NULL DEFAULT 0, exported REAL, item BLOB,
    form INTEGER NOT NULL DEFAULT 1, published TEXT, sha256 BLOB, rules TEXT, unnamed INTEGER,
    week INTEGER
);
CREATE UNIQUE INDEX article_version ON article (id, version);
CREATE INDEX article_text ON article (content_hash, seq);
CREATE INDEX article_outbox ON article (run) WHERE item IS NOT NULL AND exported IS NULL;
CREATE INDEX article_old ON article (exported) WHERE item IS NOT NULL;
CREATE INDEX article_bytes ON article (sha256) WHERE unnamed IS NOT NULL;
-- an article that was read again with other rules: what changed in it, as compressed JSON
CREATE TABLE reprocessed (
    seq INTEGER NOT NULL, at REAL NOT NULL, run INTEGER NOT NULL, old_rules TEXT,
    new_rules TEXT NOT NULL, changed BLOB NOT NULL
);
CREATE INDEX reprocessed_article ON reprocessed (seq);
CREATE INDEX reprocessed_old ON reprocessed (at);
-- the near index: fingerprints and shingles of the articles of a week
CREATE TABLE posting (
    week INTEGER, key INTEGER, seq INTEGER, PRIMARY KEY (week, key, seq)
) WITHOUT ROWID;
CREATE TABLE shingles (
    seq INTEGER PRIMARY KEY, week INTEGER NOT NULL, shingles BLOB NOT NULL
);
CREATE INDEX shingles_week ON shingles (week);
CREATE TABLE day (edition TEXT, day TEXT, PRIMARY KEY (edition, day)) WITHOUT ROWID;
-- who crawls the newest, or given articles, of an edition
CREATE TABLE lock (edition TEXT PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    run INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, process TEXT NOT NULL,
    started REAL NOT NULL, alive REAL NOT NULL, ended REAL, stats TEXT
);
-- listed: the day up to which the newest were once known without a gap; whole: they still are
CREATE TABLE edition (
    edition TEXT PRIMARY KEY, listed TEXT, whole INTEGER NOT NULL
) WITHOUT ROWID;
-- share: of a list's links that were recognised, on average of the last `number` (at most 20)
CREATE TABLE edition_list (
    edition TEXT, kind TEXT, share REAL NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (edition, kind)
) WITHOUT ROWID;
-- what a run counted of an edition, and the sum of a day of runs that crawled the newest
CREATE TABLE edition_run (
    edition TEXT, kind TEXT, run INTEGER, started REAL NOT NULL, counters TEXT NOT NULL,
    PRIMARY KEY (edition, kind, run)
) WITHOUT ROWID;
CREATE TABLE edition_day (
    edition TEXT, day TEXT, counters TEXT NOT NULL, PRIMARY KEY (edition, day)
) WITHOUT ROWID;
-- how many stories of a site begin with a form of dateline, and how many were counted
CREATE TABLE site_form (
    site TEXT, form TEXT, number INTEGER NOT NULL, PRIMARY KEY (site, form)
) WITHOUT ROWID;
-- some pages of a site and the keys of their lines, see `boilerplate.learnt`
CREATE TABLE site_page (
    site TEXT, page INTEGER, lines BLOB NOT NULL, PRIMARY KEY (site, page)
) WITHOUT ROWID;
-- the lock of a back-fill, and its days, both included
CREATE TABLE backfill (
    edition TEXT PRIMARY KEY, run INTEGER NOT NULL, since TEXT NOT NULL,
    until TEXT NOT NULL
) WITHOUT ROWID;
-- when a host, or all hosts of an edition together, may be asked again
CREATE TABLE turn (host TEXT PRIMARY KEY, free REAL NOT NULL) WITHOUT ROWID;
"""

STEPS = {
    2: """
ALTER TABLE article ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
ALTER TABLE article ADD COLUMN published TEXT;
ALTER TABLE article ADD COLUMN sha256 BLOB;
ALTER TABLE article ADD COLUMN rules TEXT;
ALTER TABLE article ADD COLUMN unnamed INTEGER;
ALTER TABLE article ADD COLUMN week INTEGER;
UPDATE article SET week = CAST(stored / 604800 AS INTEGER);
CREATE INDEX article_bytes ON article (sha256) WHERE unnamed IS NOT NULL;
CREATE TABLE reprocessed (
    seq INTEGER NOT NULL, at REAL NOT NULL, run INTEGER NOT NULL, old_rules TEXT,
    new_rules TEXT NOT NULL, changed BLOB NOT NULL
);
CREATE INDEX reprocessed_article ON reprocessed (seq);
CREATE INDEX reprocessed_old ON reprocessed (at);
CREATE TABLE edition (
    edition TEXT PRIMARY KEY, listed TEXT, whole INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE edition_list (
    edition TEXT, kind TEXT, share REAL NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (edition, kind)
) WITHOUT ROWID;
CREATE TABLE edition_run (
    edition TEXT, kind TEXT, run INTEGER, started REAL NOT NULL, counters TEXT NOT NULL,
    PRIMARY KEY (edition, kind, run)
) WITHOUT ROWID;
CREATE TABLE edition_day (
    edition TEXT, day TEXT, counters TEXT NOT NULL, PRIMARY KEY (edition, day)
) WITHOUT ROWID;
CREATE TABLE site_form (
    site TEXT, form TEXT, number INTEGER NOT NULL, PRIMARY KEY (site, form)
) WITHOUT ROWID;
""",
    3: """
CREATE TABLE site_page (
    site TEXT, page INTEGER, lines BLOB NOT NULL, PRIMARY KEY (site, page)
) WITHOUT ROWID;
""",
    4: """
CREATE TABLE backfill (
    edition TEXT PRIMARY KEY, run INTEGER NOT NULL, since TEXT NOT NULL,
    until TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE turn (host TEXT PRIMARY KEY, free REAL NOT NULL) WITHOUT ROWID;
""",
}
