import { Controller } from "../aws/cluster/controller";

/** Real milliseconds from one look at the account to the next. */
const interval = 250;

/** Keeps the network in line with the account, beside everything else and without holding AWS's clock. */
export class Follower extends Controller {
  /** @param refresh one look; must not reject */
  constructor(private readonly refresh: () => Promise<void>) {
    super(interval);
  }

  protected override reconcile(): Promise<void> {
    return this.refresh();
  }
}
