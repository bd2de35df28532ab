/**
 * Why the checks cannot be asked, where the user can put it right: a sentence that says what is wrong and what to do, shown
 * without a stack trace.
 */
export class CannotAsk extends Error {}
