import { backendNames, profileOf } from "../../components/backends/profiles";
import { boutiqueRegistry, boutiqueRelease, redisImage } from "../../components/demo/boutique";
import { table } from "./markdown";

/** What the lab pins: where it comes from, and which page says that there is something newer. */
export function pinsTable(): string {
  const charts = backendNames.flatMap((backend) =>
    Object.values(profileOf(backend).charts).map(({ name, version, repository, source, reviewed }) => [
      profileOf(backend).title,
      `chart \`${name}\` ${version}`,
      repository,
      source,
      reviewed,
    ]),
  );
  const reviewed = "2026-11-27";
  const demo = [
    [
      "Online Boutique",
      `images ${boutiqueRelease}`,
      boutiqueRegistry,
      "https://github.com/GoogleCloudPlatform/microservices-demo/releases",
      reviewed,
    ],
    ["Online Boutique", `image \`${redisImage}\``, "docker.io", "https://hub.docker.com/_/redis/tags", reviewed],
    [
      "EKS add-ons",
      "EKS's default for the Kubernetes version, asked at every `pulumi up`",
      "AWS",
      "https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html",
      reviewed,
    ],
  ];
  return table(["of", "what", "from", "what says that it moved", "reviewed"], [...charts, ...demo]);
}
