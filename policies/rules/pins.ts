/** What is installed is named by its version, so that tomorrow's `up` installs the same; versions of add-ons are asked of EKS. */
import type { Props, ResourceRule } from "../base/rule";
import { list, unknown } from "../base/rule";

/** A version in full. Charts of some write a v before it. */
const exact = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

const podKinds = /^kubernetes:(core\/v1:Pod|apps\/v1:(Deployment|DaemonSet|StatefulSet)|batch\/v1:(Job|CronJob))$/;

export const pinRules: readonly ResourceRule[] = [
  {
    id: "pinned-charts",
    promise: "Charts are named by their version in full, or are files of that version",
    source: "docs/versions.md; helm/helm#1293: where no version is named, the latest is installed",
    of: "resource",
    problems: ({ type, props }) => {
      if (type !== "kubernetes:helm.sh/v3:Release") return [];
      const { chart, version } = props;
      const file = /-(v?\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(String(chart));
      const named = version ?? file?.[1];
      return named === unknown || exact.test(String(named)) ? [] : [`chart ${chart} has the version ${named}`];
    },
  },
  {
    id: "pinned-images",
    promise: "Images are named by a tag that is not latest, or by a digest",
    source: "Checkov CKV_K8S_14",
    of: "resource",
    problems: ({ type, props }) =>
      (podKinds.test(type) ? imagesOf(props) : [])
        .filter((image) => image !== unknown && !isPinned(String(image)))
        .map((image) => `image ${String(image)} is not pinned`),
  },
  {
    id: "pinned-eks",
    promise: "Clusters, node groups and add-ons are named by their version",
    source: "docs/versions.md; EKS API, CreateCluster: where no version is named, it is EKS's default of the day",
    of: "resource",
    problems: ({ type, props }) => {
      if (versioned.has(type) && props.version === undefined) return ["it names no version of Kubernetes"];
      return type === "aws:eks/addon:Addon" && props.addonVersion === undefined ? ["it names no version"] : [];
    },
  },
];

const versioned = new Set(["aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup"]);

function imagesOf(props: Props): unknown[] {
  const spec = props.spec?.jobTemplate?.spec?.template?.spec ?? props.spec?.template?.spec ?? props.spec;
  return [...list(spec?.initContainers), ...list(spec?.containers)].map(({ image }) => image);
}

function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  // A colon before the last slash is a registry's port.
  const tag = /:([\w.-]+)$/.exec(image.slice(image.lastIndexOf("/") + 1))?.[1];
  return tag !== undefined && tag !== "latest";
}
