import { describe, expect, it } from "vitest";
import { defaultService } from "../defaults/service.ts";
import { storageKey } from "../kinds/kind.ts";
import { type Service, type ServiceSpec, serviceKind } from "../kinds/service.ts";
import type { Handling } from "../pipeline/handling.ts";
import type { StoredObject } from "../pipeline/outcome.ts";
import { serviceAllocation } from "./service-allocation.ts";

const user = { name: "admin", groups: ["system:masters"] };

function service(name: string, spec: ServiceSpec = {}): Service {
  const metadata = { name, namespace: "default" };
  return defaultService({ apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80 }], ...spec } });
}

/** A request about Services beside those that are stored; every draw of letters comes out the same. */
function handling(verb: "create" | "update", stored: readonly Service[], serviceNetwork?: string): Handling {
  const objects = new Map(
    stored.map((value): [string, StoredObject] => [
      storageKey(serviceKind, value.metadata.namespace, value.metadata.name),
      { value, modRevision: 2, createRevision: 2 },
    ]),
  );
  const settings = serviceNetwork === undefined ? {} : { serviceNetwork };
  return {
    request: { verb, group: "", version: "v1", resource: "services", user, userAgent: "test" },
    reader: { revision: 2, get: (key) => objects.get(key), list: () => [...objects.values()] },
    context: { now: 0, wallTime: () => "", uid: () => "", suffix: () => "bbbbb", ...settings },
    kind: serviceKind as unknown as Handling["kind"],
    stages: [],
  };
}

const admit = (object: Service, on: Handling) => serviceAllocation.admit(object, on).object as Service;

describe("allocation in the course of a request", () => {
  it("gives each Service an address that no other has", () => {
    const one = admit(service("one"), handling("create", []));
    const two = admit(service("two"), handling("create", [one]));
    expect([one.spec.clusterIP, two.spec.clusterIP]).toEqual(["10.96.1.1", "10.96.1.2"]);
    expect(serviceAllocation.admit(service("one"), handling("create", [])).verdict).toBe("allocated 10.96.1.1");
  });

  it("takes the network that the server is told", () => {
    expect(admit(service("one"), handling("create", [], "10.0.0.0/24")).spec.clusterIP).toBe("10.0.0.17");
  });

  it("keeps the address on update and refuses it to another in the words of the real server", () => {
    const one = admit(service("one"), handling("create", []));
    expect(admit(service("one"), handling("update", [one])).spec.clusterIP).toBe(one.spec.clusterIP);
    const wanted = service("two", { clusterIP: "10.96.1.1" });
    expect(() => admit(wanted, handling("create", [one]))).toThrow("refused");
    expect(() => admit(service("one", { clusterIP: "10.96.1.1" }), handling("create", [one]))).toThrow("refused");
  });

  it("answers 500 when nothing is left", () => {
    const all = Array.from({ length: 2 }, (_, i) => service(`s${i}`, { clusterIPs: [`10.0.0.${i + 1}`] }));
    try {
      admit(service("late"), handling("create", all, "10.0.0.0/30"));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        response: {
          code: 500,
          body: { message: "Internal error occurred: failed to allocate a serviceIP: range is full" },
        },
      });
    }
  });
});
