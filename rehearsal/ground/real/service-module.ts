/** What this ground answers in the process of AWS's services: pulls of images, and where pods go. */

import { registryHandler } from "../../images/registry";
import { ImageStore, type StoreOptions } from "../../images/store";
import type { MakeService } from "../../network/services/service-module";
import { placementHandler, placementPath } from "../../nodes/placement-webhook";
import { simulatedNodeName } from "./cluster-parts";
import { registriesAt } from "./upstream-server";

/** What the module is given: plain data, since it runs elsewhere. */
export interface ServiceModuleOptions {
  /** How the image store is opened. */
  readonly store: StoreOptions;
  /** Socket at which the registries of the world are asked. */
  readonly socket: string;
}

const makeService: MakeService = (options) => {
  const { store: folders, socket } = options as ServiceModuleOptions;
  const store = new ImageStore(folders);
  const world = registriesAt(socket);
  const canBeHad = async (image: string) => store.resolve(image) !== undefined || world.canBeHad(image);
  return {
    registry: registryHandler(store, (image) => world.pull(image)),
    webhooks: { [placementPath]: placementHandler(canBeHad, simulatedNodeName) },
  };
};

export default makeService;
