import { parseArgs } from "node:util";
import { CannotAsk } from "./cannot-ask";

/** What was asked for on the command line. */
export interface VerifyOptions {
  /** Whose outputs say what the lab is, unless `outputs` does. */
  readonly stack: string;
  /** File with the outputs of a stack whose state is elsewhere. */
  readonly outputs: string | undefined;
  /** File with contexts for the clusters, in the place of the kubeconfigs in the outputs. */
  readonly kubeconfig: string | undefined;
  /** Of that file: `CONTEXT`, or `CLUSTER=CONTEXT`. */
  readonly contexts: readonly string[];
  /** Make stand-ins for services on the clusters, and take them away again, to see who answers whom. */
  readonly probes: boolean;
  /** Take things away, one after the other, and put them back, to see what callers feel. */
  readonly disrupt: boolean;
  /** Write the findings as JSON, in the place of lines. */
  readonly json: boolean;
  /** Where to write the findings as JUnit's XML. */
  readonly junit: string | undefined;
  /** Where to write what the clusters say, when a check fails. */
  readonly bundle: string | undefined;
  readonly help: boolean;
}

/** What `--help` says. */
export const usage = `npm run verify -- [options]    ask the checks of a lab that is up

  --stack NAME          stack (default: dev)
  --outputs FILE        the lab's outputs, of a stack whose state is elsewhere; there they are written by
                        pulumi stack output --json --show-secrets
  --kubeconfig FILE     reach the clusters by this file's contexts, not by the kubeconfigs in the outputs
  --context CONTEXT     one for each cluster, with --kubeconfig; repeatable. It is for the cluster whose API server it
                        leads to, or write CLUSTER=CONTEXT
  --no-probes           make nothing. Else, where pods run, there are pods of fortio in the namespace lab-probes of every
                        cluster while the checks are asked, by which is seen who answers whom
  --disrupt             when all checks passed: take away a gateway pod, a zone's nodes behind the load balancer and the
                        local instances of a global Service, one after the other, each put back before the next, and
                        count what callers feel. Callers are cut off for a while
  --json                write the findings as JSON
  --junit FILE          write the findings as JUnit's XML too
  --bundle FILE         if a check fails, write objects, events, logs and the backend's own status of all clusters as
                        .tar.gz, without what is secret

Exit codes: 0 all is well, 1 a check failed, 2 the checks could not be asked.
Behind a proxy set HTTPS_PROXY and NO_PROXY, as for kubectl.`;

/** @throws CannotAsk naming the option that is wrong */
export function parseOptions(argv: readonly string[]): VerifyOptions {
  const { context, ...values } = parse(argv);
  if ((values.kubeconfig === undefined) !== (context.length === 0)) {
    throw new CannotAsk(
      "--kubeconfig FILE and --context CONTEXT belong together: give both, a context for each cluster.",
    );
  }
  return {
    stack: values.stack,
    outputs: values.outputs,
    kubeconfig: values.kubeconfig,
    contexts: context,
    probes: !values["no-probes"],
    disrupt: values.disrupt,
    json: values.json,
    junit: values.junit,
    bundle: values.bundle,
    help: values.help,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        stack: { type: "string", default: "dev" },
        outputs: { type: "string" },
        kubeconfig: { type: "string" },
        context: { type: "string", multiple: true, default: [] },
        "no-probes": { type: "boolean", default: false },
        disrupt: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        junit: { type: "string" },
        bundle: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotAsk(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
