/** Where container images come from. */

/** Gives an image, or what the names of several begin with, as nodes are to pull it. */
export type ImageSource = (image: string) => string;

/**
 * Images of their own registries, or of the one of `images.registry` under the same path: `docker.io/istio/pilot` becomes
 * `REGISTRY/istio/pilot`. Names are given with their registry, so that nothing depends on what a node takes for its default.
 */
export function imagesFrom(registry: string | undefined): ImageSource {
  if (registry === undefined) return (image) => image;
  return (image) => [registry, ...image.split("/").slice(1)].join("/");
}
