import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { comparisonPage } from "../../compare/show/page";
import { comparisonOf, rehearsed } from "../support/compare";

/** Where Debian's package puts it. */
const executablePath = "/usr/bin/chromium";

describe("a comparison in a browser", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "comparison-test-"));
  const file = join(folder, "comparison.html");
  let browser: Browser | undefined;
  before(async function () {
    if (!existsSync(executablePath)) {
      process.stdout.write(`    skipped, there is no ${executablePath}\n`);
      this.skip();
    }
    const comparison = rehearsed(comparisonOf({ interconnect: "internet", exposure: "public" }));
    writeFileSync(file, comparisonPage(comparison));
    // Its sandbox is not to be had as root or in most containers; the page is ours.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(width: number, colorScheme: "light" | "dark", complaints: string[] = []): Promise<Page> {
    ok(browser);
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  for (const colorScheme of ["light", "dark"] as const) {
    it(`opens from disk without a complaint (${colorScheme})`, async () => {
      const complaints: string[] = [];
      const page = await opened(1280, colorScheme, complaints);
      deepEqual(complaints, []);
      equal(await page.locator("svg").count(), 6);
      await page.close();
    });

    for (const width of [360, 800, 1920]) {
      it(`fits a screen of ${width} pixels (${colorScheme})`, async () => {
        const page = await opened(width, colorScheme);
        // What is wider scrolls by itself and not with the page.
        const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        equal(await page.evaluate(beyond), 0);
        await page.close();
      });
    }
  }

  it("keeps the text of the charts apart and inside", async () => {
    const page = await opened(1280, "light");
    for (const picture of await page.locator("svg").all()) {
      const whole = await picture.boundingBox();
      const texts = await Promise.all(
        (await picture.locator("text").all()).map(async (text) => ({
          text: await text.textContent(),
          box: await text.boundingBox(),
        })),
      );
      for (const [index, { text, box }] of texts.entries()) {
        ok(whole && box);
        ok(box.x >= whole.x && box.x + box.width <= whole.x + whole.width, `${text} is cut off`);
        for (const other of texts.slice(index + 1)) {
          ok(other.box);
          const across = Math.min(box.x + box.width, other.box.x + other.box.width) - Math.max(box.x, other.box.x);
          const down = Math.min(box.y + box.height, other.box.y + other.box.height) - Math.max(box.y, other.box.y);
          // Letters do not fill the height of their line, and values have a rim.
          ok(across <= 0 || down <= 6, `${text} overlaps ${other.text}`);
        }
      }
    }
    await page.close();
  });

  it("keeps the rows' titles in sight while the table scrolls", async () => {
    const page = await opened(800, "light");
    await page.evaluate("document.querySelector('.comparison').parentElement.scrollLeft = 300");
    const box = await page.locator(".comparison tbody th[scope=row]").first().boundingBox();
    ok(box && box.x >= 0 && box.x < 100, JSON.stringify(box));
    await page.close();
  });
});
