"""Looks at pages as a user does: headless Chromium, driven through selenium."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from cli_support import succeed

WIDE, NARROW = 1280, 500
HIGH = 1000
SECONDS = 20  # only ends what hangs
INSTALL = "scripts/setup.sh --browser installs it"


def site_packages():
    """The packages of the environment that scripts/env.sh names."""
    named = os.environ.get("SPECBRIDGE_BROWSER_VENV")
    if not named:
        pytest.skip("SPECBRIDGE_BROWSER_VENV is not set; source scripts/env.sh")
    if not (Path(named) / "complete").is_file():
        pytest.skip(f"{named}: no such Python environment; {INSTALL}")
    return next(Path(named).glob("lib/python*/site-packages"))


def need(program):
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed; {INSTALL}")
    return found


def axe_script():
    return (site_packages() / "axe_playwright_python/axe.min.js").read_text()


def start_browser(folder):
    """A browser that reaches no network and keeps what it remembers in a folder."""
    chromium, chromedriver = need("chromium"), need("chromedriver")
    packages = str(site_packages())
    if packages not in sys.path:
        sys.path.append(packages)  # behind the packages of the tests
    from selenium import webdriver
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ["headless=new", "disable-gpu", "disable-dev-shm-usage", f"user-data-dir={folder}", "lang=en",
                     "host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", f"window-size={WIDE},{HIGH}"]:
        options.add_argument("--" + argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    driver.set_page_load_timeout(SECONDS * 3)
    driver.set_script_timeout(SECONDS * 3)
    return driver


class Browser:
    """A page that is open."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, path, fragment=""):
        """Opens a page anew, even if it is the one that is open."""
        self.driver.get("about:blank")
        self.messages()
        self.requests()
        self.driver.get(Path(path).resolve().as_uri() + fragment)
        self.settled()
        return self

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def until(self, script, *arguments):
        """Waits until an expression is true of the page; returns its value."""
        from selenium.webdriver.support.wait import WebDriverWait
        return WebDriverWait(self.driver, SECONDS, poll_frequency=0.02).until(
            lambda driver: driver.execute_script("return " + script, *arguments))

    def settled(self):
        """Waits until a page shows the spectrum that its address names, or its list: both are unpacked first."""
        self.until("document.readyState === 'complete' && (!window.view || "
                   "(!document.querySelector('#chosen[aria-busy]') && "
                   "(!/^#q[0-9]+$/.test(location.hash) || '#q' + view.chosen.index === location.hash))) && "
                   "(!document.querySelector('#all') || document.querySelector('#all caption'))")

    def requests(self):
        """The addresses that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]

    def messages(self):
        """Errors and warnings of the page since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def size(self, width, height=HIGH):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                     mobile=False)

    def media(self, name="", dark=False):
        """As if on another medium ("print"), or on a system with dark colours."""
        self.command("Emulation.setEmulatedMedia", media=name, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def texts(self, selector):
        """The text of all elements that are shown, as it is read."""
        return self.run("return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility())"
                        ".map((one) => one.innerText.trim())", selector)

    def text(self, selector):
        (text,) = self.texts(selector)
        return text

    def cells(self, selector):
        """The rows of a table's body as texts."""
        return self.run("return [...document.querySelectorAll(arguments[0] + ' > tbody > tr')].map((row) => "
                        "[...row.cells].map((cell) => cell.innerText.trim()))", selector)

    def heads(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0] + ' > thead th')].map((cell) => "
                        "cell.innerText.trim())", selector)

    def find(self, selector, text=None):
        """The one element that a selector names, or that also has a text."""
        from selenium.webdriver.common.by import By
        found = [one for one in self.driver.find_elements(By.CSS_SELECTOR, selector)
                 if text is None or one.text.strip() == text]
        assert len(found) == 1, (selector, text, len(found))
        return found[0]

    def click(self, selector, text=None):
        element = self.find(selector, text)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self.settled()

    def write(self, selector, text):
        element = self.find(selector)
        element.clear()
        element.send_keys(text)
        self.settled()

    def pick(self, selector, text):
        """Chooses an option of a list by what it shows."""
        from selenium.webdriver.support.ui import Select
        Select(self.find(selector)).select_by_visible_text(text)
        self.settled()

    def press(self, *keys):
        """Keys by their names: "ARROW_DOWN", "TAB", or the character."""
        from selenium.webdriver.common.keys import Keys
        for key in keys:
            self.driver.switch_to.active_element.send_keys(getattr(Keys, key) if len(key) > 1 else key)
        self.settled()

    def focused(self):
        """What has the focus: its id, else its text."""
        return self.run("const one = document.activeElement; return one.id || one.innerText")

    def listed(self, table="#queries", pager="#pager"):
        """All pages of the list of spectra, as texts."""
        rows = []
        while True:
            rows += self.cells(table)
            if not self.find(f"{pager} button:last-child").is_enabled():
                return rows
            self.click(f"{pager} button:last-child")

    def column(self, title):
        """A column of the whole list."""
        place = self.heads("#queries").index(title)
        return [row[place] for row in self.listed()]


def write_page(model, library, spectra, folder, *more):
    """Searches spectra and writes the page; returns (table, page)."""
    hits, page = folder / "hits.tsv", folder / "page.html"
    succeed("search", spectra, "--model", model, "--library", library, "-o", hits, "--page", page, *more)
    return hits, page


def page_of_rows(model, folder, spectra, rows, top, errors):
    """A page of a table that a test writes itself: dictionaries with the columns that search has."""
    names = list(rows[0])
    hits, page = folder / "hits.tsv", folder / "page.html"
    lines = [names, *([row[name] for name in names] for row in rows)]
    hits.write_text("".join("\t".join(line) + "\n" for line in lines), errors=errors)
    succeed("page", hits, spectra, "--model", model, "-o", page, "--force", "--top", top)
    return page
