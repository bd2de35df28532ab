/** What disk it takes to make images of real nodes. */
import { megabyte } from "../base/machine";
import type { MadeImage } from "../images/recipes";
import { short } from "./preflight";

/**
 * Megabytes of each. Measured: modules and what Go compiles of them, which is most of it, programs, and the image with what
 * is there besides while it is made. What Go compiles of Traefik was not: it is put as Istio's.
 */
const needed: Readonly<Record<MadeImage, number>> = {
  pause: 10,
  coredns: 3000,
  fortio: 100,
  traefik: 3000,
  redis: 100,
  "istio-pilot": 2900,
  "istio-proxy": 600,
  cilium: 5000,
  "cilium-operator": 500,
  "clustermesh-apiserver": 500,
  // Of the same program as `pause`.
  "aws-node": 0,
  "kube-proxy": 0,
  "eks-pod-identity-agent": 0,
};

/** Bytes of disk for making images. */
export function imageDiskNeeded(images: readonly MadeImage[]): number {
  return images.reduce((sum, name) => sum + needed[name] * megabyte, 0);
}

/** Why images cannot be made with so much disk left, and what to do: one sentence. Undefined when they can. */
export function noDiskForImages(images: readonly MadeImage[], disk: number): string | undefined {
  return short("disk to make images", disk, imageDiskNeeded(images), "make room, or set GOCACHE and XDG_CACHE_HOME");
}
