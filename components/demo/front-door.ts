import type { Balancer } from "../plan/balancer";
import { frontend } from "./boutique";

/** The load balancer through which people reach the demo. */
export const frontDoor = {
  /** The service behind it. */
  of: frontend,
  balancer: {
    name: "frontend-external",
    why: "people come in here",
    labels: {},
    selector: { app: frontend },
    ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 32080 }],
  } satisfies Omit<Balancer, "namespace">,
} as const;
