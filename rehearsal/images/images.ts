/** The images of this machine, opened. */
import { importArchives } from "./archives";
import { ImageStore, type StoreOptions } from "./store";

/**
 * Opens the images of a folder, and reads those of the archives that a user gives.
 *
 * @throws UserError for archives that hold no images
 */
export async function openImageStore({
  report,
  ...options
}: StoreOptions & { readonly report: (line: string) => void }): Promise<ImageStore> {
  const store = new ImageStore(options);
  if (options.archives !== undefined) await importArchives(store, options.archives, report);
  return store;
}
