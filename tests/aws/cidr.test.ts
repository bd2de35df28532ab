import { equal, match, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  addressAt,
  cidrProblem,
  contains,
  networkSize,
  overlaps,
  prefixLength,
} from "../../rehearsal/aws/account/cidr";

/** A network as numbers: its first address and its size, by which everything else is simple arithmetic. */
interface Network {
  readonly first: number;
  readonly prefix: number;
  readonly size: number;
  readonly text: string;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function networkAround(address: number, prefix: number): Network {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, prefix, size, text: `${dotted(first)}/${prefix}` };
}

const addresses = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const prefixes = fc.integer({ min: 0, max: 32 });
const networks = fc.tuple(addresses, prefixes).map(([address, prefix]) => networkAround(address, prefix));

/** Two networks of which one lies in the other more often than chance would have it. */
const neighbours = fc
  .tuple(addresses, prefixes, prefixes, fc.integer({ min: -2, max: 2 }))
  .map(([address, a, b, steps]) => {
    const one = networkAround(address, a);
    const beside = one.first + steps * one.size;
    return [one, networkAround(Math.min(Math.max(beside, 0), 2 ** 32 - 1), b)] as const;
  });

const holds = (outer: Network, inner: Network) =>
  outer.first <= inner.first && inner.first + inner.size <= outer.first + outer.size;

describe("CIDRs of the emulated AWS", () => {
  it("finds nothing wrong with a network, and counts its addresses", () => {
    fc.assert(
      fc.property(networks, ({ text, prefix, size }) => {
        equal(cidrProblem(text), undefined);
        equal(prefixLength(text), prefix);
        equal(networkSize(text), size);
      }),
    );
  });

  it("names the network when host bits are set", () => {
    const hosts = fc.tuple(networks, addresses).filter(([{ size }, offset]) => offset % size !== 0);
    fc.assert(
      fc.property(hosts, ([{ first, prefix, size, text }, offset]) => {
        const problem = cidrProblem(`${dotted(first + (offset % size))}/${prefix}`);
        match(problem ?? "", new RegExp(`the network is ${text}$`));
      }),
    );
  });

  for (const text of ["10.0.0.0", "10.0.0/16", "10.0.0.0/33", "256.0.0.0/8", "010.0.0.0/8", "10.0.0.0/", "::/0", ""]) {
    it(`takes "${text}" for no network`, () => equal(cidrProblem(text), "not an IPv4 network in CIDR notation"));
  }

  it("holds a network in another when every address is", () => {
    fc.assert(fc.property(neighbours, ([a, b]) => equal(contains(a.text, b.text), holds(a, b))));
  });

  it("sees an overlap when two networks share an address", () => {
    fc.assert(
      fc.property(neighbours, ([a, b]) => {
        const share = a.first < b.first + b.size && b.first < a.first + a.size;
        equal(overlaps(a.text, b.text), share);
      }),
    );
  });

  it("counts addresses from the first one, and knows none outside", () => {
    fc.assert(
      fc.property(networks, addresses, ({ text, first, size }, number) => {
        equal(addressAt(text, number % size), dotted(first + (number % size)));
        for (const outside of [-1, size]) throws(() => addressAt(text, outside), RangeError);
      }),
    );
  });
});
