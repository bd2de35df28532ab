import type { Traffic } from "../../plan/flows";
import type { Encapsulation } from "../../plan/networking";
import type { CableDriverName } from "./names";

/** A kind of tunnel between gateways. */
interface Cable {
  /** Whether it hides from the path between the clusters what goes through it. */
  readonly encrypted: boolean;
  /** What it puts around a packet. */
  readonly encapsulation: Encapsulation;
  /** What its tunnels are made of, where gateways see each other's own addresses and where there is NAT. */
  readonly traffic: (nat: boolean) => readonly { readonly traffic: Traffic; readonly why: string }[];
}

const udp = (port: number): Traffic => ({ protocol: "udp", port });

/** Ports: submariner, pkg/port/ports.go. */
const discovery = { traffic: udp(4490), why: "gateways find out whether there is NAT between them" };

/**
 * The cable drivers. Inside of a cluster a packet goes to its gateway in Submariner's own VXLAN (50 bytes around it on a wire
 * of 9001); there it is taken out and put into the cable. So it is never in both at once, and the cable decides, because
 * none of them takes less than 50 from a path that is never wider than 9001.
 */
export const cables: Readonly<Record<CableDriverName, Cable>> = {
  libreswan: {
    encrypted: true,
    // Submariner's own figure (mtuhandler.go, MaxIPSecOverhead without the 40 of TCP and IP). ESP in UDP needs 62 with
    // AES-GCM and 78 with AES-CBC and SHA-256.
    encapsulation: { name: "IPsec", overhead: 80 },
    traffic: (nat) => [
      ...(nat
        ? []
        : [
            { traffic: udp(500), why: "IKE between gateways" },
            { traffic: { protocol: "esp" } as const, why: "IPsec between gateways" },
          ]),
      { traffic: udp(4500), why: nat ? "IKE and IPsec in UDP between gateways" : "IKE between gateways" },
      discovery,
    ],
  },
  wireguard: {
    encrypted: true,
    // Submariner leaves the device at the kernel's default of 1420, which is what goes through an Ethernet of 1500
    // (linux, drivers/net/wireguard/device.c); it does not become wider on a wider path.
    encapsulation: { name: "WireGuard", overhead: 80, largest: 1420 },
    traffic: () => [{ traffic: udp(4500), why: "WireGuard between gateways" }, discovery],
  },
  vxlan: {
    encrypted: false,
    encapsulation: { name: "VXLAN", overhead: 50 },
    traffic: () => [{ traffic: udp(4500), why: "VXLAN between gateways, not encrypted" }, discovery],
  },
};
