"""A chromium that is driven through its DevTools pipe: no driver, no library, no port. Pages are real: clicks are
mouse or finger events at places on the screen, keys are key events."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser did not do what it was asked, or a page did not come to a state in time."""


def quoted(text):
    return json.dumps(text)


class Chromium:
    """One browser process."""

    def __init__(self):
        program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        if not program:
            raise BrowserError("chromium is missing: apt-get install --no-install-recommends chromium")
        self.profile = tempfile.mkdtemp(prefix="meridian-browser-")
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for pair in (os.pipe(), os.pipe()) for fd in pair]
        theirs_in, self.out, self.input, theirs_out = ends

        def rewire():
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
             "--hide-scrollbars", "--no-first-run", "--disable-extensions", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=rewire, pass_fds=(3, 4), start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)
        self.number, self.buffer, self.answers, self.pages = 0, b"", {}, {}

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.input)
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, session=None, timeout=20, **params):
        self.number += 1
        mine = self.number
        message = {"id": mine, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        end = time.time() + timeout
        while mine not in self.answers:
            if not self.pump(end - time.time()):
                raise BrowserError(f"the browser did not answer {method} in {timeout} s")
        answer = self.answers.pop(mine)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def pump(self, seconds):
        """Takes what the browser says within a time; whether it said anything."""
        ready, _, _ = select.select([self.input], [], [], max(0, seconds))
        if not ready:
            return False
        data = os.read(self.input, 1 << 20)
        if not data:
            raise BrowserError("the browser has ended")
        self.buffer += data
        *messages, self.buffer = self.buffer.split(b"\0")
        for raw in messages:
            message = json.loads(raw)
            if "id" in message:
                self.answers[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].hear(message["method"], message["params"])
        return True

    def page(self, **look):
        """A new page with cookies of its own."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.send(f"{domain}.enable")
        page.look(**look)
        return page


class Page:
    """One page, with what it complained of."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.complaints, self.requests, self.loads = [], [], 0
        self.is_phone = False

    def send(self, method, **params):
        return self.browser.send(method, session=self.session, **params)

    def hear(self, method, params):
        if method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def look(self, width=1440, height=900, dark=False, phone=None, scripts=True):
        """The size of the screen, and what the reader's system is set to."""
        self.is_phone = width < 600 if phone is None else phone
        self.width, self.height = width, height
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=self.is_phone)
        self.send("Emulation.setTouchEmulationEnabled", enabled=self.is_phone)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)

    # --- going and waiting -----------------------------------------------------------------------------

    def settle(self, before, timeout=15):
        end = time.time() + timeout
        while self.loads <= before:
            if time.time() > end:
                raise BrowserError(f"{self.address()} did not load in {timeout} s")
            self.browser.pump(0.2)

    def go(self, url):
        before = self.loads
        answer = self.send("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError(f"{url}: {answer['errorText']}")
        self.settle(before)

    def ask(self, expression):
        """The value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def address(self):
        return self.ask("location.href")

    def text(self, selector="body"):
        return self.ask(f"(document.querySelector({quoted(selector)})||{{innerText:''}}).innerText")

    def wait(self, what, condition, timeout=15):
        """Until a condition in the page holds: an expression, or something to call."""
        end = time.time() + timeout
        while time.time() < end:
            try:
                found = condition() if callable(condition) else self.ask(condition)
            except BrowserError:
                found = None  # between two documents
            if found:
                return found
            self.browser.pump(0.1)
        raise BrowserError(f"after {timeout} s there is still no {what} at {self.address()}:\n{self.text()[:600]}")

    def wait_text(self, text, timeout=15, selector="body"):
        return self.wait(f"“{text}”", lambda: text.lower() in (self.text(selector) or "").lower(), timeout)

    # --- hands -----------------------------------------------------------------------------------------

    def place(self, selector, text=None):
        """The middle of an element on the screen, scrolled into sight."""
        found = self.ask(f"""(() => {{
            const all = [...document.querySelectorAll({quoted(selector)})];
            const one = all.find((e) => {quoted(text)} === null || e.textContent.includes({quoted(text)}));
            if (!one) return null;
            one.scrollIntoView({{block: "center"}});
            const box = one.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height];
        }})()""")
        if not found or not found[2]:
            raise BrowserError(f"no {selector} {text or ''} to be seen at {self.address()}:\n{self.text()[:600]}")
        return found

    def click(self, selector, text=None):
        x, y, _, _ = self.place(selector, text)
        if self.is_phone:
            self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def drag_through(self, x, y, to_x):
        """Presses at a place of the window, moves along and lets go, which leads to another document."""
        before = self.loads
        for kind, at in (("mousePressed", x), ("mouseMoved", (x + to_x) / 2), ("mouseMoved", to_x),
                         ("mouseReleased", to_x)):
            self.send("Input.dispatchMouseEvent", type=kind, x=at, y=y, button="left", buttons=1, clickCount=1)
        self.settle(before)

    def click_through(self, selector, text=None):
        """A click that leads to another document."""
        before = self.loads
        self.click(selector, text)
        self.settle(before)

    KEYS = {"Enter": ("Enter", 13, "\r"), "Tab": ("Tab", 9, ""), "Escape": ("Escape", 27, ""),
            "ArrowDown": ("ArrowDown", 40, ""), " ": ("Space", 32, " ")}

    def press(self, key, ctrl=False):
        code, number, text = self.KEYS.get(key, (f"Key{key.upper()}", ord(key[0].upper()), key))
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 2 if ctrl else 0}
        self.send("Input.dispatchKeyEvent", type="keyDown", text="" if ctrl else text, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def press_through(self, key, ctrl=False):
        before = self.loads
        self.press(key, ctrl)
        self.settle(before)

    def write(self, text):
        self.send("Input.insertText", text=text)

    def fill(self, selector, text):
        self.click(selector)
        self.ask(f"document.querySelector({quoted(selector)}).select && document.querySelector({quoted(selector)}).select()")
        self.write(text)

    def choose(self, selector, value):
        self.ask(f"""(() => {{ const list = document.querySelector({quoted(selector)});
            list.value = {quoted(value)}; list.dispatchEvent(new Event("change", {{bubbles: true}})); }})()""")

    # --- eyes ------------------------------------------------------------------------------------------

    def shoot(self, path, whole=True, tallest=6000):
        """A picture of the page from its top on, at most so many pixels of it."""
        clip = {}
        if whole:
            height = min(tallest, self.ask("document.documentElement.scrollHeight"))
            clip = {"clip": {"x": 0, "y": 0, "width": self.width, "height": max(height, 1), "scale": 1},
                    "captureBeyondViewport": True}
        data = self.send("Page.captureScreenshot", format="png", **clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
