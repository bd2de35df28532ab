import type { RequestListener } from "node:http";

/** What a module of a higher layer answers in the services' process. */
export interface ServiceModule {
  /** Requests of image registries; one module at most has it. */
  readonly registry?: RequestListener;
  /** Calls of admission webhooks, by path. */
  readonly webhooks?: Readonly<Record<string, RequestListener>>;
}

/** Makes it from the plain data that came with it. */
export type MakeService = (options: unknown) => ServiceModule | Promise<ServiceModule>;
