"""The site's own script, on a page made for it: keys, ticks, dialogs, busy buttons, files, drafts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SCRIPT = (Path(settings.BASE_DIR) / "static" / "paibou.js").read_text()
ROWS = "".join(
    f'<tr><td class="tick"><input type="checkbox" name="pk" value="{n}"></td>'
    f'<td class="first"><a href="#row{n}" id="row{n}">名{n}</a></td></tr>'
    for n in range(1, 6)
)
TAKEN = '<p>done</p><script src="/paibou.js"></script>'
PAGE = f"""<!doctype html><html lang="zh-Hans"><body>
<a href="#alerts" data-place="alerts">预警</a>
<form class="find"><input id="q" name="q"><div id="found"></div></form>
<main>
<form data-bulk id="list" method="post" action="/act"><input type="hidden" name="all" value="">
<table class="list"><thead><tr><th class="tick"><input type="checkbox"></th><th>姓名</th></tr></thead><tbody>{ROWS}</tbody></table>
<div class="bulk" hidden data-unit="条" data-total="40"><b data-count></b>
<button type="button" data-all>选中全部 40 条</button><button type="button" data-clear>取消选择</button>
<button type="submit" data-some="催办 # 条" data-busy="正在催办">催办</button></div></form>
<nav class="pager"><a rel="prev" href="#prev">上一页</a><a rel="next" href="#next">下一页</a></nav>
<section class="next"><a class="button--main" href="#step">登记</a></section>
<div class="pick"><label><input type="radio" name="result" value="1">无风险</label>
<details><label><input type="radio" name="result" value="2">其他</label></details></div>
<form id="draft" data-draft="check-1" method="post"><input type="radio" name="method" value="home"><input id="note" name="note"><input id="tickme" type="checkbox" name="t" value="1">
<button type="submit">存</button></form>
<label class="dropzone" data-drop><input type="file" id="file" multiple><ul data-files></ul></label>
<button data-dialog="ask" id="open" type="button">放弃…</button>
<button data-undo id="undo" type="button">撤销</button>
</main>
<dialog id="ask"><button id="yes">放弃本批</button><button data-close autofocus id="no">再看看</button></dialog>
<dialog id="keys"><button data-close autofocus>知道了</button></dialog>
<div id="say"></div></body></html>"""


@pytest.fixture
def page(browser) -> Iterator["Page"]:
    context = browser.new_context()
    page = context.new_page()
    sent: list[str] = []
    answers = {"/": ("text/html", PAGE), "/paibou.js": ("text/javascript", SCRIPT)}

    def serve(route) -> None:
        path = "/" + route.request.url.split("/", 3)[3].partition("#")[0]
        kind, body = answers.get(path, ("text/html", "<p>done</p>"))
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            if path == "/act":  # never answers
                return None
            return route.abort() if page.is_offline else route.fulfill(content_type=kind, body=TAKEN)
        return route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    page.route("**/*", serve)
    answers["/"] = ("text/html", PAGE.replace("</body>", '<script src="/paibou.js"></script></body>'))
    page.goto("http://paibou.test/")
    page.is_offline = False  # type: ignore[attr-defined]
    page.sent = sent  # type: ignore[attr-defined]
    yield page
    context.close()


def focused(page: "Page") -> str:
    return page.evaluate("document.activeElement.id")


def where(page: "Page") -> str:
    return page.evaluate("location.hash")


def ticked(page: "Page") -> list[str]:
    return page.eval_on_selector_all("td.tick input:checked", "all => all.map(one => one.value)")


def test_keys_walk_the_rows_tick_them_and_tick_up_to_one(page) -> None:
    for key in ("j", "j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)

    assert focused(page) == "row4"
    assert ticked(page) == ["2", "3", "4"]
    assert page.inner_text("[data-count]") == "已选 3 条"
    assert page.inner_text("[data-some]") == "催办 3 条"
    assert page.eval_on_selector_all("tr[aria-selected=true]", "all => all.length") == 3
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    assert where(page) == "#row3"


def test_all_rows_of_the_list_are_a_choice_of_its_own_and_escape_clears(page) -> None:
    page.check("th.tick input")
    page.click("[data-all]")
    whole = (page.inner_text("[data-count]"), page.input_value("[name=all]"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    some = (page.inner_text("[data-count]"), page.input_value("[name=all]"))
    page.keyboard.press("Escape")

    assert whole == ("已选全部 40 条", "1")
    assert some == ("已选 4 条", "")
    assert ticked(page) == []
    assert page.is_hidden(".bulk")


def test_keys_open_pages_steps_and_places(page) -> None:
    seen = []
    for keys in (["n"], ["p"], ["e"], ["g", "y"], ["1"]):
        for key in keys:
            page.keyboard.press(key)
        seen.append(where(page))

    assert seen == ["#next", "#prev", "#step", "#alerts", "#alerts"]
    assert page.is_checked("[name=result][value='1']")
    page.keyboard.press("2")
    assert page.eval_on_selector("details", "one => one.open")


def test_keys_are_letters_while_one_types(page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("jx/n")

    assert focused(page) == "q"
    assert page.input_value("#q") == "jx/n"
    assert ticked(page) == []
    page.keyboard.press("Escape")
    assert focused(page) == ""


def test_a_dialog_opens_on_the_safe_button_and_escape_leaves(page) -> None:
    page.click("#open")
    opened = (page.is_visible("#ask"), focused(page))
    page.keyboard.press("Escape")
    closed = page.is_visible("#ask")
    page.keyboard.press("Shift+Slash")

    assert opened == (True, "no")
    assert closed is False
    assert page.is_visible("#keys")


def test_what_is_sent_twice_counts_once_and_shows_that_it_works(page) -> None:
    page.check("td.tick input >> nth=0")
    shown = page.evaluate(
        """() => {
            const button = document.querySelector("[data-some]");
            button.click();
            button.click();
            button.form.requestSubmit();
            return [button.getAttribute("aria-busy"), button.textContent];
        }"""
    )
    page.wait_for_timeout(100)

    assert shown == ["true", "正在催办"]
    assert page.sent == ["all=&pk=1"]


def test_a_draft_outlives_going_back_and_ends_when_it_is_sent(page) -> None:
    page.fill("#note", "透析每周三次")
    page.check("#tickme")
    page.reload()
    kept = (page.input_value("#note"), page.is_checked("#tickme"))
    page.click("#draft button")
    page.wait_for_selector("text=done")
    page.goto("http://paibou.test/")

    assert kept == ("透析每周三次", True)
    assert page.input_value("#note") == ""


def test_what_was_sent_without_a_signal_is_still_there(page) -> None:
    page.fill("#note", "透析每周三次")
    page.is_offline = True
    page.click("#draft button")
    page.wait_for_timeout(100)
    page.is_offline = False
    page.goto("http://paibou.test/")

    assert page.sent
    assert page.input_value("#note") == "透析每周三次"


def test_what_answered_a_form_is_loaded_again_and_not_sent_again(page) -> None:
    page.click("#draft button")
    page.wait_for_selector("text=done")
    page.reload()

    assert len(page.sent) == 1
    assert page.is_visible("#note")


def test_dropped_files_are_taken_and_listed(page) -> None:
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["a".repeat(2048)], "名单.xlsx"));
            data.items.add(new File(["b"], "慢病.csv"));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )

    assert page.eval_on_selector("#file", "one => Array.from(one.files).map(file => file.name)") == [
        "名单.xlsx",
        "慢病.csv",
    ]
    assert page.eval_on_selector_all("[data-files] li", "all => all.map(one => one.textContent)") == [
        "名单.xlsx 2 KB", "慢病.csv 1 KB",
    ]  # fmt: skip


def test_a_photo_is_made_small_on_the_phone(page) -> None:
    size = page.evaluate(
        """async () => {
            const canvas = document.createElement("canvas");
            canvas.width = 2400; canvas.height = 1800;
            const brush = canvas.getContext("2d");
            for (let n = 0; n < 60000; n++) {
                brush.fillStyle = `rgb(${n % 256},${n * 7 % 256},${n * 13 % 256})`;
                brush.fillRect(n * 37 % 2400, n * 53 % 1800, 9, 9);
            }
            const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
            const input = document.querySelector("#file");
            input.dataset.shrink = "";
            const data = new DataTransfer();
            data.items.add(new File([blob], "门前.png", {type: "image/png"}));
            input.files = data.files;
            input.dispatchEvent(new Event("change", {bubbles: true}));
            for (let n = 0; n < 100 && !input.files[0].name.endsWith(".jpg"); n++) await new Promise(go => setTimeout(go, 30));
            return [blob.size, input.files[0].size, input.files[0].name];
        }"""
    )

    assert size[0] > 150 * 1024 >= size[1] > 0
    assert size[2] == "门前.jpg"
