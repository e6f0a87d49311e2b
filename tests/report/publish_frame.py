#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A copy of a page that says how it is laid out, and a page WIDTH pixels wide around it that
# keeps what it says, since a browser's own window may not be that narrow.
# Usage: publish_frame.py PAGE WIDTH COPY FRAME
import sys

page, width, copy, frame = sys.argv[1:]
ASK = """<script>
addEventListener('load', () => {
  const seen = e => e.getClientRects().length > 0, all = s => [...document.querySelectorAll(s)].filter(seen);
  const lines = e => new Set([...e.firstChild.getClientRects()].map(r => Math.round(r.top))).size;
  parent.postMessage({
    inner: innerWidth, scroll: document.documentElement.scrollWidth, figures: all('figure').length,
    drawings: all('figure svg').map(e => e.parentNode.className),
    letter: Math.min(...all('figure svg text').map(e => e.getBoundingClientRect().height)),
    broken: all('td.a').filter(e => lines(e) > 1).map(e => e.textContent),
    aside: all('section > .wide').filter(e => e.scrollWidth > e.clientWidth).map(e => e.parentNode.id + ' ' + e.scrollWidth),
  }, '*');
});
</script>"""
with open(page, encoding="utf-8") as f:
    text = f.read()
start = text.index('<meta http-equiv="Content-Security-Policy"')
with open(copy, "w", encoding="utf-8") as f:
    f.write(text[:start] + text[text.index(">", start) + 1:] + ASK)
with open(frame, "w", encoding="utf-8") as f:
    f.write("""<!DOCTYPE html><body style="margin:0"><p id="said"></p>
<iframe src="%s" style="border:0;width:%spx;height:2000px"></iframe>
<script>addEventListener('message', e => { document.getElementById('said').textContent = JSON.stringify(e.data); });</script>
""" % (copy.rsplit("/", 1)[-1], width))
