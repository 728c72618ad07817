"""What differs from scrapyd's defaults on a node: its password, and how its logs are read."""

from __future__ import annotations

import os
import sys

from scrapyd.app import application as scrapyd_application
from scrapyd.config import Config
from scrapyd.website import File
from scrapyd.website import Root as ScrapydRoot
from twisted.python.components import Componentized

from newswire.operate.scrapyd.client import PASSWORD, USERNAME


def application(config: Config) -> Componentized:
    """Make the server (`application` in scrapyd.conf), closed to who does not know the password.

    Whoever may schedule a job may set its settings, and so run any code: without a password in the
    environment there is no server. It stands in no file.
    """
    password = os.environ.get(PASSWORD)
    if not password:
        sys.exit(f"scrapyd: set a password in {PASSWORD}")
    config.cp["scrapyd"].update(username=USERNAME, password=password.replace("%", "%%"))
    app: Componentized = scrapyd_application(config)
    return app


class Root(ScrapydRoot):  # type: ignore[misc]
    """Scrapyd's pages (`webroot` in scrapyd.conf); logs say that they are UTF-8."""

    def __init__(self, config: Config, app: Componentized) -> None:
        super().__init__(config, app)
        # a browser would take them for Latin-1
        self.putChild(b"logs", File(self.logs_dir, "text/plain; charset=utf-8"))
