"""What somebody would write without filer: fill the form, press send, take the same pictures.

No gate, no review, no log, no seal: the least that Playwright can do. `filing` measures it.

    python bare.py BROWSER PORT FOLDER
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

browser, port, folder = sys.argv[1:]
with sync_playwright() as playwright:
    opened = playwright.chromium.launch(executable_path=browser)
    page = opened.new_page(viewport={"width": 1080, "height": 920}, locale="en")
    page.goto(f"http://www.facebook.com.localhost:{port}/help/contact/712876720715583")
    page.fill("input[name=email]", "sanne.voorbeeld@example.org")
    page.fill("input[type=password]", "canary-password-k3Vq81")
    page.press("input[type=password]", "Enter")
    page.wait_for_selector("textarea")
    page.screenshot(path=Path(folder, "1.png"), full_page=True)
    page.fill("input[type=email]", "sanne.voorbeeld@example.org")
    page.fill("textarea", "I object to the use of my posts for training AI. " * 6)
    page.screenshot(path=Path(folder, "2.png"), full_page=True)
    page.click("button[type=submit]")
    page.wait_for_selector("[data-practice-outcome=confirmed]")
    page.screenshot(path=Path(folder, "3.png"), full_page=True)
    opened.close()
