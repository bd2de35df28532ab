/**
 * A test that takes minutes and shows of a variant what another test shows of the kind. `ALL_TESTS=1 npm test` runs it; else it
 * is counted as skipped. One that is changed, or for which something was changed, is run by name before it lands.
 */
export const thorough: (title: string, test: Mocha.AsyncFunc) => Mocha.Test = process.env.ALL_TESTS ? it : it.skip;
