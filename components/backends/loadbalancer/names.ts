/** Names that the parts of this backend know each other by. */

/** Name of the HTTPS entry: the Service of its load balancer, and the class of its Ingresses. */
export const entryName = "https-entry";

/** Where the HTTPS entry listens. */
export const httpsPort = 443;

/** Where the ingress controller runs, behind the HTTPS entry. */
export const entryNamespace = "https-entry";

/** Helm's name for the ingress controller; the labels of its pods follow from it. */
export const controllerRelease = "traefik";

/** On all that the program makes for an exported Service: the cluster that owns it. */
export const ownerLabel = "multicluster-lab/owner";

/** On the same objects: how peers reach the Service, `tcp` or `https`. */
export const wayLabel = "multicluster-lab/way";
