"""Names of hosts carry values too: none that the page makes is looked up beside the way out.

The browser is started through a script that has it write down what its network does.
"""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from filer.browser.find import find_browser
from filer.gate import State
from flows.facebook import FLOW
from tests.end_to_end.command import Command
from tests.end_to_end.pages import PLAIN, Site, page
from tests.end_to_end.windows import window_on

ASKS = """
const e = document.querySelector('input[type=email]');
let once = 0;
e.addEventListener('blur', async () => {
  if (once++ || !e.value) return;
  const name = (kind) => `${kind}-kwikstaart.at.example.org`;
  const one = new RTCPeerConnection({ iceServers: [{ username: 'a', credential: 'b',
    urls: ['udp', 'tcp'].map((by) => `turn:${name('turn' + by)}:3478?transport=${by}`) }] });
  one.createDataChannel('x');
  const offer = await one.createOffer();
  await one.setLocalDescription(offer);
  const two = new RTCPeerConnection();
  await two.setRemoteDescription(offer);
  const answer = await two.createAnswer();
  await one.setRemoteDescription(answer);
  await two.setLocalDescription(answer);
  for (const host of [name('candidate'), 'kwikstaart.local']) {
    await one.addIceCandidate({ sdpMid: '0',
      candidate: `candidate:1 1 udp 2122260223 ${host} 5000 typ host` }).catch(() => 0);
  }
});
"""


def looked_up(log: Path) -> list[str]:
    """What the browser tells of looking names up itself, in its own log of the network."""
    written: dict[str, Any] = json.loads(log.read_text(encoding="utf-8"))
    kinds = {number: name for name, number in written["constants"]["logEventTypes"].items()}
    return [
        json.dumps(event["params"])
        for event in written["events"]
        if kinds[event["type"]].startswith(("HOST_RESOLVER", "DNS_")) and "params" in event
    ]


def test_no_name_of_the_page_is_looked_up(filer: Command, tmp_path: Path) -> None:
    """WebRTC looks names up beside the proxy: of candidates, and of what relays them."""
    log, through = tmp_path / "network.json", tmp_path / "browser"
    program = shlex.quote(str(find_browser(os.environ.get("FILER_BROWSER")).path))
    through.write_text(
        f'#!/bin/sh\nexec {program} --log-net-log={shlex.quote(str(log))} "$@"\n',
        encoding="utf-8",
    )
    through.chmod(0o755)
    with Site(page(PLAIN, script=ASKS)) as site:
        ran = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "absent"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_BROWSER": str(through), "FILER_PATIENCE": "3"},
        )

    assert "stopped" == ran.result["outcome"]
    assert "facebook" in log.read_text(encoding="utf-8"), "the browser wrote nothing down"
    assert [] == [told for told in looked_up(log) if "kwikstaart" in told]


def test_pages_share_no_worker(playwright: Playwright) -> None:
    """What a shared worker asks for is not put before the judge: there are none."""
    with Site(page(PLAIN)) as site, window_on(playwright, site) as window:
        window.open(FLOW.steps[0].addresses[0])  # type: ignore[union-attr]

        assert State.OPEN is window.gate.state
        assert "undefined" == window.page.evaluate("typeof SharedWorker")
        assert "function" == window.page.evaluate("typeof Worker")
