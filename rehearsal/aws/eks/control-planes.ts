/** The control planes behind clusters, as far as EKS knows them: who makes them is handed in. */

/** What EKS asks for. */
export interface ControlPlaneSpec {
  /** Name of the cluster. */
  readonly name: string;
  /** Kubernetes version that EKS was asked for. */
  readonly version: string;
  readonly serviceCidr: string;
  /** URL by which the API server is to answer where nodes are real. */
  readonly endpoint: string;
  /** Of the cluster's interfaces in its VPC. */
  readonly privateAddresses: readonly string[];
}

/** What it gets. */
export interface ControlPlane {
  /** URL of the API server. */
  readonly endpoint: string;
  /** Of the API server's certificate: PEM in base64. */
  readonly certificateAuthority: string;
  /** For the administrator, complete in itself. */
  readonly kubeconfig: string;
}

/** Who makes control planes; by the cluster's name. */
export interface ControlPlaneMaker {
  create(spec: ControlPlaneSpec): Promise<ControlPlane>;
  get(name: string): ControlPlane | undefined;
  delete(name: string): Promise<void>;
}
