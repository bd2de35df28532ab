/**
 * An image by its own name or, with `images.registry`, by the one that it has there: the same path on another host.
 *
 * @param image with the host of its registry, with or without tag: `docker.io/library/redis:8.2-alpine`
 * @param registry HOST[:PORT][/PATH] without a slash at the end; undefined for the image's own
 */
export function imageFrom(image: string, registry: string | undefined): string {
  return registry === undefined ? image : `${registry}${image.slice(image.indexOf("/"))}`;
}
