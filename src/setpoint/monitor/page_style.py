"""How a report looks as a page: one style sheet, light or dark as the reader's system is."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --page: #fff; --card: #f6f7f9; --soft: #5c636c; --line: #d5d9de;
  --mean: #0b62c4; --good: #14692e; --low: #46586a; --medium: #7d5200; --high: #a83600; --critical: #b00020; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --page: #14171a; --card: #1d2125; --soft: #a3a9b0;
  --line: #373c42; --mean: #6cb2ff; --good: #6fd08c; --low: #a9bccd; --medium: #f0b440; --high: #ff9060;
  --critical: #ff8496; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink);
  background: var(--page); max-width: 76rem; margin: 2rem auto; padding: 0 1.25rem; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; } h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; } h3 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
h4 { font-size: .95rem; margin: 0; } p { margin: .2rem 0; }
.soft, svg text { color: var(--soft); fill: var(--soft); } svg text { font-size: 12px; } .note { font-size: .9rem; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; } time { white-space: nowrap; }
.healthy { color: var(--good); } .low, .degraded { color: var(--low); } .medium { color: var(--medium); }
.high, .warning { color: var(--high); } .critical { color: var(--critical); }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .6rem; font-size: .85rem;
  font-weight: 600; white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.7rem, 1fr)); gap: .6rem; margin: 1rem 0;
  padding: 0; list-style: none; }
.tiles > li, .cards > li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .6rem .8rem; min-width: 0; }
.tiles strong { display: block; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles p { font-size: .9rem; line-height: 1.35; }
.cards { list-style: none; padding: 0; margin: .6rem 0; display: grid; gap: .6rem; }
.cards > li { border-left: .3rem solid var(--soft); } .cards p { margin: .25rem 0; overflow-wrap: anywhere; }
.cards > .degraded, .cards > .low { border-left-color: var(--low); color: inherit; }
.cards > .medium { border-left-color: var(--medium); color: inherit; }
.cards > .warning, .cards > .high { border-left-color: var(--high); color: inherit; }
.cards > .critical { border-left-color: var(--critical); color: inherit; }
.wide { overflow-x: auto; } .wide:focus-visible, summary:focus-visible { outline: 2px solid var(--mean); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { text-align: right; padding: .3rem 0 .3rem 1.1rem; border-bottom: 1px solid var(--line); vertical-align: top;
  white-space: nowrap; overflow-wrap: normal; }
th:first-child { text-align: left; padding-left: 0; } thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; } .figures { width: 100%; } .words { text-align: left; }
.figures tbody th { white-space: normal; min-width: 15rem; } .figures tbody th .soft { display: block; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1.2rem 2rem;
  margin: 1.2rem 0; }
.charts > * { min-width: 0; }
svg { width: 100%; height: auto; display: block; } .grid { stroke: var(--line); }
.mean { stroke: var(--mean); fill: none; stroke-width: 1.8; stroke-linejoin: round; }
circle.mean { fill: var(--mean); } .band { fill: var(--mean); opacity: .2; }
details { font-size: .9rem; } summary { color: var(--soft); cursor: pointer; width: fit-content; }
@media (max-width: 40rem) { body { margin: 1.2rem auto; padding: 0 1rem; } svg text { font-size: 20px; }
  svg .fine { display: none; }
  .figures tbody th { min-width: 8.5rem; max-width: 8.5rem; position: sticky; left: 0; background: var(--page);
    width: 8.5rem; } .figures tbody th .soft { display: none; } th, td { padding-left: .8rem; } }
@media print { body { margin: 0; max-width: none; } .wide { overflow: visible; } .charts > *, .tiles > *,
  .cards > * { break-inside: avoid; } details { display: none; } }
"""
