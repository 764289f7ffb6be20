"""What looks at pages sees what is wrong with one."""

import random

import pytest

from . import looking

BAD = """<!doctype html><html lang="en"><head><title>Bad</title></head><body><main><h1>Bad</h1><img src="data:,x">
<form method="post"><input name="a"><a class="govuk-button" style="position:absolute;left:1270px">Save</a></form>
<div style="width:2000px">wide</div></main></body></html>"""


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_a_bad_page_is_told_apart_from_a_good_one(page):
    page.set_content(BAD)
    found = " ".join(looking.faults(page, looking.Weights()))
    for said in ("image-alt", "label", "too wide", "cut off: Save"):
        assert said in found

    page.set_content("<!doctype html><html lang='en'><title>Good</title><body><main><h1>Good</h1></main>")
    assert looking.faults(page, looking.Weights()) == []


def test_a_page_that_needs_a_script_is_noticed(page):
    page.set_content("<main><form><input name='a'><button hidden>Send</button></form></main>")
    said = " ".join(looking.without_javascript(page))
    assert "no heading" in said
    assert "needs JavaScript" in said


def test_a_heavy_page_is_noticed(page):
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=120_000))
    page.set_content(f"<!doctype html><html lang='en'><title>Big</title><body><main><h1>Big</h1><!--{noise}--></main>")
    assert any(said.startswith("weighs") for said in looking.faults(page, looking.Weights()))


def test_the_console_is_heard(page):
    heard = looking.watch(page)
    page.set_content("<h1>Broken</h1>")
    page.evaluate(
        "() => { console.error('Refused to apply inline style'); setTimeout(() => { throw new Error('broken') }); }"
    )
    page.wait_for_timeout(100)
    assert [said.split(":")[0] for said in heard] == ["console", "script"]
