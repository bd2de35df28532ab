/** Where packets seem to come from when they arrive. */
export type Source =
  | { readonly kind: "cidr"; readonly cidr: string }
  /** The public address of a cluster's NAT gateway, which AWS chooses. */
  | { readonly kind: "natAddress"; readonly cluster: string };

/** Where senders come from whose addresses are not known before they are there, and change with them. */
export const anywhere: Source = { kind: "cidr", cidr: "0.0.0.0/0" };
