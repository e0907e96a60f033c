/**
 * The look of every page of ours (scan, comparison, plan, benchmark, difference). Text keeps a contrast of 4.5 to 1 on light and dark
 * (WCAG 2.2, 1.4.3); colour never says alone what it says. https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #18202b; --dim: #566273; --line: #d5dbe4; --soft: #f3f5f9; --link: #0b4fb8; --accent: #0b4fb8;
  --CRITICAL: #a4133c; --HIGH: #b93222; --MEDIUM: #8a5000; --LOW: #24599c; --NEGLIGIBLE: #5c6776; --UNKNOWN: #6b3fa6; --good: #17652f; --less: #9a5200; --more: #24599c; }
@media (prefers-color-scheme: dark) { :root { --bg: #11151b; --fg: #e6ebf2; --dim: #a3afbe; --line: #313a47; --soft: #191f28; --link: #8ab4f8; --accent: #8ab4f8;
  --CRITICAL: #ff7ba3; --HIGH: #ff8a76; --MEDIUM: #f0a94a; --LOW: #86b6f0; --NEGLIGIBLE: #a3afbe; --UNKNOWN: #c3a3ec; --good: #66d096; --less: #f0a94a; --more: #86b6f0; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, footer, nav { max-width: 90rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 3rem); }
header { padding-top: 2rem; }
h1 { font-size: clamp(1.35rem, 1rem + 1.6vw, 2.1rem); line-height: 1.2; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3rem 0 .7rem; padding-top: .4rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; max-width: 78ch; overflow-wrap: anywhere; } li { max-width: 90ch; overflow-wrap: anywhere; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--bg); padding: .4rem .8rem; z-index: 9; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 1rem 0 0; padding: 0; font-size: .95rem; }
code, .v { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
.dim { color: var(--dim); } .small { font-size: .875rem; }
.verdict { border-left: .45rem solid var(--MEDIUM); background: var(--soft); border-radius: .25rem; padding: 1rem 1.25rem; margin: 1.4rem 0; font-size: 1.15rem; max-width: none; }
.verdict.fix, .verdict.worse { border-color: var(--CRITICAL); } .verdict.clear, .verdict.better { border-color: var(--good); }
.verdict b { display: block; font-size: 1.35rem; letter-spacing: .02em; }
.verdict.fix b, .verdict.worse b { color: var(--CRITICAL); } .verdict.clear b, .verdict.better b { color: var(--good); }
.warning { border-left: .3rem solid var(--MEDIUM); padding: .2rem 0 .2rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } .short { display: none; } .id { white-space: nowrap; } table + details, .scroll + details { margin-top: .5rem; }
caption { text-align: left; color: var(--dim); font-size: .9rem; padding-bottom: .3rem; }
th, td { text-align: left; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; } .name { min-width: 9.5em; } .scroll td { overflow-wrap: normal; } thead th { color: var(--dim); font-weight: 600; font-size: .85rem; white-space: nowrap; } tbody th { font-weight: 400; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .n + :is(td, th):not(.n) { padding-left: 1rem; } .zero { color: var(--dim); }
.s { font-weight: 700; font-size: .8rem; white-space: nowrap; }
.CRITICAL { color: var(--CRITICAL); fill: var(--CRITICAL); } .HIGH { color: var(--HIGH); fill: var(--HIGH); } .MEDIUM { color: var(--MEDIUM); fill: var(--MEDIUM); }
.LOW { color: var(--LOW); fill: var(--LOW); } .NEGLIGIBLE { color: var(--NEGLIGIBLE); fill: var(--NEGLIGIBLE); } .UNKNOWN { color: var(--UNKNOWN); fill: var(--UNKNOWN); }
.fixed { color: var(--good); }
.exploited { background: var(--CRITICAL); color: var(--bg); border-radius: .2rem; padding: 0 .4rem; font-size: .8rem; font-weight: 700; white-space: nowrap; }
svg.bar { width: 100%; height: .8rem; border-radius: .25rem; display: block; margin: 1.2rem 0 1rem; }
svg.bar rect { stroke: var(--bg); stroke-width: .25; }
svg.map { width: 100%; height: auto; display: block; margin: .5rem 0; } svg.map rect { stroke: var(--bg); stroke-width: 3; fill: var(--soft); }
svg.map rect.none { fill: var(--line); } svg.map rect.CRITICAL, svg.map rect.HIGH, svg.map rect.MEDIUM, svg.map rect.LOW { fill-opacity: .28; }
svg.map rect.CRITICAL { fill: var(--CRITICAL); } svg.map rect.HIGH { fill: var(--HIGH); } svg.map rect.MEDIUM { fill: var(--MEDIUM); } svg.map rect.LOW { fill: var(--LOW); }
svg.map text { fill: var(--fg); font-size: 15px; } svg.map text.big { font-weight: 700; font-size: 18px; }
pre { background: var(--soft); border-radius: .25rem; padding: .8rem 1.1rem; margin: .8rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; }
.cards { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; padding: 0; margin: 1rem 0; }
.cards > li { border: 1px solid var(--line); border-radius: .4rem; padding: 1rem 1.1rem; background: var(--soft); max-width: none; }
.cards .rank { float: right; color: var(--dim); font-size: 1.6rem; line-height: 1; }
.cards b { font-size: 1.1rem; overflow-wrap: anywhere; } .cards p { margin: .25rem 0 0; } .big { font-size: 1.9rem; font-weight: 700; line-height: 1.2; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1.1rem; align-items: center; position: sticky; top: 0; background: var(--bg); padding: .7rem 0; border-bottom: 1px solid var(--line); z-index: 2; }
input[type=search] { flex: 1 1 19rem; } input[type=search], select, button { font: inherit; padding: .4rem .7rem; border: 1px solid var(--dim); border-radius: .3rem; background: var(--bg); color: var(--fg); }
button { cursor: pointer; } th button { border: 0; padding: 0; background: none; color: inherit; font-weight: 600; } th[aria-sort=ascending] button::after { content: " \\25b2"; } th[aria-sort=descending] button::after { content: " \\25bc"; }
label { white-space: nowrap; }
details.p { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 2.9rem; }
details.p > summary { padding: .6rem 0; cursor: pointer; display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; }
details.p > summary::before { content: "\\25b8"; color: var(--dim); width: .8rem; } details.p[open] > summary::before { content: "\\25be"; }
details.p > div { padding: 0 0 1.2rem 1.7rem; } details.p summary b { overflow-wrap: anywhere; }
.rows { table-layout: fixed; } .rows .c1 { width: 11.5em; } .rows .c2 { width: 7em; } .rows .c3 { width: 6em; } .rows .c4 { width: 11em; } .rows td { overflow-wrap: anywhere; }
.chunk { content-visibility: auto; contain-intrinsic-size: auto 9000px; } .part { content-visibility: visible; }
.way, .way ul { list-style: none; padding: 0; margin: .2rem 0; } .way ul { border-left: 2px solid var(--line); margin-left: .35rem; padding-left: 1rem; } .way li { max-width: none; padding: .15rem 0; } .way .reached { padding: .1rem 0 .1rem .9rem; border-left: 2px solid var(--accent); margin: .15rem 0; }
details > summary { cursor: pointer; } td details > summary { color: var(--dim); font-size: .875rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .3rem 0; font-size: .9rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
td ol { margin: .3rem 0; padding-left: 1.3rem; font-size: .9rem; }
footer { margin-top: 4rem; padding-bottom: 3rem; font-size: .875rem; color: var(--dim); }
[hidden] { display: none !important; }
@media (max-width: 44rem) {
  body { font-size: 15px; } .verdict { font-size: 1.05rem; padding: .8rem 1rem; } form { position: static; } details.p > div { padding-left: 0; }
  .rows, .stack, :is(.rows, .stack) :is(tbody, tr, td, th) { display: block; width: auto; text-align: left; } .rows :is(thead, colgroup), .stack thead { display: none; } :is(.rows, .stack) tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  :is(.rows, .stack) :is(td, th) { border: 0; padding: .05rem 0; } :is(.rows, .stack) [data-h]:not([data-h=""])::before { content: attr(data-h) " "; color: var(--dim); font-family: system-ui, sans-serif; font-size: .85rem; } :is(.rows, .stack) :is(td, th):empty { display: none; }
  .scroll .long { display: none; } .scroll .short { display: inline; } .scroll table { font-size: .8rem; } .scroll :is(th, td) { padding: .35rem .35rem .35rem 0; } .scroll thead th { font-size: .7rem; } .scroll :is(th, td):last-child { padding-right: 0; } .counts tbody tr { position: relative; } .counts thead td { width: 0; padding: 0; } .counts td { border-bottom: 0; } .counts tr { border-bottom: 1px solid var(--line); } .counts tbody th { position: absolute; inset: 0 0 auto; border: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .counts tbody th ~ td { padding-top: 1.9rem; } :is(.rows, .stack) [data-h]::before { font-weight: 400; }
  dl { grid-template-columns: 1fr; } svg.map text { display: none; } svg.map text.big { display: inline; font-size: 36px; transform: translateY(12px); }
}
@media print {
  :root { --bg: #fff; --fg: #000; --soft: #f3f5f9; --dim: #444; } form, nav, .skip { display: none !important; } body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; } details.p, .chunk { content-visibility: visible; } tr, pre, .cards > li, .verdict, svg { break-inside: avoid; } h2, h3, summary { break-after: avoid; } a { color: inherit; }
  thead { display: table-header-group; } table { font-size: 9pt; } .rows .c1 { width: 10.5em; } .rows .c2 { width: 6em; } .rows .c3 { width: 5.5em; } .rows .c4 { width: 9em; } .cards { grid-template-columns: repeat(3, 1fr); }
  .rows td details:not([open]) { display: none; } .todo::details-content { content-visibility: visible; block-size: auto; } td :is(.small, details > summary) { font-size: inherit; }
}
`;
