/**
 * A resource with a rejected input rejects a promise that nobody awaits. mocha lets that pass, so it is caught here and
 * fails the test during which it happened.
 */
const rejections: unknown[] = [];

process.prependListener("unhandledRejection", (reason) => rejections.push(reason));

export const mochaHooks = {
  async afterEach(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = rejections.splice(0);
    if (first !== undefined) throw first instanceof Error ? first : new Error(`unhandled rejection: ${String(first)}`);
  },
};
