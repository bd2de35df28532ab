import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { reportModel } from "../../rehearsal/report/model";
import { writeReport } from "../../rehearsal/report/write";
import { clustersOf, planOf } from "../support/config";
import { resultOf, timelines } from "../support/report";

/** Where Debian's package puts it. */
const executablePath = "/usr/bin/chromium";

describe("a report in a browser", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "report-test-"));
  let browser: Browser | undefined;
  before(async function () {
    if (!existsSync(executablePath)) {
      process.stdout.write(`    skipped, there is no ${executablePath}\n`);
      this.skip();
    }
    // Its sandbox is not to be had as root or in most containers; the page is ours.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [colorScheme, clusters] of [
    ["light", 2],
    ["dark", 3],
  ] as const) {
    it(`opens from disk without a complaint, with pictures that have a size (${clusters} clusters, ${colorScheme})`, async () => {
      ok(browser);
      const file = join(folder, `${colorScheme}.html`);
      await writeReport(file, reportModel(resultOf(), planOf({ clusters: clustersOf(clusters) }), timelines, false));
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);

      deepEqual(complaints, []);
      deepEqual(
        requests.filter((url) => !url.startsWith("data:")),
        [pathToFileURL(file).href],
      );
      const pictures = await page.locator("svg").all();
      equal(pictures.length, 3);
      for (const picture of pictures) {
        const box = await picture.boundingBox();
        ok(box && box.width > 500 && box.height > 80, JSON.stringify(box));
        ok(box.x >= 0 && box.x + box.width <= 1280, `cut off: ${JSON.stringify(box)}`);
      }
      await page.close();
    });

    for (const width of [360, 760, 1920]) {
      it(`fits a screen of ${width} pixels, its words whole (${clusters} clusters, ${colorScheme})`, async () => {
        ok(browser);
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        await page.goto(pathToFileURL(join(folder, `${colorScheme}.html`)).href);
        // What is wider scrolls by itself and not with the page.
        const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        equal(await page.evaluate(beyond), 0);
        for (const cell of await page.locator("td:last-child").all()) {
          const box = await cell.boundingBox();
          const text = (await cell.textContent()) ?? "";
          ok(box && box.width > Math.min(80, 5 * text.length), `${text} has ${box?.width} pixels`);
        }
        await page.close();
      });
    }

    it(`keeps text of the pictures apart and inside (${clusters} clusters, ${colorScheme})`, async () => {
      ok(browser);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
      await page.goto(pathToFileURL(join(folder, `${colorScheme}.html`)).href);
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
            // Lines of one box may touch: letters do not fill the height of their line.
            const across = Math.min(box.x + box.width, other.box.x + other.box.width) - Math.max(box.x, other.box.x);
            const down = Math.min(box.y + box.height, other.box.y + other.box.height) - Math.max(box.y, other.box.y);
            ok(across <= 0 || down <= 4, `${text} overlaps ${other.text}`);
          }
        }
      }
      await page.close();
    });
  }
});
