import { describe, expect, it } from "vitest";
import { endpointChainName, portChainNames } from "./chain-name.ts";

describe("names of chains", () => {
  it("are those that the real proxier gives", () => {
    expect(portChainNames("ns2/svc1", "tcp")).toEqual({
      cluster: "KUBE-SVC-YZT4NIMPLA4XJ63U",
      local: "KUBE-SVL-YZT4NIMPLA4XJ63U",
      firewall: "KUBE-FW-YZT4NIMPLA4XJ63U",
      external: "KUBE-EXT-YZT4NIMPLA4XJ63U",
    });
    expect(endpointChainName("ns2/svc1", "tcp", "10.244.1.2:8080")).toBe("KUBE-SEP-R4FPWG7ADYTO6R4H");
  });

  it("differ by protocol", () => {
    expect(portChainNames("default/dns:dns", "tcp").cluster).not.toBe(portChainNames("default/dns:dns", "udp").cluster);
  });
});
