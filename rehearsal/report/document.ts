/** The frame of a page that needs nothing but itself: no script, no font, no picture from elsewhere. */
import { Html, html } from "./html";
import { style } from "./style";

/**
 * A page as HTML, complete in itself.
 *
 * @param title shown above `body`
 * @param more rules of style beside those that all pages have
 */
export function documentOf(title: string, body: Html, more = ""): string {
  // The policy makes sure of it: whatever a text smuggled in, the browser would neither run nor fetch it.
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style + more)}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`.markup;
}
