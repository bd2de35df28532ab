/**
 * What the resources of the aws provider have in common: region, tags with the provider's defaults, names made up when none
 * is given, which properties force a replacement, the manner of its errors. Each kind of resource says only what is its own.
 */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { AwsAccount, Tags } from "../../aws/account/account";
import { type AwsError, isAwsError } from "../../aws/account/errors";
import { InitFailed, type Props } from "../../base/operations";
import { changedKeys, type Difference, type Operation, stable } from "../provider";
import { hasUnknown } from "../wire";
import type { AwsConfig, AwsHandler, Context, ResourceKind } from "./resource-kind";

/** How long the provider looks for what it has just made (aws provider, internal/service/ec2, propagation timeouts). */
const propagationSeconds = 300;

type Op = Operation<AwsConfig>;

/** The provider's handler of one kind of resource. */
export class AwsResourceHandler implements AwsHandler {
  constructor(
    private readonly account: AwsAccount,
    private readonly kind: ResourceKind,
  ) {}

  async check(op: Op, given: Props, olds: Props) {
    const { kind } = this;
    const inputs = { ...(kind.normalise?.(given) ?? given) };
    if (kind.autoname && !inputs.name && !inputs.namePrefix) {
      inputs.name = olds.name ?? `${op.name}-${this.account.newHex(7)}`;
    }
    try {
      kind.validate?.(known(inputs));
      return { inputs };
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return { inputs, failures: [{ property: "", reason: error.text }] };
    }
  }

  async diff(op: Op, _id: string, oldInputs: Props, news: Props, state: Props): Promise<Difference> {
    const { kind } = this;
    const changed = changedKeys(oldInputs, news);
    const permanent = replaced(kind, changed, oldInputs, news);
    if (isRegional(kind) && (news.region ?? op.config.region) !== state.region) {
      if (!changed.includes("region")) changed.push("region");
      permanent.push("region");
    }
    const retagged = state.tagsAll && stable(state.tagsAll) !== stable(this.context(op, news).tagsAll);
    if (retagged && !changed.includes("tags")) changed.push("tagsAll");
    // As the bridge does: what carries a fixed name cannot stand beside its successor.
    const named = permanent.length > 0 && !!kind.autoname && !!news.name && news.name === oldInputs.name;
    return { changed, replaces: permanent, deleteBeforeReplace: named };
  }

  /** As the bridge plans: computed values stay with an update, and are unknown before a creation. */
  async planned(op: Op, inputs: Props, state: Props | undefined): Promise<Props> {
    const { filledIn = [], moving = [] } = this.kind;
    const { tagsAll } = this.context(op, inputs);
    const plan: Props = { ...state, ...inputs, ...(state?.tagsAll ? { tagsAll } : {}) };
    for (const path of filledIn) {
      const [outer = "", inner = ""] = path.split(".");
      if (!plan[outer] || plan[outer] === unknownValue) continue;
      plan[outer] = { ...plan[outer], [inner]: state ? state[outer]?.[inner] : unknownValue };
    }
    return { ...plan, ...(state ? Object.fromEntries(moving.map((output) => [output, unknownValue])) : {}) };
  }

  async create(op: Op, inputs: Props) {
    const { kind } = this;
    const at = this.context(op, inputs);
    const id = await this.explaining("creating", at, op.name, () => kind.create(at, inputs));
    await this.readable(id, inputs);
    const outputs = this.outputs(at, id, inputs);
    if (!outputs) throw new Error(`${kind.noun} ${id} is not there after it was made`);
    return { id, outputs };
  }

  async read(op: Op, id: string, state: Props, inputs: Props) {
    const at = this.context(op, { ...inputs, ...state });
    const found = await this.explaining("reading", at, id, () =>
      this.account.call(`${this.kind.service}:Describe`, subjectOf(op), () => this.outputs(at, id, state)),
    );
    return found && { inputs: drifted(inputs, found), outputs: found };
  }

  async update(op: Op, id: string, state: Props, news: Props, oldInputs: Props) {
    const { kind } = this;
    const at = this.context(op, { ...news, region: state.region });
    await this.explaining("updating", at, id, async () => {
      const changed = changedKeys(oldInputs, news).filter((key) => key !== "tags");
      if (changed.length > 0) await kind.update?.(at, id, news, changed, state);
      await this.retag(at, id);
    });
    const now = this.outputs(at, id, news);
    if (!now) throw new Error(`updating ${kind.noun} (${id}): it does not exist any more; refresh the state first`);
    return now;
  }

  async delete(op: Op, id: string, state: Props): Promise<void> {
    const at = this.context(op, state);
    await this.explaining("deleting", at, id, async () => {
      try {
        await this.kind.delete(at, id, state);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    });
  }

  private context(op: Op, props: Props): Context {
    return {
      account: this.account,
      op,
      region: props.region ?? op.config.region,
      tagsAll: { ...op.config.defaultTags, ...props.tags },
    };
  }

  /** What was known, with what is in the account now; undefined when nothing is. */
  private outputs(at: Context, id: string, known: Props): Props | undefined {
    const live = this.kind.live(at, id, known);
    if (!live) return undefined;
    const tags = this.tagsOf(at, id);
    const region = isRegional(this.kind) ? { region: at.region } : {};
    return { ...known, ...live, ...region, ...(tags ? shownTags(at.op.config, tags) : {}) };
  }

  private tagsOf(at: Context, id: string): Tags | undefined {
    const { tags, item } = this.kind;
    if (tags) return tags(at, id);
    return item ? this.account.get(item, id)?.tags : undefined;
  }

  private async retag(at: Context, id: string): Promise<void> {
    const tags = this.tagsOf(at, id);
    if (!tags || stable(tags) === stable(at.tagsAll)) return;
    await this.account.call(`${this.kind.service}:CreateTags`, subjectOf(at.op), () => {
      for (const key of Object.keys(tags)) delete tags[key];
      Object.assign(tags, at.tagsAll);
    });
  }

  /** Waits until what was made can be read. The provider gives up after a while, and then knows its id alone. */
  private async readable(id: string, inputs: Props): Promise<void> {
    const { account, kind } = this;
    await account.sleep(Math.min(account.staleness, propagationSeconds));
    if (account.staleness <= propagationSeconds) return;
    throw new InitFailed(id, inputs, [`reading ${kind.noun} (${id}): couldn't find resource`]);
  }

  /** Refusals of AWS are told in the provider's words. */
  private explaining<T>(doing: string, at: Context, subject: string, task: () => Promise<T>): Promise<T> {
    return this.account.until(at.op.signal, task).catch((error) => {
      throw isAwsError(error) ? explained(doing, this.kind.noun, subject, error) : error;
    });
  }
}

function isRegional({ service }: ResourceKind): boolean {
  return service !== "iam";
}

/** The same in every run, for jitter and faults. */
function subjectOf({ type, name }: Op): string {
  return `${type} ${name}`;
}

function replaced({ permanent }: ResourceKind, changed: readonly string[], before: Props, after: Props): string[] {
  if (typeof permanent === "function") return permanent(changed, before, after);
  return changed.filter((key) => permanent.includes(key));
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
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !hasUnknown(value)));
}
