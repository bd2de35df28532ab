#!/usr/bin/env node
// Stands in for Pulumi's Node host, which is no Go module that can be had: enough of it for `pulumi new`, which installs nothing.
const { createRequire } = require("node:module");
const { join } = require("node:path");

// It is run by a link outside of the project.
const project = createRequire(join(__dirname, "..", "..", "package.json"));
const { Server, ServerCredentials } = project("@grpc/grpc-js");
const { LanguageRuntimeService } = project("@pulumi/pulumi/proto/language_grpc_pb");
const { InstallDependenciesResponse, RuntimeOptionsResponse } = project("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = project("@pulumi/pulumi/proto/plugin_pb");

const server = new Server();
server.addService(LanguageRuntimeService, {
  getPluginInfo: (_call, done) => done(null, new PluginInfo()),
  runtimeOptionsPrompts: (_call, done) => done(null, new RuntimeOptionsResponse()),
  installDependencies: (call) => {
    call.write(new InstallDependenciesResponse());
    call.end();
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
