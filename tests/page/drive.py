"""Uses the page of `rumma serve` and the files of `rumma inspect --html` in a real Chromium.

    python3 tests/page/drive.py [--rumma target/release/rumma] [--model storyteller] [--shots DIR] [--chromium PATH]

Needs `pip install playwright` and a Chromium (Debian's package, or `playwright install chromium`); without them it prints
SKIPPED. A failed check is an AssertionError. With --shots, it leaves screenshots to look at.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sys.exit(print("SKIPPED: no playwright"))

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Facts about accessibility: names of controls, unique ids, and the contrast of every visible text.
AUDIT = r"""() => {
  const faults = [];
  const shown = node => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !node.closest('.hidden, .skip');
  const canvas = document.createElement('canvas'), context = canvas.getContext('2d', { willReadFrequently: true });
  canvas.width = canvas.height = 1;
  const colour = css => { context.clearRect(0, 0, 1, 1); context.fillStyle = css; context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const backgroundOf = node => { const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(colour(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
  for (const node of document.querySelectorAll('button, input, textarea, select, a[href], [role=tab], [role=listbox], [role=grid], [role=img], dialog[open]')) {
    if (!shown(node)) continue;
    const label = node.getAttribute('aria-label') || (node.getAttribute('aria-labelledby') && document.getElementById(node.getAttribute('aria-labelledby')).textContent)
      || (node.labels && [...node.labels].map(label => label.textContent).join(' ')) || node.textContent;
    if (!label.trim()) faults.push('no name: ' + node.outerHTML.slice(0, 120));
    const box = node.getBoundingClientRect();
    if (node.localName === 'button' && (box.width < 24 || box.height < 24)) faults.push(`small target ${box.width}x${box.height}: ` + node.outerHTML.slice(0, 120));
  }
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) faults.push('id twice: ' + id);
  for (const name of ['aria-controls', 'aria-labelledby', 'aria-describedby', 'aria-activedescendant', 'for']) for (const node of document.querySelectorAll(`[${name}]`))
    if (!document.getElementById(node.getAttribute(name))) faults.push(`${name} leads nowhere: ` + node.outerHTML.slice(0, 120));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(node.tagName) || !shown(node) || node.closest(':disabled')) continue;
    const style = getComputedStyle(node), below = backgroundOf(node);
    const ink = over(colour(node.namespaceURI.endsWith('svg') ? style.fill : style.color), below);
    const [a, b] = [luminance(ink), luminance(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ` + text.data.trim().slice(0, 60));
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`wider than the window: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  return faults;
}"""


class Server:
    """`rumma serve` on a free port of 127.0.0.1."""

    def __init__(self, rumma, *args):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}/"
        self.process = subprocess.Popen([rumma, "serve", *args, "--listen", self.address, "--quiet"], cwd=ROOT)
        for _ in range(600):
            assert self.process.poll() is None, "the server ended"
            try:
                if urllib.request.urlopen(self.url + "health", timeout=5).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server is not ready after a minute")

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 143, "exit code of a server that SIGTERM ended"


class Browser:
    """Windows of Chromium whose requests, errors and dialogs are recorded."""

    def __init__(self, playwright, chromium, shots):
        self.browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        self.shots = shots
        self.requests, self.errors, self.allowed = [], [], []

    def open(self, url, width=1280, height=860, scheme="light", bytes_per_second=None, goto=True, **options):
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True, **options)
        context.on("request", lambda request: self.requests.append((url, request.url)))
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append("dialog: " + dialog.message), dialog.dismiss()))
        if bytes_per_second:
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": bytes_per_second, "uploadThroughput": -1})
        if goto:
            page.goto(url)
        return page

    def shot(self, page, name, full=False):
        if self.shots:
            page.screenshot(path=os.path.join(self.shots, name + ".png"), full_page=full)

    def audit(self, page, where):
        faults = page.evaluate(AUDIT)
        assert not faults, f"{where}: " + "\n".join(faults[:12])

    def check_errors(self):
        unexpected = [error for error in self.errors if not any(part in error for part in self.allowed)]
        assert not unexpected, unexpected
        self.errors.clear()

    def check_origin(self):
        for page, url in self.requests:
            own = url.startswith(page.split("#")[0]) if page.startswith("http") else url == page
            assert own or url.startswith(("data:", "blob:")), f"{page} asked for {url}"
        assert self.requests


def until(page, expression):
    """Waits for a truth. Playwright's own way evaluates text inside the page, which its policy forbids."""
    for _ in range(1200):
        if page.evaluate(expression):
            return
        time.sleep(0.05)
    raise AssertionError("not true within a minute: " + expression)


def say(page, text):
    page.fill("#prompt", text)
    page.press("#prompt", "Enter")


def answered(page):
    until(page, "document.querySelector('#send').textContent === 'Send'")
    return page.inner_text(".message.assistant:last-child .text")


def set_field(page, name, value):
    page.fill(f"#set-{name}", str(value))


def streamed_chat(browser, url):
    page = browser.open(url, bytes_per_second=12_000)
    page.wait_for_selector("#status[data-state=ready]")
    assert page.evaluate("document.activeElement.id") == "prompt"
    browser.shot(page, "empty")
    browser.audit(page, "the empty page")
    page.evaluate("""() => { window.lengths = new Set(); window.spoken = 0;
      new MutationObserver(() => lengths.add(document.querySelector('.message.assistant .text')?.textContent.length)).observe(document.querySelector('#messages'), { childList: true, subtree: true });
      new MutationObserver(() => spoken++).observe(document.querySelector('#announcer'), { childList: true }); }""")
    page.evaluate("document.querySelector('#set-max_tokens').value = 60")
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data_json) if request.method == "POST" else None)
    say(page, "Tell me a story about a dog")
    until(page, "lengths.size > 4")
    browser.shot(page, "streaming")
    text = answered(page)
    lengths = page.evaluate("[...lengths]")
    assert len(text) > 20 and len(lengths) > 4, f"the text did not arrive piece by piece: {lengths}"
    facts = page.inner_text(".message.assistant .facts").replace("\u00a0", " ")
    assert "tokens/s" in facts and "to the first" in facts and "prompt" in facts, facts
    assert page.evaluate("spoken") < 14, "a screen reader hears sentences, not tokens"
    assert "complete" in page.text_content("#announcer")
    assert bodies[0]["stream"] is True and bodies[0]["stream_options"] == {"include_usage": True} and bodies[0]["max_tokens"] == 60, bodies[0]
    assert "temperature" not in bodies[0] and "logprobs" not in bodies[0], "the defaults are those of the server"
    say(page, "And then?")
    answered(page)
    assert [message["role"] for message in bodies[1]["messages"]] == ["user", "assistant", "user"]
    assert page.locator(".message").count() == 4
    browser.shot(page, "chat")
    browser.audit(page, "a conversation")
    # The same seed gives the same answer, and a reload keeps the conversation.
    page.reload()
    assert page.locator(".message").count() == 4
    page.context.close()


def stop(browser, url, key=False):
    page = browser.open(url, bytes_per_second=6_000)
    page.wait_for_selector("#status[data-state=ready]")
    say(page, "Tell me a long story")
    until(page, "document.querySelector('.message.assistant .text')?.textContent.trim().length > 10")
    page.keyboard.press("Escape") if key else page.click("#send")
    text = answered(page)
    facts = page.inner_text(".message.assistant .facts").replace("\u00a0", " ")
    assert "stopped" in facts and text, facts
    time.sleep(0.5)
    assert page.inner_text(".message.assistant .text") == text, "text arrived after the stop"
    # The conversation goes on from the part that is there.
    say(page, "Go on")
    assert answered(page)
    page.context.close()


def settings(browser, url):
    page = browser.open(url)
    page.wait_for_selector("#status[data-state=ready]")
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data_json) if request.method == "POST" else None)
    page.click("#open-settings")
    values = {"system": "You are terse.", "temperature": "0,5", "top_p": 0.9, "top_k": 20, "min_p": 0.05, "repetition_penalty": 1.1, "max_tokens": 12, "presence_penalty": 0.1,
              "frequency_penalty": 0.2, "seed": 7, "stop": "END\nSTOP"}
    for name, value in values.items():
        set_field(page, name, value)
    browser.shot(page, "settings")
    browser.audit(page, "the settings")
    assert "(11)" in page.inner_text("#open-settings")
    say(page, "Hello")
    first = answered(page)
    sent = bodies[0]
    assert sent["messages"][0] == {"role": "system", "content": "You are terse."}, sent
    assert {name: sent[name] for name in values if name != "system"} == {**{name: value for name, value in values.items() if name != "system"}, "temperature": 0.5, "stop": ["END", "STOP"]}, sent
    page.click("text=Regenerate")
    assert answered(page) == first, "the same seed gives the same answer"
    # A wrong value is named and nothing is sent.
    number = len(bodies)
    set_field(page, "top_p", "much")
    say(page, "Hello again")
    assert page.get_attribute("#set-top_p", "aria-invalid") == "true" and "not a number" in page.inner_text("#set-top_p-hint")
    assert page.evaluate("document.activeElement.id") == "set-top_p" and len(bodies) == number
    browser.audit(page, "a wrong setting")
    page.click("#reset")
    assert page.inner_text("#open-settings").strip() == "Settings"
    page.context.close()


def probabilities(browser, url):
    page = browser.open(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.check("#colour")
    page.evaluate("document.querySelector('#set-max_tokens').value = 40; document.querySelector('#set-temperature').value = 1; document.querySelector('#set-seed').value = 3")
    say(page, "Tell me a story about a cat")
    answered(page)
    tokens = page.locator(".tokens span")
    assert tokens.count() > 5
    assert page.text_content(".tokens").startswith(page.evaluate("messages[1].content")), "the tokens are the text"
    titles = tokens.evaluate_all("nodes => nodes.map(node => node.title)")
    assert all(title.endswith(" %") for title in titles), titles
    assert len(set(tokens.evaluate_all("nodes => nodes.map(node => node.className)"))) > 1, "all tokens have one colour"
    page.focus(".tokens")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    rows = page.locator(".alternatives .row")
    assert rows.count() >= 5 and page.locator(".alternatives .chosen").count() == 1
    assert page.get_attribute(".tokens", "aria-activedescendant") == page.get_attribute(".tokens .picked", "id")
    assert "Instead:" in page.get_attribute(".tokens .picked", "aria-label")
    browser.shot(page, "probabilities")
    browser.audit(page, "probabilities")
    page.keyboard.press("Escape")
    assert page.is_hidden(".alternatives")
    page.uncheck("#colour")
    assert page.locator(".tokens").count() == 0
    page.check("#colour")
    assert page.locator(".tokens span").count() == len(titles)
    page.context.close()


def messages(browser, url):
    page = browser.open(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.evaluate("document.querySelector('#set-max_tokens').value = 8")
    say(page, "One <b>bold</b> & <img src=x onerror=alert(1)>")
    answered(page)
    assert page.inner_text(".message.user .text") == "One <b>bold</b> & <img src=x onerror=alert(1)>" and page.locator("#messages img").count() == 0
    say(page, "Two")
    answered(page)
    page.click(".message.user >> nth=0 >> text=Edit")
    page.fill(".message.user textarea", "Another one")
    page.keyboard.press("Enter")
    answered(page)
    assert page.locator(".message").count() == 2 and page.inner_text(".message.user .text") == "Another one"
    with page.expect_download() as download:
        page.click("#export")
    conversation = json.loads(pathlib.Path(download.value.path()).read_text())
    assert [message["role"] for message in conversation["messages"]] == ["user", "assistant"], conversation
    # An error of the server is shown as it says it.
    browser.allowed.append("400 (Bad Request)")
    say(page, "word " * 200_000)
    page.wait_for_selector(".failure")
    assert "context" in page.inner_text(".failure"), page.inner_text(".failure")
    browser.shot(page, "failure")
    page.fill("#prompt", "")
    page.click("#clear")
    assert page.is_visible("#empty") and page.locator(".message").count() == 0
    page.context.close()


def troubles(browser, url):
    """A server that still loads, and a stream that ends with an error or not at all."""
    page = browser.open(url, goto=False)
    browser.allowed.append("503 (Service Unavailable)")
    page.route("**/health", lambda route: route.fulfill(status=503, json={"error": {"message": "the model is loaded"}}))
    page.goto(url)
    page.wait_for_selector("#status[data-state=loading]")
    browser.shot(page, "loading")
    page.unroute("**/health")
    page.wait_for_selector("#status[data-state=ready]")
    first = 'data: {"choices": [{"index": 0, "delta": {"content": "The beginning"}}]}\n\n'
    for rest, reason in [('data: {"error": {"message": "the machine has no memory left"}}\n\n', "no memory left"), ("", "broke off")]:
        page.route("**/v1/chat/completions", lambda route: route.fulfill(headers={"Content-Type": "text/event-stream"}, body=first + rest))
        say(page, "Hello")
        page.wait_for_selector(".message:last-child .failure")
        shown = page.inner_text(".message:last-child .text")
        assert "The beginning" in shown and reason in shown, shown
        page.unroute("**/v1/chat/completions")
        page.click("text=Try again")
        assert answered(page) and page.locator(".failure").count() == 0
    page.context.close()


# What an answer may hold, drawn by the page's own function.
MARKDOWN = """A **bold** word, `code`, and a list:

1. First
2. Second
   - nested `a < b`
   - nested too

### A heading

```python
print("<b>not html</b>")
```

> A quote
Unclosed ** and ` stay.
<img src=x onerror=alert(1)>"""


def markdown(browser, url):
    page = browser.open(url)
    page.evaluate("text => { messages = [{ role: 'user', content: 'Show me' }, { role: 'assistant', content: text, facts: {} }]; drawAll(); }", MARKDOWN)
    text = page.locator(".message.assistant .text")
    for selector, number in [("strong", 1), ("ol > li", 2), ("ol ul > li", 2), (".heading", 1), (".code pre", 1), (".quote", 1), ("code", 3), ("img", 0), ("b", 0)]:
        assert text.locator(selector).count() == number, (selector, text.locator(selector).count())
    assert text.locator(".code code").text_content() == 'print("<b>not html</b>")'
    assert "Unclosed ** and ` stay." in text.text_content() and "<img src=x onerror=alert(1)>" in text.text_content()
    browser.shot(page, "markdown")
    browser.audit(page, "markdown")
    page.context.close()


def keyboard(browser, url):
    """The whole page with the keyboard only."""
    page = browser.open(url)
    page.wait_for_selector("#status[data-state=ready]")
    page.keyboard.type("Hello")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("there")
    assert page.input_value("#prompt") == "Hello\nthere"
    page.keyboard.press("Enter")
    answered(page)
    assert page.evaluate("document.activeElement.id") == "prompt", "the next message can be typed at once"
    def reach(selector, key="Tab", most=40):
        for _ in range(most):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press(key)
            seen = page.evaluate("""() => { const node = document.activeElement, box = node.closest('#composer') || node, style = getComputedStyle(box);
              return node === document.body || node.id === 'main' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; }""")
            assert seen, "no visible focus on " + page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        raise AssertionError(f"{selector} cannot be reached with {key}")
    reach("#open-settings")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "set-system"
    page.keyboard.press("Escape")
    assert page.is_hidden("#settings") and page.evaluate("document.activeElement.id") == "open-settings"
    reach("#tab-chat", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-model" and page.is_visible("#model") and page.is_hidden("#chat")
    page.wait_for_selector(".map .cell")
    reach("[role=gridcell]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "Layer 1" in page.inner_text(".detail"), page.inner_text(".detail")
    page.keyboard.press("End")
    browser.shot(page, "keyboard")
    reach("#context")
    before = page.inner_text("output[for=context]")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("output[for=context]") != before
    page.context.close()


def model_tab(browser, url):
    page = browser.open(url + "#view=model")
    page.wait_for_selector(".map .cell")
    page.hover(".map .line:nth-child(3) .cell >> nth=3")
    assert "bits per weight" in page.inner_text(".detail") and "Layer 1" in page.inner_text(".detail")
    page.wait_for_selector("#server dd")
    browser.shot(page, "model", full=True)
    page.click("text=The same as a table")
    page.click("summary:has-text('All')")
    until(page, "document.querySelectorAll('.table tbody tr').length > 20")
    page.fill("#filter", "down_proj")
    assert "of 1" in page.inner_text(".filter span") or "of 6" in page.inner_text(".filter span"), page.inner_text(".filter span")
    browser.audit(page, "the model tab")
    page.context.close()


def narrow_and_dark(browser, url):
    page = browser.open(url, 400, 800, "dark", reduced_motion="reduce")
    page.wait_for_selector("#status[data-state=ready]")
    page.evaluate("document.querySelector('#set-max_tokens').value = 30")
    page.check("#colour")
    say(page, "Tell me a story about a bird, and use_a_very_long_word_" + "x" * 60)
    answered(page)
    browser.audit(page, "400 pixels, dark")
    browser.shot(page, "narrow_dark")
    page.click("#open-settings")
    browser.audit(page, "settings at 400 pixels")
    browser.shot(page, "narrow_settings")
    page.keyboard.press("Escape")
    page.click("#tab-model")
    page.wait_for_selector(".map .cell")
    browser.audit(page, "the model tab at 400 pixels, dark")
    browser.shot(page, "narrow_model", full=True)
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.context.close()
    page = browser.open(url, scheme="dark")
    page.wait_for_selector("#status[data-state=ready]")
    page.evaluate("text => { messages = [{ role: 'user', content: 'Show me' }, { role: 'assistant', content: text, facts: {} }]; drawAll(); }", MARKDOWN)
    browser.shot(page, "dark")
    browser.audit(page, "dark")
    page.click("#tab-model")
    page.wait_for_selector(".map .cell")
    browser.shot(page, "dark_model", full=True)
    browser.audit(page, "the model tab, dark")
    page.context.close()


def api_key(browser, rumma, model, scratch):
    key_file = scratch / "key"
    key_file.write_text("a-long-secret\n")
    key_file.chmod(0o600)
    server = Server(rumma, model, "--api-key-file", str(key_file))
    browser.allowed.append("401 (Unauthorized)")
    page = browser.open(server.url)
    page.wait_for_selector("#key-dialog[open]")
    browser.audit(page, "the dialog of the key")
    browser.shot(page, "key")
    page.fill("#key", "wrong")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#key-dialog').open && document.querySelector('#key').value === ''")
    page.fill("#key", "a-long-secret")
    page.keyboard.press("Enter")
    page.wait_for_selector("#status[data-state=ready]")
    say(page, "Hello")
    assert answered(page)
    server.stop()
    # A server that is gone is named, and the page stays as it is.
    browser.allowed += ["ERR_CONNECTION_REFUSED", "Failed to load resource"]
    say(page, "Hello?")
    page.wait_for_selector(".failure")
    assert "cannot be reached" in page.inner_text(".failure")
    page.context.close()


def files(browser, rumma, model, scratch):
    """The pages of `rumma inspect --html`: of a model, of one with 56,115 tensors, and of one with hostile names."""
    def write(name, *source):
        path = scratch / f"{name}.html"
        subprocess.run([rumma, "inspect", *source, "--quiet", "--html", str(path)], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        return path.as_uri()
    pages = {"file": (model, "--stats"), "file_experts": ("--random", "--like", "qwen3-30b-a3b"), "file_large": ("--random", "--like", "qwen2.5-72b")}
    hostile = scratch / "hostile.safetensors"
    names = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>.7.weight", "__proto__.1.constructor", "x." + "9" * 400 + ".y"]
    names += [f"m{i}.layers.{i * 977}.w{i % 50}.weight" for i in range(3000)]
    header = {name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * i, 4 * i + 4]} for i, name in enumerate(names)}
    text = json.dumps(header).encode()
    hostile.write_bytes(len(text).to_bytes(8, "little") + text + bytes(4 * len(names)))
    pages["file_hostile"] = (str(hostile),)
    for name, source in pages.items():
        page = browser.open(write(name, *source))
        page.wait_for_selector("#sheet h1")
        assert page.locator("#chat, .tabs, dialog").count() == 0
        assert page.evaluate("document.querySelectorAll('*').length") < 6000, "too many elements"
        browser.audit(page, name)
        browser.shot(page, name, full=True)
        if name == "file_hostile":
            page.click("summary:has-text('All')")
            page.fill("#filter", "script")
            assert page.inner_text(".table tbody td.name >> nth=-1") == names[0]
        page.context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rumma", default=str(ROOT / "target/release/rumma"))
    parser.add_argument("--model", default="storyteller")
    parser.add_argument("--shots")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"))
    parser.add_argument("--url", help="a server that runs already; checks that start their own are left out")
    parser.add_argument("--only", help="comma-separated names of checks")
    args = parser.parse_args()
    if args.shots:
        os.makedirs(args.shots, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        try:
            browser = Browser(playwright, args.chromium, args.shots)
        except Exception as error:
            return print(f"SKIPPED: no Chromium ({str(error).splitlines()[0]})")
        server = None if args.url else Server(args.rumma, args.model)
        url = args.url or server.url
        checks = {check.__name__: check for check in [streamed_chat, stop, settings, probabilities, messages, troubles, markdown, keyboard, model_tab, narrow_and_dark]}
        runs = [(name, lambda check=check: check(browser, url)) for name, check in checks.items()]
        runs.append(("stop_key", lambda: stop(browser, url, key=True)))
        if not args.url:
            runs.append(("api_key", lambda: api_key(browser, args.rumma, args.model, pathlib.Path(scratch))))
        runs.append(("files", lambda: files(browser, args.rumma, args.model, pathlib.Path(scratch))))
        try:
            for name, check in runs:
                if args.only and name not in args.only.split(","):
                    continue
                check()
                browser.check_errors()
                print("ok", name, flush=True)
            browser.check_origin()
            print("ok no request left the origin")
        finally:
            if server:
                server.process.terminate() if server.process.poll() is None else None
                code = server.process.wait(60)
        assert not server or code == 143, code


if __name__ == "__main__":
    main()
