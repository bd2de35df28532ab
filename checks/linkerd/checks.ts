import type { Check } from "../common/check";
import { mtuAsPlanned } from "../common/mtu";
import { proxiesIn } from "../common/proxies";
import { credentials } from "./credentials";
import { gatewayAddress } from "./gateway";
import { gatewayApiVersion } from "./gateway-api";
import { link } from "./link";
import { mirrors } from "./mirrors";
import { gatewayProbe } from "./probe";
import { linkerdRunning } from "./running";
import { issuersDiffer, issuerUnderRoot } from "./trust";

/** What must hold of Linkerd on every cluster and between each two. */
export const linkerdChecks: readonly Check[] = [
  mtuAsPlanned,
  linkerdRunning,
  gatewayApiVersion,
  issuerUnderRoot,
  issuersDiffer,
  gatewayAddress,
  credentials,
  link,
  mirrors,
  gatewayProbe,
  proxiesIn("linkerd", "linkerd-proxy"),
];
