/**
 * Online Boutique's services as data: ports, who calls whom, and what they ask of a node. Facts of
 * GoogleCloudPlatform/microservices-demo, release v0.10.5: release/kubernetes-manifests.yaml.
 */

import type { Architecture } from "../base/instance-types";

/**
 * Processors that the images are for. Releases are built by Cloud Build without a platform, which makes it amd64 alone; so is
 * v0.10.6, although its skaffold.yaml lists arm64 too (docs/releasing/make-docker-images.sh at both tags).
 */
export const imageArchitectures: readonly Architecture[] = ["amd64"];

/** Images of one release. */
const release = "v0.10.5";
const registry = "us-central1-docker.pkg.dev/google-samples/microservices-demo";

/** A service of the demo, wherever it runs. */
export interface BoutiqueService {
  /** Of its Service, Deployment and account, and the value of its pods' label `app`. */
  readonly name: string;
  /** With registry and tag. */
  readonly image: string;
  /** Where its Service listens; none for what only calls. */
  readonly port?: number;
  /** Where its pod listens. Default: `port`. */
  readonly targetPort?: number;
  /** What its Service's port is called, since meshes take the protocol from that; and how the kubelet asks after it. */
  readonly protocol: "grpc" | "http" | "tcp" | "none";
  /** The services that it calls, by the environment variables that take their addresses. */
  readonly calls: Readonly<Record<string, string>>;
  /** Environment variables that are the same everywhere. */
  readonly env: Readonly<Record<string, string>>;
  /** CPU in millicores, memory in MiB. */
  readonly requests: { readonly cpu: number; readonly memory: number };
  /** Seconds that its process has to end after it was told to. */
  readonly graceSeconds: number;
}

/** Where the release names none, Kubernetes' own. */
const defaultGrace = 30;
/** What the release gives most services. */
const shortGrace = 5;

const small = { cpu: 50, memory: 64 } as const;

function grpc(
  name: string,
  port: number,
  { targetPort, calls = {}, env = {}, requests = small, graceSeconds = shortGrace }: Partial<BoutiqueService> = {},
): BoutiqueService {
  return {
    name,
    image: `${registry}/${name}:${release}`,
    port,
    ...(targetPort ? { targetPort } : {}),
    protocol: "grpc",
    calls,
    env: { PORT: String(targetPort ?? port), ...env },
    requests,
    graceSeconds,
  };
}

/** Redis with the carts, whose data the demo replicates. Also the name of the Secret with its password. */
export const redisCart = "redis-cart";
/** Of the primary and its copies alike. */
const redisImage = "docker.io/library/redis:8.2-alpine";
/** Where Redis listens, Service and pod. */
export const redisPort = 6379;

/** The service that keeps the carts in Redis. */
export const redisClient = "cartservice";
/** Where it takes the address of Redis, with the password behind it (microservices-demo, src/cartservice). */
export const redisVariable = "REDIS_ADDR";

/** The service of which there is an instance on every cluster. It keeps no state. */
export const globalService = "productcatalogservice";

/** Where people come in. */
export const frontend = "frontend";
/** The Service of the load balancer before it. */
export const frontDoorName = `${frontend}-external`;
/** What it shows at the top of every page (microservices-demo, src/frontend/templates/header.html). */
export const messageVariable = "FRONTEND_MESSAGE";

/**
 * All services. With plain load balancers a service's node port follows from its place in this list: new ones go to the end.
 */
export const boutique: readonly BoutiqueService[] = [
  {
    name: frontend,
    image: `${registry}/${frontend}:${release}`,
    port: 80,
    targetPort: 8080,
    protocol: "http",
    calls: {
      PRODUCT_CATALOG_SERVICE_ADDR: globalService,
      CURRENCY_SERVICE_ADDR: "currencyservice",
      CART_SERVICE_ADDR: redisClient,
      RECOMMENDATION_SERVICE_ADDR: "recommendationservice",
      SHIPPING_SERVICE_ADDR: "shippingservice",
      CHECKOUT_SERVICE_ADDR: "checkoutservice",
      AD_SERVICE_ADDR: "adservice",
    },
    // It ends at once when a variable of an address is missing; the assistant itself is no part of the demo. The platform is
    // a banner on its pages: aws is one of those it knows (src/frontend/handlers.go).
    env: {
      PORT: "8080",
      SHOPPING_ASSISTANT_SERVICE_ADDR: "shoppingassistantservice:80",
      ENABLE_PROFILER: "0",
      ENV_PLATFORM: "aws",
    },
    requests: small,
    graceSeconds: defaultGrace,
  },
  grpc("adservice", 9555, { requests: { cpu: 100, memory: 180 } }),
  grpc("recommendationservice", 8080, {
    calls: { PRODUCT_CATALOG_SERVICE_ADDR: globalService },
    env: { DISABLE_PROFILER: "1" },
    requests: { cpu: 50, memory: 220 },
  }),
  grpc(globalService, 3550, { env: { DISABLE_PROFILER: "1" } }),
  grpc(redisClient, 7070, { calls: { [redisVariable]: redisCart }, requests: { cpu: 100, memory: 64 } }),
  grpc("checkoutservice", 5050, {
    calls: {
      PRODUCT_CATALOG_SERVICE_ADDR: globalService,
      SHIPPING_SERVICE_ADDR: "shippingservice",
      PAYMENT_SERVICE_ADDR: "paymentservice",
      EMAIL_SERVICE_ADDR: "emailservice",
      CURRENCY_SERVICE_ADDR: "currencyservice",
      CART_SERVICE_ADDR: redisClient,
    },
    graceSeconds: defaultGrace,
  }),
  grpc("currencyservice", 7000, { env: { DISABLE_PROFILER: "1" } }),
  grpc("paymentservice", 50051, { env: { DISABLE_PROFILER: "1" } }),
  grpc("shippingservice", 50051, { env: { DISABLE_PROFILER: "1" }, graceSeconds: defaultGrace }),
  grpc("emailservice", 5000, { targetPort: 8080, env: { DISABLE_PROFILER: "1" } }),
  {
    name: redisCart,
    image: redisImage,
    port: redisPort,
    protocol: "tcp",
    calls: {},
    env: {},
    requests: { cpu: 70, memory: 200 },
    graceSeconds: defaultGrace,
  },
  {
    name: "loadgenerator",
    image: `${registry}/loadgenerator:${release}`,
    protocol: "none",
    calls: { FRONTEND_ADDR: frontend },
    env: { USERS: "10", RATE: "1" },
    requests: { cpu: 100, memory: 256 },
    graceSeconds: shortGrace,
  },
];

/** Names of all services, in the order above. */
export const boutiqueNames: readonly string[] = boutique.map(({ name }) => name);

/** The front half has the carts and their Redis; the rest runs on the other cluster. */
const frontHalf = [
  frontend,
  "adservice",
  "recommendationservice",
  globalService,
  redisClient,
  redisCart,
  "loadgenerator",
];

/** Whether a service is of the front half. */
export function inFront(name: string): boolean {
  return frontHalf.includes(name);
}
