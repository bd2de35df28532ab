/** What one kind of resource of the aws provider says of itself; `resource-handler.ts` does what all have in common. */
import type { AwsAccount, AwsService, Region, Tags } from "../../aws/account/account";
import { isAwsError } from "../../aws/account/errors";
import type { Props } from "../../base/operations";
import type { Operation, ResourceHandler } from "../provider";

/** Settings of one provider instance. */
export interface AwsConfig {
  readonly region: Region;
  /** Tags that every resource gets. */
  readonly defaultTags: Tags;
}

/** Handles one kind of resource for the engine. */
export type AwsHandler = ResourceHandler<AwsConfig>;

/** What a kind of resource works on. */
export interface Context {
  readonly account: AwsAccount;
  /** The resource's region: its own or the provider's. */
  readonly region: Region;
  readonly op: Operation<AwsConfig>;
  /** The resource's tags with the provider's defaults. */
  readonly tagsAll: Tags;
}

/** What a kind of resource says of itself. */
export interface ResourceKind {
  /** Whose API the resource is read and tagged by. IAM's resources have no region. */
  readonly service: AwsService;
  /** As the provider's errors call it, e.g. `EC2 VPC`. */
  readonly noun: string;
  /** Kind of the item in the account, for tags. Default: not tagged. */
  readonly item?: string;
  /** Properties that can only change by a replacement (`ForceNew`), or which of the changed ones. */
  readonly permanent: readonly string[] | ((changed: readonly string[], before: Props, after: Props) => string[]);
  /** Outputs within inputs that AWS fills in, e.g. `vpcConfig.vpcId`; a preview of a creation does not know them. */
  readonly filledIn?: readonly string[];
  /** Outputs that an update changes, e.g. the number of the latest version; a preview of an update does not know them. */
  readonly moving?: readonly string[];
  /** Makes up a `name` when neither it nor `namePrefix` is given. */
  readonly autoname?: boolean;
  /** Inputs as the provider takes them, e.g. policy documents as text. Default: as given. */
  readonly normalise?: (inputs: Props) => Props;
  /** Throws AwsError for what the provider refuses in its plan. Properties that are not known yet are left out. */
  readonly validate?: (inputs: Props) => void;
  /** Returns the id. */
  create(context: Context, inputs: Props): Promise<string>;
  /** Outputs as they are in the account now, undefined when it is gone. */
  live(context: Context, id: string, state: Props): Props | undefined;
  /** Carries out changes other than tags. Default: nothing to do. */
  update?(context: Context, id: string, news: Props, changed: readonly string[], state: Props): Promise<void>;
  delete(context: Context, id: string, state: Props): Promise<void>;
  /** The tags themselves, where they are not those of the item. */
  tags?(context: Context, id: string): Tags | undefined;
}

/** Seconds of AWS time between two attempts of the provider. */
const retryInterval = 10;

/**
 * Tries `task` again while AWS refuses it with one of `codes`, as the provider does: what is in the way may be going. After
 * `seconds` of AWS time, or of the user's `customTimeouts`, the refusal stands.
 */
export async function withRetries<T>(
  { account, op }: Pick<Context, "account" | "op">,
  seconds: number,
  codes: readonly string[],
  task: () => Promise<T>,
): Promise<T> {
  const deadline = account.clock.now() + (op.timeout || seconds);
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!isAwsError(error, ...codes) || account.clock.now() >= deadline) throw error;
      await account.sleep(retryInterval);
    }
  }
}
