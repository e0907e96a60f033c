/** The page's whole look. Severities keep their colours on light and dark, and in print. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1c2430; --dim: #5c6878; --line: #d9dee6; --soft: #f4f6f9; --link: #0b57d0;
  --CRITICAL: #a4133c; --HIGH: #d6402b; --MEDIUM: #c77700; --LOW: #2f6db5; --NEGLIGIBLE: #7a8594; --UNKNOWN: #7b4fb0; --good: #1f7a3d; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --fg: #e3e8ef; --dim: #98a4b3; --line: #2c3440; --soft: #1a2028; --link: #8ab4f8;
  --CRITICAL: #ff5d8f; --HIGH: #ff7b66; --MEDIUM: #f0a53c; --LOW: #74a9ea; --NEGLIGIBLE: #98a4b3; --UNKNOWN: #b993e6; --good: #5cc98a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 4rem; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
a { color: var(--link); }
code, .v { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.verdict { border-left: .4rem solid var(--MEDIUM); background: var(--soft); padding: .8rem 1rem; margin: 1.2rem 0; font-size: 1.1rem; }
.verdict.fix { border-color: var(--CRITICAL); } .verdict.clear { border-color: var(--good); }
.verdict b { margin-right: .5rem; }
.warning { border-left: .4rem solid var(--MEDIUM); padding: .3rem 1rem; margin: .4rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: .85rem; white-space: nowrap; }
.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.zero { color: var(--dim); opacity: .6; }
.s { font-weight: 700; font-size: .8rem; white-space: nowrap; }
.CRITICAL { color: var(--CRITICAL); fill: var(--CRITICAL); } .HIGH { color: var(--HIGH); fill: var(--HIGH); } .MEDIUM { color: var(--MEDIUM); fill: var(--MEDIUM); }
.LOW { color: var(--LOW); fill: var(--LOW); } .NEGLIGIBLE { color: var(--NEGLIGIBLE); fill: var(--NEGLIGIBLE); } .UNKNOWN { color: var(--UNKNOWN); fill: var(--UNKNOWN); }
.fixed { color: var(--good); }
.exploited { background: var(--CRITICAL); color: var(--bg); border-radius: .2rem; padding: 0 .35rem; font-size: .8rem; font-weight: 700; white-space: nowrap; }
svg.bar { width: 100%; height: .7rem; border-radius: .2rem; display: block; margin: .3rem 0 1rem; }
pre { background: var(--soft); padding: .7rem 1rem; overflow-x: auto; margin: .8rem 0; }
form { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; position: sticky; top: 0; background: var(--bg); padding: .5rem 0; border-bottom: 1px solid var(--line); z-index: 1; }
input[type=search] { flex: 1 1 16rem; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .3rem; background: var(--bg); color: var(--fg); }
label { white-space: nowrap; }
details.p { border-bottom: 1px solid var(--line); }
details.p > summary { padding: .5rem 0; cursor: pointer; display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline; }
details.p > summary::before { content: "\\25b8"; color: var(--dim); } details.p[open] > summary::before { content: "\\25be"; }
details.p > div { padding: 0 0 1rem 1.2rem; }
details.p summary b { overflow-wrap: anywhere; }
td details > summary { cursor: pointer; color: var(--dim); font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .3rem 0; font-size: .9rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
ol { margin: .3rem 0; padding-left: 1.3rem; font-size: .9rem; }
footer { margin-top: 3rem; font-size: .85rem; color: var(--dim); }
[hidden] { display: none !important; }
@media print { form { display: none; } body { max-width: none; } }
`;
