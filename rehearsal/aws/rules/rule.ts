/** Something that AWS enforces, and where it is written that it does. */
export interface AwsRule {
  /** By it the test that breaks the rule is found. */
  readonly id: string;
  /** What is refused, or enforced. */
  readonly what: string;
  /** A guide or reference of AWS, or the code of what runs there. */
  readonly source: string;
}
