import { equal, match, notEqual, throws } from "node:assert/strict";
import { pinnedVersion, toolVersion } from "../../rehearsal/tools/recipes";
import { cacheFolder } from "../../rehearsal/tools/tools";

describe("the ground's tools", () => {
  const goMod = "require (\n\tk8s.io/kubernetes v1.36.1 // indirect\n\tk8s.io/kubernetes-x v9.9.9\n)\n";

  it("have the version that go.mod pins", () => {
    equal(pinnedVersion(goMod, "k8s.io/kubernetes"), "v1.36.1");
    match(toolVersion("kube-apiserver"), /^v\d+\.\d+\.\d+$/);
    throws(() => pinnedVersion(goMod, "helm.sh/helm/v3"), /does not pin/);
  });

  it("are cached per version, below the user's cache", () => {
    const env = { XDG_CACHE_HOME: "/cache" };
    const folder = cacheFolder(goMod, "sums", env);
    match(folder, /^\/cache\/multicluster-lab\/tools-[0-9a-f]{16}$/);
    equal(cacheFolder(goMod, "sums", env), folder);
    notEqual(cacheFolder(goMod.replace("1.36.1", "1.36.2"), "sums", env), folder);
    notEqual(cacheFolder(goMod, "other sums", env), folder);
  });
});
