/** Programs in images, built from the Go modules that the folders of `programs` pin. */
import { join } from "node:path";
import { type GoProgram, programVersion } from "../tools/program";

/** One that is a package of a module. */
type ModuleProgram = GoProgram & { readonly module: string };

/** A program by the folder of its go.mod. */
function program(folder: string, of: Omit<ModuleProgram, "moduleFolder">): ModuleProgram {
  return { ...of, moduleFolder: join(__dirname, "programs", folder) };
}

/**
 * What Istio's programs say to each other that they are, as its builds between releases do: pilot gives a proxy only what its
 * version knows, and would take a module's version for one from before there was Istio.
 */
function istioProgram(name: "pilot-agent" | "pilot-discovery"): ModuleProgram {
  const module = "istio.io/istio";
  return program("istio", {
    name,
    module,
    package: `${module}/pilot/cmd/${name}`,
    stamp: (version) => [`${module}/pkg/version.buildVersion=1.31-alpha.${version.split("-").at(-1)}`],
  });
}

/** A program of Cilium, which says in its version of which release it is, as its Makefile.defs does it. */
function ciliumProgram(name: string, folder: string, tags: readonly string[] = []): ModuleProgram {
  const module = "github.com/cilium/cilium";
  return program("cilium", {
    name,
    module,
    package: `${module}/${folder}`,
    tags,
    stamp: (version) => [`${module}/pkg/version.ciliumVersion=${version.slice(1)}`],
  });
}

/** All of them. */
export const imagePrograms = {
  /** Of this project. */
  pause: { name: "pause", moduleFolder: join(__dirname, "programs", "pause"), package: ".", stamp: () => [] },
  coredns: program("coredns", {
    name: "coredns",
    module: "github.com/coredns/coredns",
    package: "github.com/coredns/coredns",
    stamp: () => [],
  }),
  fortio: program("fortio", {
    name: "fortio",
    module: "fortio.org/fortio",
    package: "fortio.org/fortio",
    stamp: () => [],
  }),
  traefik: program("traefik", {
    name: "traefik",
    module: "github.com/traefik/traefik/v3",
    package: "github.com/traefik/traefik/v3/cmd/traefik",
    stamp: (version) => [`github.com/traefik/traefik/v3/pkg/version.Version=${version.slice(1)}`],
    // Certificates of authorities that ask for a record in DNS are none that the lab has: without the hundred SDKs for that,
    // some of which are not on every module proxy.
    patched: {
      module: "github.com/go-acme/lego/v5",
      files: { "dns_providers.go": "providers/dns/zz_gen_dns_providers.go" },
    },
  }),
  pilotDiscovery: istioProgram("pilot-discovery"),
  pilotAgent: istioProgram("pilot-agent"),
  ciliumAgent: ciliumProgram("cilium-agent", "daemon"),
  ciliumCni: ciliumProgram("cilium-cni", "plugins/cilium-cni"),
  ciliumDbg: ciliumProgram("cilium-dbg", "cilium-dbg"),
  ciliumHealthResponder: ciliumProgram("cilium-health-responder", "cilium-health/responder"),
  ciliumMount: ciliumProgram("cilium-mount", "tools/mount"),
  ciliumSysctlfix: ciliumProgram("cilium-sysctlfix", "tools/sysctlfix"),
  // Of its kinds the one that gives pods addresses of a pool.
  ciliumOperator: ciliumProgram("cilium-operator-generic", "operator", ["ipam_provider_operator"]),
  clustermeshApiserver: ciliumProgram("clustermesh-apiserver", "clustermesh-apiserver"),
} as const satisfies Record<string, GoProgram>;

/** The version of Istio that its images are made of. */
export function istioVersion(): string {
  return programVersion(imagePrograms.pilotAgent);
}
