/** Colours of a light page, as variables. */
export const lightColours = `--page: #ffffff; --panel: #f6f7f9; --rule: #d9dde3; --ink: #1c2330; --faint: #5d6878;
  --nodes: #4f6bd8; --balancer: #0e8a7d; --api: #8a4fc4; --link: #98a1af;`;

/** Letters of pages and pictures. */
export const letters = `system-ui, "Segoe UI", "DejaVu Sans", sans-serif`;

/** Looks of the picture of clusters, in whatever colours there are. */
export const topologyStyle = `
.topology { margin: 0 auto; max-width: 100%; height: auto; }
.topology text { font-size: 12.5px; fill: var(--ink); dominant-baseline: central; }
.topology .title { font-weight: 600; font-size: 13px; }
.topology .group rect { fill: var(--panel); stroke: var(--rule); }
.topology .box rect { fill: var(--page); stroke-width: 1.5; }
.topology .nodes, .topology .publicNodes, .topology .pod { --kind: var(--nodes); }
.topology .balancer { --kind: var(--balancer); }
.topology .apiServer { --kind: var(--api); }
.topology .box rect { stroke: var(--kind); }
.topology .arrow path { fill: none; stroke: var(--kind); stroke-width: 1.8; }
.topology marker path { fill: var(--kind); }
.topology .link path { fill: none; stroke: var(--link); stroke-width: 3; stroke-dasharray: 7 5; }
.topology .label rect { fill: var(--page); }
.topology .label.arrow text { fill: var(--kind); }
.topology .label.link text { fill: var(--faint); }
`;

/** The page's looks. Colours are variables, so that charts and pictures follow the reader's light or dark. */
export const style = `
:root {
  color-scheme: light dark;
  ${lightColours}
  --bar: #8fa6d6; --critical: #d9601a; --good: #1a7f37; --bad: #c62828; --skip: #946200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181f; --panel: #1c222c; --rule: #333c49; --ink: #e4e8ee; --faint: #9aa5b5;
    --nodes: #8fa6f5; --balancer: #45c4b3; --api: #c193f0; --link: #6c7788;
    --bar: #4d6599; --critical: #f28a43; --good: #56c271; --bad: #ff7b72; --skip: #e0b040;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 32px 64px; max-width: 1280px; background: var(--page); color: var(--ink);
  font: 15px/1.45 ${letters}; }
h1 { margin: 0; font-size: 26px; }
h2 { margin: 40px 0 8px; font-size: 19px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; }
p { margin: 6px 0 12px; max-width: 90ch; color: var(--faint); }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 12px 0 0; }
a { color: var(--nodes); text-decoration: none; }
a:hover { text-decoration: underline; }
.verdict { margin: 16px 0; padding: 12px 16px; border-left: 5px solid; border-radius: 4px; background: var(--panel);
  font-size: 17px; }
.verdict.good { border-color: var(--good); }
.verdict.bad { border-color: var(--bad); }
.verdict ul { margin: 6px 0 0; padding-left: 20px; font-size: 15px; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 10px; margin: 0; }
.figures div { padding: 10px 14px; border-radius: 6px; background: var(--panel); }
.figures dt { color: var(--faint); font-size: 13px; }
.figures dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.figures dd small { display: block; color: var(--faint); font-size: 13px; }
.wide { overflow-x: auto; }
.wide + .wide { margin-top: 20px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--faint); border-bottom: 1px solid var(--rule); }
th, td { padding: 5px 14px 5px 0; vertical-align: top; overflow-wrap: break-word; }
td:last-child { overflow-wrap: anywhere; }
th.number, td.number { text-align: right; padding-right: 28px; }
tbody tr { border-bottom: 1px solid var(--rule); }
td.pass { color: var(--good); font-weight: 600; }
td.fail { color: var(--bad); font-weight: 600; }
td.warning { color: var(--skip); font-weight: 600; }
td.skipped { color: var(--skip); font-weight: 600; }
td.sum { font-weight: 600; }
pre { padding: 10px 14px; border-radius: 6px; background: var(--panel); color: var(--bad); white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: 13px; }
svg { display: block; font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 4px 0; font-size: 13px; color: var(--faint); }
.legend i { display: inline-block; width: 14px; height: 10px; margin-right: 6px; border-radius: 2px; }
.legend i.bound { height: 0; border-radius: 0; border-top: 2px dashed var(--critical); vertical-align: 4px; }
ol.path { display: flex; flex-wrap: wrap; gap: 2px 8px; margin: 4px 0 12px; padding: 0; list-style: none; font-size: 13px; }
ol.path li:not(:last-child)::after { content: " \\2192"; color: var(--critical); }
${topologyStyle}
@media (max-width: 760px) {
  body { padding: 16px 16px 48px; }
  h1 { font-size: 22px; }
  .figures { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
  .wide table { min-width: 720px; }
  .topology { max-width: none; }
}
@media print { body { max-width: none; } .wide { overflow: visible; } }
`;
