/** The style of the documentation page: phone first, two columns where there is room, light and dark. */
export const docsStyle = `:root {
  color-scheme: light dark;
  --paper: #fbfaf6;
  --panel: #ffffff;
  --ink: #20302f;
  --soft: #5b6a68;
  --line: #dfe3dc;
  --code: #f1f2ec;
  --link: #0b6a5f;
  --get: #0b6a5f;
  --post: #8a4b00;
  --patch: #5a3f9c;
  --delete: #a8252f;
  --mark: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121817;
    --panel: #18201f;
    --ink: #e6ece9;
    --soft: #9fb0ac;
    --line: #2b3634;
    --code: #0d1211;
    --link: #6fd3c3;
    --get: #6fd3c3;
    --post: #f0b35e;
    --patch: #bba8f5;
    --delete: #ff9a9f;
    --mark: #4a4013;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto;
  max-width: 88rem;
  padding: 0 1rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--link); }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--panel); padding: 0.5rem 0.75rem; }
.masthead { padding: 2.5rem 0 1.5rem; border-bottom: 1px solid var(--line); }
.mark { margin: 0; color: var(--link); font-weight: 600; }
h1 { margin: 0 0 0.5rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -0.02em; }
.lead { max-width: 46rem; margin: 0 0 0.75rem; color: var(--soft); }
.masthead p:last-child { margin: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 1rem 0 0; }
nav ul ul { display: none; }
nav a { display: block; padding: 0.2rem 0; text-decoration: none; overflow-wrap: anywhere; font-size: 0.875rem; color: var(--ink); }
nav a:hover { color: var(--link); }
nav .group { padding: 0.5rem 0; font-weight: 600; text-transform: capitalize; }
section { padding-top: 1.5rem; }
h2 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.2; text-transform: capitalize; }
.basics { margin: 0; display: grid; gap: 0.9rem; }
.basics dt { font-weight: 600; }
.basics dd { margin: 0; max-width: 46rem; color: var(--soft); }
.basics dd code { color: var(--ink); }
article { background: var(--panel); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.1rem 1.1rem 1.25rem; margin: 0 0 1.25rem; }
h3 { margin: 0; font-size: 1.05rem; line-height: 1.4; overflow-wrap: anywhere; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover code { text-decoration: underline; }
.verb { display: inline-block; min-width: 3.9em; font: 700 0.72rem/1.5 ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0.03em; }
.GET { color: var(--get); }
.POST { color: var(--post); }
.PATCH { color: var(--patch); }
.DELETE { color: var(--delete); }
.summary { margin: 0.35rem 0; }
.who { margin: 0 0 0.5rem; font-size: 0.8125rem; color: var(--soft); }
.role { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.6rem; }
.name { color: var(--soft); }
h4 { margin: 1rem 0 0.4rem; font-size: 0.8125rem; color: var(--soft); font-weight: 600; }
.none { margin: 0; color: var(--soft); }
.list { list-style: none; margin: 0; padding: 0; }
.list li { padding: 0.4rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.type { color: var(--soft); font-size: 0.875rem; font-weight: 400; }
.list strong { color: var(--post); font-size: 0.75rem; font-weight: 600; }
.note { display: block; color: var(--soft); font-size: 0.8125rem; }
pre { margin: 0 0 0.75rem; padding: 0.9rem; background: var(--code); border-radius: 0.5rem; overflow: auto; max-height: 32rem; line-height: 1.45; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem 0.5rem 0; border-top: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; }
thead th { border-top: 0; font-size: 0.8125rem; color: var(--soft); font-weight: 600; }
tr:target { background: var(--mark); }
article:target { border-color: var(--link); }
@media (min-width: 64rem) {
  body { padding: 0 2rem 5rem; }
  .columns { display: grid; grid-template-columns: 15.5rem minmax(0, 1fr); gap: 2.5rem; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; margin: 0; padding: 1.25rem 0 2rem; }
  nav > ul { display: block; padding: 0; }
  nav ul ul { display: block; padding-bottom: 0.5rem; }
  nav .group { padding: 0.2rem 0; }
  .sides { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.75rem; }
}
@media print {
  nav, .skip { display: none; }
  article { break-inside: avoid; }
}
`;
