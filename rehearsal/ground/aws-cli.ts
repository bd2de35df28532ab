import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * An `aws` command for what reaches emulated clusters the way real ones are reached: it answers `--version`, which
 * pulumi-eks asks for, and `eks get-token`, which kubeconfigs of EKS run. It knows nothing else.
 */
export class AwsCli {
  /** To be put before PATH. */
  readonly bin: string;
  private readonly tokens: string;

  constructor(home: string) {
    this.bin = join(home, "bin");
    this.tokens = join(home, "tokens");
    mkdirSync(this.bin, { recursive: true });
    mkdirSync(this.tokens, { recursive: true, mode: 0o700 });
    const path = join(this.bin, "aws");
    writeFileSync(path, script(this.tokens));
    chmodSync(path, 0o755);
  }

  /** Hands out `token` for the cluster from now on. */
  grant(cluster: string, token: string): void {
    writeFileSync(join(this.tokens, cluster), token, { mode: 0o600 });
  }
}

function script(tokens: string): string {
  return `#!/bin/sh
# The rehearsal's stand-in for the AWS command line.
case "$1" in --version) echo "aws-cli/2.31.0 Python/3.13 Linux exe/x86_64"; exit 0;; esac
command="" cluster=""
while [ $# -gt 0 ]; do
  case "$1" in
    --cluster-name) cluster="$2"; shift 2;;
    --region|--output|--profile|--role|--role-arn) shift 2;;
    -*) shift;;
    *) command="$command $1"; shift;;
  esac
done
if [ "$command" != " eks get-token" ]; then
  echo "the rehearsal's aws command only knows --version and eks get-token" >&2; exit 1
fi
case "$cluster" in ""|*/*) echo "eks get-token needs --cluster-name" >&2; exit 1;; esac
if [ ! -r "${tokens}/$cluster" ]; then echo "No cluster found for name: $cluster." >&2; exit 254; fi
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{},"status":{"token":"%s"}}\\n' "$(cat "${tokens}/$cluster")"
`;
}
