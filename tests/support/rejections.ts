/**
 * A resource with a rejected input rejects a promise that nobody awaits. mocha lets that pass, so it is caught here and
 * fails the test during which it happened.
 */
const rejections: unknown[] = [];

process.prependListener("unhandledRejection", (reason) => rejections.push(reason));

/** Lets those pass that a test brings about: a program that refuses rejects the promise of its outputs too. */
export async function expectRejections(reason: RegExp): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const others = rejections.filter((each) => !reason.test(String(each)));
  rejections.splice(0, rejections.length, ...others);
}

export const mochaHooks = {
  async afterEach(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = rejections.splice(0);
    if (first !== undefined) throw first instanceof Error ? first : new Error(`unhandled rejection: ${String(first)}`);
  },
};
