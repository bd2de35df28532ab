import type { BackendName } from "../../components/backends/profiles";
import type { CallRun, Measurement } from "../../measure/measurement";

/** What five runs of each cell may have come to; calls to the peer take a millisecond more. */
export function measurementOf(backend: BackendName): Measurement {
  const run = (index: number, more: number): CallRun => ({
    ...{ p50: 2 + more + index / 10, p90: 4 + more, p99: 9 + more, p999: 20 + more },
    ...{ failed: 0, calls: 400, achieved: 99.9 },
  });
  const runs = (more: number) => [0, 1, 2, 3, 4].map((index) => run(index, more));
  const kinds = [
    { protocol: "http", connections: "kept" },
    { protocol: "http", connections: "new" },
    { protocol: "grpc", connections: "kept" },
  ] as const;
  return {
    backend,
    at: "2026-11-28T04:00:00Z",
    machine: { name: "here", processor: "a processor", processors: 2, kernel: "Linux 6" },
    effort: { runs: 5, seconds: 4, rate: 100 },
    kubernetes: "1.35.0",
    charts: ["istiod 1.31.1"],
    mtu: { path: 8500, pod: 8500 },
    calls: kinds.flatMap((kind) => [
      { cell: { ...kind, path: "local", from: "cluster1", to: "cluster1" }, runs: runs(0) },
      { cell: { ...kind, path: "peer", from: "cluster1", to: "cluster2" }, runs: runs(1) },
    ]),
    echoes: [1, 4].map((streams) => ({
      cell: { streams, from: "cluster1", to: "cluster2" },
      runs: [{ megabytes: 24.5 }, { megabytes: 123.45 }],
    })),
    redis: [{ requests: 2500, p50: 3.1, p99: 18.7, lag: 2.9 }],
    usage: [{ idleCpu: 0.03, cpuPerThousand: 4.2, megabytes: 410 }],
    missing: ["bytes by 4 streams from cluster2 to cluster1: probe-tcp-cluster1 does not answer"],
  };
}
