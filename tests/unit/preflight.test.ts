import { equal, match } from "node:assert/strict";
import { imageDiskNeeded, noDiskForImages } from "../../rehearsal/cli/image-disk";
import type { NodeKind } from "../../rehearsal/cli/node-kind";
import {
  buildDiskNeeded,
  fetchDiskNeeded,
  type Machine,
  memoryNeeded,
  nodeToolsDiskNeeded,
  obstacle,
  scratchNeeded,
} from "../../rehearsal/cli/preflight";

const megabyte = 1024 * 1024;

/** One that has just enough for two clusters, and every tool. */
const machine: Machine = {
  platform: "linux",
  hasProc: true,
  memory: memoryNeeded(2),
  scratchDisk: scratchNeeded(2),
  fetchedTools: 0,
  toolsDisk: 0,
  builtTools: [],
  builtNodeTools: [],
  silentSites: [],
  go: undefined,
};

const missing = ["etcd", "kwok"];

describe("the machine that a rehearsal needs", () => {
  it("is one with just enough", () => {
    equal(obstacle(machine, 2), undefined);
    const go = { version: "go1.26.0", disk: buildDiskNeeded(2) };
    equal(obstacle({ ...machine, builtTools: missing, go }, 2), undefined);
    equal(obstacle({ ...machine, builtTools: missing, go: { ...go, version: "go2.0" } }, 2), undefined);
    equal(
      obstacle({ ...machine, builtNodeTools: ["kubelet"], go: { ...go, disk: nodeToolsDiskNeeded } }, 2),
      undefined,
    );
  });

  const disk = buildDiskNeeded(2);
  const refused: readonly (readonly [
    what: string,
    more: Partial<Machine>,
    clusters: number,
    message: RegExp,
    nodes?: NodeKind,
  ])[] = [
    ["another system", { platform: "darwin", hasProc: false }, 2, /needs Linux.*darwin\.$/],
    ["Linux that hides processes", { hasProc: false }, 2, /needs Linux.*\/proc/],
    ["no Go and missing tools", { builtTools: missing }, 2, /etcd, kwok: install Go 1\.26/],
    ["an old Go", { builtTools: missing, go: { version: "go1.25.9", disk } }, 2, /Go is go1\.25\.9, install Go 1\.26/],
    ["a Go that says nothing", { builtTools: missing, go: { version: "", disk } }, 2, /install Go 1\.26/],
    [
      "no Go where no site answers",
      { builtTools: missing, silentSites: ["github.com"] },
      2,
      /no answer came from github\.com: install Go 1\.26.* or name a mirror/,
    ],
    [
      "no room for what is fetched",
      { fetchedTools: 8, toolsDisk: fetchDiskNeeded(7) },
      2,
      /1\.6 GB of disk for its tools/,
    ],
    ["no room to build", { builtTools: missing, go: { version: "go1.26.0", disk: disk - 1 } }, 2, /disk to build/],
    [
      "no room to build what real nodes run on besides",
      {
        builtTools: missing,
        builtNodeTools: ["kubelet", "ctr"],
        go: { version: "go1.26.0", disk: disk + nodeToolsDiskNeeded - 1 },
      },
      2,
      /3\.6 GB of disk to build/,
    ],
    ["no Go for real nodes", { builtNodeTools: ["kubelet"] }, 2, /needs kubelet: install Go 1\.26/],
    ["little memory", { memory: memoryNeeded(2) - megabyte }, 2, /2\.0 GB of memory/],
    ["memory for simulated nodes and not for real ones", {}, 2, /2\.7 GB of memory and 2\.0 GB are free/, "real"],
    ["memory for two clusters and not for three", {}, 3, /2\.5 GB of memory and 2\.0 GB are free/],
    ["little disk", { scratchDisk: scratchNeeded(2) - megabyte }, 2, /500 MB of disk.*TMPDIR/],
  ];
  for (const [what, more, clusters, message, nodes] of refused) {
    it(`is not one with ${what}: one sentence says so`, () => {
      const said = obstacle({ ...machine, ...more }, clusters, nodes) ?? "";
      match(said, message);
      match(said, /^[^\n]+\.$/);
    });
  }
});

describe("the disk that images of real nodes need", () => {
  const images = ["coredns", "istio-pilot", "istio-proxy"] as const;

  it("is asked for when they must be made, in one sentence", () => {
    equal(noDiskForImages(images, imageDiskNeeded(images)), undefined);
    const said = noDiskForImages(images, imageDiskNeeded(images) - megabyte) ?? "";
    match(said, /^The rehearsal needs 6\.3 GB of disk to make images and 6\.3 GB are free: make room, [^\n]+\.$/);
  });

  it("is none when they are there", () => equal(noDiskForImages([], 0), undefined));
});
