// How the page looks: in light and dark, on a narrow screen and on paper.

export const style = `
:root{color-scheme:light dark;--page:#fff;--ink:#1c2128;--dim:#57606a;--line:#d0d7de;--card:#f6f8fa;--link:#0550ae;
--critical:#a40e26;--high:#953800;--medium:#7d4e00;--low:#57606a;--good:#116329;--open:#7d4e00;--note:#fff8c5}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--dim:#9da7b1;--line:#3d444d;--card:#161b22;
--link:#79b8ff;--critical:#ff9492;--high:#ffb066;--medium:#e3c34d;--low:#9da7b1;--good:#7ee29a;--open:#e3c34d;--note:#2e2a14}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem;background:var(--page);color:var(--ink);
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{margin:0;font-size:1.6rem;overflow-wrap:anywhere}h2{margin:1.6rem 0 .5rem;font-size:1.15rem}
header p{margin:.2rem 0 0;color:var(--dim);overflow-wrap:anywhere}
a{color:var(--link)}
.aside{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.gaps{margin:1rem 0;padding:.7rem 1rem;border-left:4px solid var(--open);background:var(--note)}
.gaps.none{border-color:var(--good);background:var(--card)}
.gaps h2{margin:0;font-size:1.05rem}.gaps p{margin:.2rem 0}.gaps ul{margin:.4rem 0 0;padding-left:1.2rem}
.gaps li{overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.6rem;margin:1rem 0}
.cards div{padding:.6rem .8rem;border:1px solid var(--line);border-radius:6px;background:var(--card);
display:flex;flex-direction:column-reverse;justify-content:flex-end}
.cards dt{color:var(--dim);font-size:.85rem}.cards dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}
.charts{display:flex;flex-wrap:wrap;gap:1rem 2rem}
figure{margin:0;flex:1 1 22rem;max-width:34rem}figcaption{font-weight:600;margin-bottom:.3rem}
svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font-size:13px}svg text.name{text-anchor:end;fill:var(--dim)}
rect.critical{fill:var(--critical)}rect.high{fill:var(--high)}rect.medium{fill:var(--medium)}
rect.low{fill:var(--low)}rect.good{fill:var(--good)}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;position:sticky;top:0;z-index:1;margin:1.2rem 0 0;
padding:.6rem 0;background:var(--page);border-bottom:1px solid var(--line)}
form[hidden]{display:none}
input,select,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--dim);border-radius:6px;padding:.3rem .5rem}
input{width:min(20rem,60vw)}button{cursor:pointer}output{color:var(--dim)}
input::placeholder{color:var(--dim);opacity:1}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.part{overflow-x:auto}.long{content-visibility:auto;contain-intrinsic-size:auto 12500px}.part[hidden]{display:none}
.rows{table-layout:fixed;min-width:56rem}
.workloads>thead th:nth-child(1){width:24%}.workloads>thead th:nth-child(2){width:14%}.workloads>thead th:nth-child(n+3){width:7%}
.workloads>thead th:nth-child(8){width:17%}.workloads>thead th:nth-child(9){width:10%}
.images>thead th:nth-child(1){width:42%}.images>thead th:nth-child(2){width:16%}.images>thead th:nth-child(n+3){width:7%}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;overflow-wrap:anywhere}
thead th{border-bottom:2px solid var(--line);white-space:nowrap;color:var(--dim);font-weight:600}
tbody[data-of]{border-bottom:1px solid var(--line);scroll-margin-top:5rem}
tbody[data-of]:target{background:var(--card)}
tbody[data-of]>tr>th{font-weight:600}
tbody[data-of][hidden]{display:none}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}.zero{color:var(--dim)}
td.critical{color:var(--critical);font-weight:700}td.high{color:var(--high);font-weight:700}
td.medium{color:var(--medium);font-weight:600}td.open{color:var(--open);font-weight:600}
.action{white-space:nowrap}.more>td{padding:0 0 .5rem}
summary{color:var(--dim);cursor:pointer;overflow-wrap:anywhere}
details[open]>summary{margin-bottom:.4rem}
details>*:not(summary){margin-left:1.1rem}
details p{margin-top:.3rem;margin-bottom:.3rem}details ul{margin-top:.2rem;margin-bottom:.4rem}
.inner{width:calc(100% - 1.1rem);margin:.4rem 0 .8rem 1.1rem;font-size:.92em}
.inner caption{text-align:left;font-weight:600;padding:.2rem 0}
.inner td{border-top:1px solid var(--line)}
.missing{border-left:3px solid var(--open);padding-left:.7rem}
.facts{margin-top:0;margin-bottom:.4rem}.facts div{display:flex;gap:.7rem}
.facts dt{flex:0 0 5rem;color:var(--dim)}.facts dd{margin:0;overflow-wrap:anywhere;min-width:0}
.chip{display:inline-block;padding:0 .5rem;border:1px solid currentColor;border-radius:1rem;white-space:nowrap;font-size:.88em}
.chip.bad{color:var(--critical);font-weight:600}.chip.let{color:var(--dim)}.chip.fine{color:var(--good)}.chip.open{color:var(--open)}
@media screen and (max-width:48rem){body{padding:1rem}form{position:static}
.rows{min-width:0}.rows,.rows>tbody,.rows>tbody>tr>th,.rows>tbody>tr>td{display:block}.rows>thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.rows>tbody{padding:.4rem 0}.rows>tbody>tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline}
.rows>tbody>tr>th,.rows>tbody>.more>td{flex:1 0 100%;min-width:0}.rows>tbody>tr>th,.rows>tbody>tr>td{padding:.1rem 0}
.rows>tbody>tr>.number::before{content:attr(data-is) " ";color:var(--dim);font-weight:400}
.rows>tbody>tr>.zero{display:none}.inner{display:block;overflow-x:auto}.inner td{min-width:6rem}}
@media print{:root{--page:#fff;--ink:#000;--dim:#444;--line:#bbb;--card:#fff;--link:#000;--critical:#8a0b1f;--high:#7a2e00;
--medium:#5f3b00;--low:#444;--good:#0b4a1e;--open:#5f3b00;--note:#fff}
body{max-width:none;padding:0;font-size:9pt}.rows>thead th{font-size:8pt}.cards{grid-template-columns:repeat(7,1fr)}form{display:none}.part{overflow:visible}.long{content-visibility:visible}.rows{min-width:0}
thead{display:table-header-group}tr,figure,.gaps{break-inside:avoid}
.gaps{border:1px solid var(--open);border-left-width:4px}rect{print-color-adjust:exact}}
`;
