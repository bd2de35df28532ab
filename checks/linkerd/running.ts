import {
  controlNamespace,
  gatewayName,
  mirrorController,
  multiclusterNamespace,
} from "../../components/backends/linkerd/names";
import { deployment, running } from "../common/workloads";

/** The control plane, the gateway where peers come in by one, and a controller for each peer that is mirrored. */
export const linkerdRunning = running({
  id: "linkerd-running",
  expects: "the control plane, the gateway and the controllers of all peers run",
  namespaces: [controlNamespace, multiclusterNamespace],
  needed: ({ gateway, reaches }) => [
    ...["linkerd-destination", "linkerd-identity", "linkerd-proxy-injector"].map((name) =>
      deployment(controlNamespace, name),
    ),
    ...(gateway === undefined ? [] : [deployment(multiclusterNamespace, gatewayName)]),
    ...reaches.map((peer) => deployment(multiclusterNamespace, mirrorController(peer))),
  ],
});
