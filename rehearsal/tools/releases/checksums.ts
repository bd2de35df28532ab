/** Checksums of what is fetched: those that this project knows, and those that a release says of itself. */
import { fileName } from "./release";

/** SHA-256 of a file, and who says so. */
export interface Checksum {
  readonly sha256: string;
  readonly source: string;
}

/** Where the sums below are from. */
const sources = {
  kubespray: "kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml, 46dbdd39",
  tap: "pulumi/homebrew-tap, Formula/pulumi.rb, f745989e",
  helm: "the notes of the release, https://github.com/helm/helm/releases/tag/v3.21.4",
  aur: "the Arch User Repository, kwok-bin 0.8.0-1",
  // Two projects that fetched it say the same, one of which compared it with the release's own.
  apiserver: "two projects that compared it with the release's own",
  crane: "several projects that fetched it, which say the same",
} as const;

const kwok = "https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0";
const pulumi = "https://github.com/pulumi/pulumi/releases/download/v3.250.0";
const etcd = "https://github.com/etcd-io/etcd/releases/download/v3.6.8";
const helm = "https://get.helm.sh";
const kubernetes = "https://dl.k8s.io/release/v1.36.1/bin/linux";
const crane = "https://github.com/google/go-containerregistry/releases/download/v0.22.1";

const known = {
  kubespray: {
    [`${kubernetes}/amd64/kubelet`]: "7efa1780c73d9fb3a464002864e582eb2d15aa691e475eaae323093d08feae14",
    [`${kubernetes}/arm64/kubelet`]: "bf274dd3affbf2543d20465dee1f763f668f78c6fbd56197794f81337a49d687",
    [`${etcd}/etcd-v3.6.8-linux-amd64.tar.gz`]: "cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693",
    [`${etcd}/etcd-v3.6.8-linux-arm64.tar.gz`]: "438f56a700d17ce761510a3e63e6fa5c1d587b2dd4d7a22c179c09a649366760",
  },
  apiserver: {
    [`${kubernetes}/amd64/kube-apiserver`]: "9b4dba0a5b945f1fe0ce18f47535c5ff0c46ae384f9222047bce39fe91b6023e",
  },
  tap: {
    [`${pulumi}/pulumi-v3.250.0-linux-x64.tar.gz`]: "8916fd36ccc96adbd45ca679194b685e3b767d94502ae05610878a6d9870b8f3",
    [`${pulumi}/pulumi-v3.250.0-linux-arm64.tar.gz`]:
      "deb4bf0d05b4cbaf3adcf82ffa44039ad0ebf039e33338ead8136877a437b4e5",
  },
  helm: {
    [`${helm}/helm-v3.21.4-linux-amd64.tar.gz`]: "61f88ab166748cb19604d7884cb100ae9ccb13804ddeb98e08af167eacbb6a14",
    [`${helm}/helm-v3.21.4-linux-arm64.tar.gz`]: "b54c04b4e0b2540bbdc08c17a121dab70e9a2ed0de5705528fec68a5fd3b85a7",
  },
  aur: {
    [`${kwok}/kwok-linux-amd64`]: "f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46",
    [`${kwok}/kwokctl-linux-amd64`]: "d5743166c657283d6e827c7c4c20cacfd9009fd94830f06718ca7b2c7099461f",
    [`${kwok}/kwok-linux-arm64`]: "628f7d277860f524a2a775c217adcc58828e7b59ab0933680315784f1b8b0e37",
    [`${kwok}/kwokctl-linux-arm64`]: "5a642b27d3e975f36040d215640cd90fb4a63cb6fca0ad5865a61bcd9c81051b",
  },
  crane: {
    [`${crane}/go-containerregistry_Linux_x86_64.tar.gz`]:
      "0ab7a1d6932a213aed964ce97666c3077fe691c8606413674a8b3e0b9ec4cda0",
    [`${crane}/go-containerregistry_Linux_arm64.tar.gz`]:
      "898c0cff975f898a33e8c4580bdafb0e7c02c7faa33374e946762f97c4ab7110",
  },
} as const satisfies Partial<Record<keyof typeof sources, Record<string, string>>>;

/** By URL, the checksums of files of just the pinned versions. A newer version is trusted for its own until it is here. */
export const knownChecksums: Readonly<Record<string, Checksum>> = Object.fromEntries(
  Object.entries(known).flatMap(([key, sums]) =>
    Object.entries(sums).map(([url, sha256]) => [url, { sha256, source: sources[key as keyof typeof sources] }]),
  ),
);

/**
 * The checksum of a file in what a release says of its files: a line for each as `sha256sum` writes it, or the sum alone.
 * Undefined where there is none.
 */
export function saidChecksum(text: string, url: string): string | undefined {
  for (const line of text.split("\n")) {
    const { sha256, name } = /^(?<sha256>[0-9a-f]{64})(?:\s+\*?(?<name>\S+))?\s*$/i.exec(line.trim())?.groups ?? {};
    if (sha256 && (name === undefined || name.split("/").at(-1) === fileName(url))) return sha256.toLowerCase();
  }
  return undefined;
}
