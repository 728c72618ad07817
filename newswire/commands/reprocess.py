"""`scrapy reprocess INPUT... --out DIR`: archives read again, on many processes."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newswire.errors import ConfigError, NodeError
from newswire.operate.terminal import in_one_line, plural, printing
from newswire.text.printable import one_line

if TYPE_CHECKING:
    from newswire.bulk.link import Linked
    from newswire.bulk.run import Progress

# lines of each kind that are named at the end
SHOWN = 20


class Command(ScrapyCommand):
    """Thin around `newswire.bulk.reprocess`; exit codes as those of a crawl."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments, for the help."""
        return "[options] INPUT... --out DIR"

    def short_desc(self) -> str:
        """Return what the command does, for the help."""
        return "Read archives and saved pages into a folder, a file each, on many processes"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add those of this command."""
        from newswire.bulk import PATIENCE
        from newswire.bulk.tasks import FORMATS

        super().add_options(parser)
        in_one_line(parser)
        add = parser.add_argument
        add("--out", metavar="DIR", help="folder of the outputs; what is finished there stays")
        add("--workers", type=int, metavar="N", help="processes (default: one a processor)")
        add(
            "--scheduler",
            metavar="URL",
            help="Dask scheduler: tcp://HOST:PORT, or `local`",
        )
        add("--format", default=FORMATS[0], choices=FORMATS, help="of the outputs (default: jsonl)")
        add("--learn", action="store_true", help="learn first what pages of a site have in common")
        add("--link", action="store_true", help="find copies and versions: see DIR/linked")
        add("--index", metavar="INDEX", help="read only what it lists: `cdx`, or a Parquet file")
        add("--edition", metavar="IDS", help="editions wanted, with commas")
        add("--wire", help="wire of the pages (default: sputnik)")
        add(
            "--patience", type=float, default=PATIENCE, metavar="SECONDS",
            help=f"give up a file after so long without a page (default: {PATIENCE:g})",
        )  # fmt: skip

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it, with a bar on a terminal, and say what was done."""
        from newswire.bulk import reprocess
        from newswire.bulk.link import LINKED, link
        from newswire.bulk.run import Progress
        from newswire.crawl.options import check_settings
        from newswire.operate.outcome import DONE, FAILED, STOPPED

        if not args or not opts.out:
            raise UsageError(f"usage: scrapy reprocess {self.syntax()}", print_help=False)
        assert self.settings is not None
        progress, linked = Progress(), None
        # in one line of ours
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            check_settings(self.settings)
            with _interruptible(), _bar() as show:

                def tell(now: Progress) -> None:
                    nonlocal progress
                    progress = now
                    show(now)

                progress = reprocess(
                    args,
                    opts.out,
                    workers=opts.workers,
                    scheduler=opts.scheduler,
                    form=opts.format,
                    edition=opts.edition,
                    wire=opts.wire,
                    learn=opts.learn,
                    sign=opts.link,
                    max_bytes=self.settings.getint("DOWNLOAD_MAXSIZE"),
                    index=opts.index,
                    patience=opts.patience,
                    own_rules=self.settings.getlist("NEWSWIRE_RULES"),
                    tell=tell,
                )
            self.exitcode = FAILED if progress.losses or progress.failed else DONE
            if opts.link:
                with _interruptible():
                    linked = link(
                        opts.out,
                        days=self.settings.getfloat("NEWSWIRE_LEDGER_DAYS"),
                        workers=opts.workers,
                    )
        except ConfigError as error:
            raise UsageError(str(error), print_help=False) from None
        except (NodeError, OSError) as error:
            print(one_line(error), file=sys.stderr)
            self.exitcode = FAILED
        except KeyboardInterrupt:
            self.exitcode = STOPPED
        with printing():
            for lines in (progress.lost, progress.failed):
                for line in lines[:SHOWN]:
                    print(one_line(line), file=sys.stderr)
            print(summary(progress))
            if linked:
                print(one_line(f"{opts.out.rstrip('/')}/{LINKED}: {linked_summary(linked)}"))


def summary(progress: Progress) -> str:
    """Return the line that says what a run did."""
    passed = sum(n for name, n in progress.counts.items() if name.startswith("passed_over/"))
    others = progress.counts.total() - passed - progress.losses
    left = progress.files - progress.finished - len(progress.failed)
    parts = [
        f"{plural(progress.articles, 'article')} in {plural(progress.finished, 'file')}"
        f" of {progress.files}",
        f"{progress.known} of them finished before" if progress.known else "",
        f"{plural(passed, 'page')} passed over" if passed else "",
        f"{plural(others, 'page')} without an article" if others else "",
        f"{plural(progress.losses, 'page')} or more lost (damaged or not readable)"
        if progress.losses else "",
        f"{plural(len(progress.failed), 'file')} failed" if progress.failed else "",
        f"stopped: {plural(left, 'file')} left; run the same command to continue" if left else "",
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def linked_summary(linked: Linked) -> str:
    """Return the line that says what repeats and corrects what."""
    numbers = dict(sorted(linked.counts.items()))
    again, corrected = numbers.pop("repeated", 0), numbers.pop("version", 0)
    parts = [
        plural(linked.articles, "article"),
        *(f"{number} {relation}" for relation, number in numbers.items()),
        plural(corrected, "later version") if corrected else "",
        f"{again} more left out, there already" if again else "",
    ]
    return ", ".join(filter(None, parts))


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """Show progress at the foot of a terminal, and nothing elsewhere."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    with tqdm(
        unit="B", unit_scale=True, file=sys.stderr, dynamic_ncols=True, leave=False, disable=None
    ) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.size
            words = [
                f"{progress.finished}/{plural(progress.files, 'file')}",
                f"{plural(progress.pages, 'page')}",
                f"{plural(progress.articles, 'article')}",
                f"{progress.losses} lost" if progress.losses else "",
                f"{len(progress.failed)} failed" if progress.failed else "",
            ]
            bar.set_postfix_str(", ".join(filter(None, words)), refresh=False)
            bar.update(progress.bytes - bar.n)

        yield show
        bar.refresh()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C and a SIGTERM end the work, so that what was done is said."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
