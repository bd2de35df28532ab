import { html } from "./html";

/**
 * A chart of ECharts for a page: it says what it is, and has no rules of style, which would hold for the whole page.
 *
 * @param title what it is called for those who do not see it
 */
export function describedSvg(svg: string, title: string): string {
  const label = html` role="img" aria-label="${title}"`.markup;
  return svg.replace(/<style[\s\S]*?<\/style>/g, "").replace("<svg", `<svg${label}`);
}
