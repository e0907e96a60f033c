/** The style sheet of the comparison page: light and dark, no font and no image from outside. */
export const style = `
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5d6878;--paper:#fff;--line:#d9dee6;--soft:#f4f6f9;--more:#2878b5;--less:#d98324;--total:#53657d;--open:#b3268f;--crit:#8e1328;--high:#d6453d;--med:#e0a100;--low:#4a8fd0;--neg:#93a1b3;--unk:#9a7fb8}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa6b6;--paper:#14181f;--line:#2e3642;--soft:#1c222c;--more:#58a6e0;--less:#e9a44c;--total:#8fa2bb;--open:#e36cc4;--crit:#e0516b;--high:#ee6c63;--med:#e8b83a;--low:#6cace6;--neg:#7c8a9c;--unk:#b79cd6}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:1100px;margin:0 auto;padding:1rem}h1{margin:.5rem 0 0;font-size:2rem}h2{margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}h3{margin:1rem 0 .25rem;font-size:1.05rem}h4{margin:.75rem 0 0;color:var(--dim)}
.verdict{font-size:1.2rem}.verdict.good{color:#2c7a4b}.verdict.open{color:var(--open)}.alarm{background:var(--crit);color:#fff;padding:.5rem .75rem;border-radius:4px}.note{color:var(--dim);margin:.2rem 0}.dim{color:var(--dim)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:.75rem}.cards article{border:1px solid var(--line);border-radius:6px;padding:.75rem;background:var(--soft)}.cards h3{margin:0}.cards p{margin:.25rem 0}.big{font-size:1.8rem;font-weight:600}.big small{font-size:.9rem;font-weight:400;color:var(--dim)}
.stack{display:flex;height:12px;border-radius:3px;overflow:hidden;gap:1px;margin:.25rem 0}.stack i{display:block;min-width:2px}
.stack .s-critical,.s.s-critical{background:var(--crit)}.stack .s-high,.s.s-high{background:var(--high)}.stack .s-medium,.s.s-medium{background:var(--med)}.stack .s-low,.s.s-low{background:var(--low)}.stack .s-negligible,.s.s-negligible{background:var(--neg)}.stack .s-unknown,.s.s-unknown{background:var(--unk)}
.s{color:#fff;border-radius:3px;padding:0 .4em;font-size:.85em;white-space:nowrap}.s.s-medium{color:#1c2430}
svg{width:100%;height:auto;font:13px system-ui,sans-serif}svg text{fill:var(--ink)}svg .label{text-anchor:end}svg .strong{font-weight:600}svg .value{fill:var(--dim)}svg .middle{text-anchor:middle}svg .bar.total{fill:var(--total)}svg .bar.less{fill:var(--less)}svg .bar.more{fill:var(--more)}svg .bar.unexplained{fill:var(--open)}svg .link{stroke:var(--dim);stroke-dasharray:2 2}svg .on{fill:var(--ink)}svg .off{fill:var(--line)}svg .joined{stroke:var(--ink);stroke-width:3}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}thead th{position:sticky;top:0;background:var(--paper)}.scroll{overflow:auto;max-height:80vh;border:1px solid var(--line)}.none{color:var(--dim)}
.matrices{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}.matrix{width:auto}.matrix caption{text-align:left;font-weight:600;padding:.25rem 0}.matrix td,.matrix th{text-align:right;min-width:4.5em}.matrix td{position:relative;z-index:0}.matrix td::before{content:"";position:absolute;inset:1px;z-index:-1;opacity:var(--shade)}.matrix .same::before{background:var(--more)}.matrix .apart::before{background:var(--less)}
.cause{border-bottom:1px solid var(--line);padding:.3rem 0}.cause summary{cursor:pointer}.cause ul{margin:.25rem 0;padding-left:1.25rem}.cause p{margin:.1rem 0}cite{font-size:.85em;opacity:.8}code{background:var(--soft);padding:0 .3em;border-radius:3px}code.unexplained{background:var(--open);color:#fff}
.steps{padding-left:1.25rem;margin:.25rem 0}.story h2{font-size:1.15rem}.story ol{padding-left:1.5rem}.story li{margin:.5rem 0}.story p{margin:.1rem 0}.story .example{border-left:3px solid var(--line);padding-left:.6rem}span.less{color:var(--less)}span.more{color:var(--more)}span.unexplained{color:var(--open)}.more-text{display:block;color:var(--dim);overflow-wrap:anywhere}
.filters input[type=search]{font:inherit;padding:.3rem .5rem;min-width:16rem}.e-confirmed{color:#2c7a4b}.e-contradicted{color:var(--high)}.e-undecidable{color:var(--dim)}footer{color:var(--dim)}
p,li,h1,h2,h3{overflow-wrap:anywhere}.matrices{overflow-x:auto}
@media (max-width:640px){header,main,footer{padding:.6rem}h1{font-size:1.5rem}.verdict{font-size:1.05rem}.filters input[type=search]{min-width:0;width:100%}.chart{overflow-x:auto}.chart svg{min-width:620px}.scroll{max-height:none;border:0;overflow:visible}#rows,#rows tbody,#rows tr,#rows td{display:block;width:100%}#rows thead{display:none}#rows tr{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.25rem .5rem}#rows td{border:0;padding:.1rem 0}#rows td[data-of]::before{content:attr(data-of) ": ";color:var(--dim)}.matrix td,.matrix th{min-width:2.6em;padding:.2rem}svg{font-size:15px}}
#rows tr.hide{display:none}
`.replace(/\n/g, '');

/** Filters the table of findings; the page says everything without it. */
export const script = `
(function(){var rows=[].slice.call(document.querySelectorAll('#rows tbody tr')),search=document.getElementById('search'),apart=document.getElementById('apart'),open=document.getElementById('open'),count=document.getElementById('count');
var texts=rows.map(function(row){return row.textContent.toLowerCase()});
function show(){var word=search.value.toLowerCase(),seen=0;rows.forEach(function(row,index){var hide=(word&&texts[index].indexOf(word)<0)||(apart.checked&&!row.classList.contains('apart'))||(open.checked&&!row.classList.contains('open'));row.classList.toggle('hide',hide);if(!hide)seen++});count.textContent=seen+' of '+rows.length}
[search,apart,open].forEach(function(one){one.addEventListener('input',show)});show()})();
`.replace(/\n/g, '');
