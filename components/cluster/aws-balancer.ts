/** What AWS's controller of load balancers is told by annotations. */
import type { Exposure } from "../plan/balancer";

/** Without it the controller makes an internet-facing one. */
export const internalAnnotation = "service.beta.kubernetes.io/aws-load-balancer-internal";

/** Of a Service with a network load balancer over both zones. */
export function awsAnnotations(
  exposure: Exposure,
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
    ...(exposure === "private" ? { [internalAnnotation]: "true" } : {}),
    "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": tagList(tags),
    "service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled": "true",
  };
}

/** As the controller takes them apart (cloud-provider-aws, getKeyValuePropertiesFromAnnotation). */
function tagList(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
