"""What the evidence keeps of a page that came over TLS: whose its certificate was, and by whom."""

from __future__ import annotations

import json
import os
from pathlib import Path

from filer.browser.find import find_browser
from filer.evidence.reading import read_log
from tests.end_to_end.command import Command
from tests.end_to_end.secure_site import SecureSite, trusting


def test_the_certificate_is_kept(filer: Command, tmp_path: Path) -> None:
    """The log names the subject and the issuer of the site's certificate, and its clock."""
    site = SecureSite(tmp_path / "site")
    browser = Path(find_browser(os.environ.get("FILER_BROWSER")).path)
    ran = filer(
        *("file", "facebook", "--email", "a@example.org", "--headless", "--json"),
        env=trusting(site, browser),
    )
    site.stop()
    result = json.loads(ran.stdout)["results"][0]
    lines = read_log(Path(result["bundle"]) / "data/session.jsonl")
    (network,) = [line.data for line in lines if line.event == "network"]
    page = network["documents"][0]

    assert "https://www.facebook.com" == page["address"][:24]
    assert ("www.facebook.com", "www.facebook.com") == (
        page["tls"]["subject"],
        page["tls"]["issuer"],
    )
    assert page["tls"]["protocol"] in {"TLS 1.2", "TLS 1.3"}
    assert page["tls"]["from"] < page["tls"]["to"]
    assert "Mon, 23 Nov 2026 12:00:00 GMT" == page["date"]
