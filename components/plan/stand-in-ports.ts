/** Where the stand-ins of checks answer in their pods. By TCP they send back what comes. */
export const standInPorts = { http: 8080, grpc: 8079, tcp: 8078 } as const;
