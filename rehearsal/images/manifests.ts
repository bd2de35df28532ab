/** Images as manifests describe them (opencontainers/image-spec). */
import type { Blobs, Descriptor } from "./blobs";

/** Media types that are made here. */
export const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  zippedLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** Of an image for one platform, or the list of several images; docker's own have the same fields. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  /** Of a list. */
  readonly manifests?: readonly (Descriptor & { readonly platform?: Platform })[];
}

/** What an image runs on. */
export interface Platform {
  /** As Go calls it, e.g. `amd64`. */
  readonly architecture: string;
  readonly os: string;
}

/** How containers of an image are started, where a pod does not say (image-spec, config.md). */
export interface ContainerConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** `NAME=VALUE`. */
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
}

/** The platform of this machine. */
export function thisPlatform(): Platform {
  const architecture = { x64: "amd64" }[process.arch as string] ?? process.arch;
  return { architecture, os: "linux" };
}

/** Keeps an image of one layer that is not compressed. */
export async function addImage(blobs: Blobs, layer: Descriptor, config: ContainerConfig): Promise<Descriptor> {
  const configuration = await blobs.addJson(mediaTypes.config, {
    ...thisPlatform(),
    config,
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  const { manifest: mediaType } = mediaTypes;
  return await blobs.addJson(mediaType, { schemaVersion: 2, mediaType, config: configuration, layers: [layer] });
}

/** The media type of a manifest, which older ones leave out; undefined for what is none. */
export function mediaTypeOf(manifest: Partial<Manifest>): string | undefined {
  if (manifest.mediaType) return manifest.mediaType;
  if (manifest.manifests) return mediaTypes.index;
  return manifest.config && manifest.layers ? mediaTypes.manifest : undefined;
}
