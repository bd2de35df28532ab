/**
 * What the resources of the aws provider have in common: region, tags with the provider's defaults, names made up when none
 * is given, which properties force a replacement, the manner of its errors. Each kind of resource says only what is its own.
 */
import type { AwsAccount, Region, Tags } from "../../aws/account/account";
import { type AwsError, isAwsError } from "../../aws/account/errors";
import { changedKeys, InitFailed, type Operation, type Props, type ResourceHandler, stable } from "../server";

/** Settings of one provider instance. */
export interface AwsConfig {
  readonly region: Region;
  /** Tags that every resource gets. */
  readonly defaultTags: Tags;
}

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

export interface ResourceKind {
  /** As the provider's errors call it, e.g. `EC2 VPC`. */
  readonly noun: string;
  /** Kind of the item in the account, for tags. Default: not tagged. */
  readonly item?: string;
  /** Properties that can only change by a replacement (`ForceNew`), or which of the changed ones. */
  readonly permanent: readonly string[] | ((changed: readonly string[], before: Props, after: Props) => string[]);
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

/** What the engine sends for values that are not known before the update. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function handlerOf(account: AwsAccount, kind: ResourceKind): AwsHandler {
  const context = (op: Operation<AwsConfig>, props: Props): Context => ({
    account,
    op,
    region: props.region ?? op.config.region,
    tagsAll: { ...op.config.defaultTags, ...props.tags },
  });
  const tagsOf = (at: Context, id: string) =>
    kind.tags ? kind.tags(at, id) : kind.item ? account.get(kind.item, id)?.tags : undefined;
  const outputs = (at: Context, id: string, known: Props): Props | undefined => {
    const live = kind.live(at, id, known);
    if (!live) return undefined;
    const tags = tagsOf(at, id);
    const region = service(kind) === "iam" ? {} : { region: at.region };
    return { ...known, ...live, ...region, ...(tags ? shownTags(at.op.config, tags) : {}) };
  };
  const explain = <T>(doing: string, at: Context, subject: string, task: () => Promise<T>) =>
    account.until(at.op.signal, task).catch((error) => {
      throw isAwsError(error) ? explained(doing, kind.noun, subject, error) : error;
    });

  return {
    check: async (op, given, olds) => {
      const inputs = { ...(kind.normalise?.(given) ?? given) };
      if (kind.autoname && !inputs.name && !inputs.namePrefix) {
        inputs.name = olds.name ?? `${op.name}-${account.newHex(7)}`;
      }
      try {
        kind.validate?.(known(inputs));
        return { inputs };
      } catch (error) {
        if (!isAwsError(error)) throw error;
        return { inputs, failures: [{ property: "", reason: error.text }] };
      }
    },
    diff: async (op, _id, oldInputs, news, state) => {
      const changed = changedKeys(oldInputs, news);
      const permanent = replaced(kind, changed, oldInputs, news);
      if (service(kind) !== "iam" && (news.region ?? op.config.region) !== state.region) {
        if (!changed.includes("region")) changed.push("region");
        permanent.push("region");
      }
      const retagged = state.tagsAll && stable(state.tagsAll) !== stable(context(op, news).tagsAll);
      if (retagged && !changed.includes("tags")) changed.push("tagsAll");
      // As the bridge does: what carries a fixed name cannot stand beside its successor.
      const named = permanent.length > 0 && !!kind.autoname && !!news.name && news.name === oldInputs.name;
      return { changed, replaces: permanent, deleteBeforeReplace: named };
    },
    create: async (op, inputs) => {
      const at = context(op, inputs);
      const id = await explain("creating", at, op.name, () => kind.create(at, inputs));
      await readable(account, kind, id, inputs);
      const made = outputs(at, id, inputs);
      if (!made) throw new Error(`${kind.noun} ${id} is not there after it was made`);
      return { id, outputs: made };
    },
    read: async (op, id, state, inputs) => {
      const at = context(op, { ...inputs, ...state });
      const found = await explain("reading", at, id, () =>
        account.call(`${service(kind)}:Describe`, `${op.type} ${op.name}`, () => outputs(at, id, state)),
      );
      return found && { inputs: drifted(inputs, found), outputs: found };
    },
    update: async (op, id, state, news, oldInputs) => {
      const at = context(op, { ...news, region: state.region });
      await explain("updating", at, id, async () => {
        const changed = changedKeys(oldInputs, news).filter((key) => key !== "tags");
        if (changed.length > 0) await kind.update?.(at, id, news, changed, state);
        const tags = tagsOf(at, id);
        if (tags && stable(tags) !== stable(at.tagsAll)) {
          await account.call(`${service(kind)}:CreateTags`, `${op.type} ${op.name}`, () => {
            for (const key of Object.keys(tags)) delete tags[key];
            Object.assign(tags, at.tagsAll);
          });
        }
      });
      const now = outputs(at, id, news);
      if (!now) throw new Error(`updating ${kind.noun} (${id}): it does not exist any more; refresh the state first`);
      return now;
    },
    delete: async (op, id, state) => {
      const at = context(op, state);
      await explain("deleting", at, id, async () => {
        try {
          await kind.delete(at, id, state);
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      });
    },
  };
}

/** How long the provider looks for what it has just made (aws provider, internal/service/ec2, propagation timeouts). */
const propagationSeconds = 300;

/** Waits until what was made can be read. The provider gives up after a while, and then knows its id alone. */
async function readable(account: AwsAccount, kind: ResourceKind, id: string, inputs: Props): Promise<void> {
  await account.sleep(Math.min(account.staleness, propagationSeconds));
  if (account.staleness <= propagationSeconds) return;
  throw new InitFailed(id, inputs, [`reading ${kind.noun} (${id}): couldn't find resource`]);
}

function replaced({ permanent }: ResourceKind, changed: readonly string[], before: Props, after: Props): string[] {
  if (typeof permanent === "function") return permanent(changed, before, after);
  return changed.filter((key) => permanent.includes(key));
}

/** Steps in which the provider tries again, in seconds of AWS time. */
const step = 10;

/**
 * Tries `task` again while AWS refuses it with one of `codes`, as the provider does: what is in the way may be going. After
 * `seconds` of AWS time, or of the user's `customTimeouts`, the refusal stands.
 */
export async function patiently<T>(
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
      await account.sleep(step);
    }
  }
}

/** Whether the error says that the thing, or what it was part of, is gone: then there is nothing left to delete. */
function isGone(error: unknown): boolean {
  return isAwsError(error) && /NotFound$|^NoSuchEntity$|^Gateway\.NotAttached$/.test(error.code);
}

function explained(doing: string, noun: string, subject: string, error: AwsError): Error {
  const [api = "", action = ""] = error.operation?.split(":") ?? [];
  const where = error.operation ? `operation error ${api.toUpperCase()}: ${action}, ` : "";
  return new Error(`${doing} ${noun} (${subject}): ${where}api error ${error.code}: ${error.text}`, { cause: error });
}

function service(kind: ResourceKind): string {
  return kind.noun.startsWith("IAM") ? "iam" : "ec2";
}

/** `tags` without the provider's defaults, `tagsAll` with them, as the provider shows them. */
function shownTags({ defaultTags }: AwsConfig, tagsAll: Tags): Props {
  const own = Object.entries(tagsAll).filter(([key, value]) => defaultTags[key] !== value);
  return { tags: Object.fromEntries(own), tagsAll: { ...tagsAll } };
}

/** The inputs as they would have to be for what is there now. Only plain values and tags are compared. */
function drifted(inputs: Props, live: Props): Props {
  const plain = ([key, value]: [string, unknown]) =>
    key === "tags" || ["string", "number", "boolean"].includes(typeof value);
  const entries = Object.entries(inputs).filter(plain);
  return { ...inputs, ...Object.fromEntries(entries.map(([key, value]) => [key, key in live ? live[key] : value])) };
}

function known(inputs: Props): Props {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== unknown));
}
