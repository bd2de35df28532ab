/**
 * A mistake that the user can put right: its message is one sentence that says what is wrong and what to do, and is shown
 * without a stack trace. Everything else that is thrown is a defect of ours and keeps its stack.
 */
export class UserError extends Error {}
