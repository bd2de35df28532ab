/** Amazon's resolver of every VPC: names of load balancers, API servers and instances, and nothing else. */
import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, type Question, streamEncode } from "dns-packet";
import type { HostName } from "../plan/desired";
import type { World } from "./messages";

/** Seconds for which answers may be kept: Elastic Load Balancing's (ELB user guide, how-elastic-load-balancing-works). */
const ttl = 60;

/** Reply code "no such name" (RFC 1035). */
const nxDomain = 3;

/** What there is to know about names now. */
export type DnsWorld = Pick<World, "vpcs" | "names">;

/** Answers questions by UDP and TCP until the process ends. */
export class Resolver {
  private asked = 0;

  /**
   * @param world what is known when a question comes
   * @param speed AWS seconds in a real second: answers may be kept for as much less
   */
  constructor(
    private readonly world: () => DnsWorld,
    private readonly speed: number,
  ) {}

  /** Resolves when both sockets are open. */
  async listen(port: number, address: string): Promise<void> {
    const udp = createSocket("udp4", (message, { address: from, port: fromPort }) => {
      const reply = this.reply(message, from);
      if (reply) udp.send(encode(reply), fromPort, from);
    });
    const tcp = createServer((socket) => this.converse(socket));
    await new Promise<void>((resolve) => udp.bind(port, address, resolve));
    await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
  }

  /**
   * The answer to one packet; undefined for what is none.
   *
   * @param from address of the VPC's router
   */
  reply(message: Buffer, from: string): DecodedReply | undefined {
    const packet = parsed(message);
    const [question] = packet?.questions ?? [];
    if (!packet || !question) return undefined;
    const addresses = this.addresses(question.name.toLowerCase(), from);
    const answers = question.type === "A" ? this.turned(addresses ?? []) : [];
    const flags =
      AUTHORITATIVE_ANSWER | ((packet.flags ?? 0) & recursionDesired) | recursionAvailable | (addresses ? 0 : nxDomain);
    return {
      type: "response",
      id: packet.id ?? 0,
      flags,
      questions: [question],
      answers: answers.map((data) => ({
        type: "A",
        name: question.name,
        ttl: Math.max(1, Math.round(ttl / this.speed)),
        data,
      })),
    };
  }

  /** By TCP, messages have their length before them (RFC 1035). */
  private converse(socket: Socket): void {
    let received = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, Buffer.from(chunk)]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const end = 2 + received.readUInt16BE();
        const reply = this.reply(received.subarray(2, end), socket.remoteAddress ?? "");
        received = received.subarray(end);
        if (reply) socket.write(streamEncode(reply));
      }
    });
  }

  /** What the VPC's own zone says, else what is known everywhere; undefined for a name that is not known. */
  private addresses(name: string, from: string): readonly string[] | undefined {
    const { vpcs, names } = this.world();
    const known = names.filter((each) => each.name === name);
    const vpcId = vpcs[from];
    const of = (vpc: string | undefined) => known.find((each: HostName) => each.vpcId === vpc);
    return ((vpcId && of(vpcId)) || of(undefined))?.addresses;
  }

  /** Another one first each time: many clients take the first. */
  private turned(addresses: readonly string[]): string[] {
    const by = addresses.length > 0 ? this.asked++ % addresses.length : 0;
    return [...addresses.slice(by), ...addresses.slice(0, by)];
  }
}

/** Bits of the header (RFC 1035). */
const [recursionDesired, recursionAvailable] = [0x100, 0x80];

interface DecodedReply {
  readonly type: "response";
  readonly id: number;
  readonly flags: number;
  readonly questions: Question[];
  readonly answers: { type: "A"; name: string; ttl: number; data: string }[];
}

function parsed(message: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(message);
    return packet.type === "query" ? packet : undefined;
  } catch {
    // Not a packet of DNS.
    return undefined;
  }
}
