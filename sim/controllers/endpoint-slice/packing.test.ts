/** Packing by itself: the real fill rules, and what must hold for any pods and any slices. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint, EndpointSlice } from "../../api/kinds/endpoint-slice.ts";
import type { Service } from "../../api/kinds/service.ts";
import { endpointsMax, packSlices } from "./packing.ts";
import { labelsFor } from "./slice-object.ts";

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default", uid: "u-1", labels: { app: "web" } },
  spec: { clusterIP: "172.21.0.20" },
};

const ports = [{ name: "", protocol: "TCP" as const, port: 80 }];

function endpoint(number: number, ready = true): Endpoint {
  const address = `172.30.${number >> 8}.${number & 255}`;
  const conditions = { ready, serving: ready, terminating: false };
  return { addresses: [address], conditions, targetRef: { kind: "Pod", namespace: "default", name: `pod-${number}` } };
}

function slice(name: string, endpoints: readonly Endpoint[]): EndpointSlice {
  const metadata = {
    name,
    namespace: "default",
    labels: labelsFor(service),
    ownerReferences: [{ apiVersion: "v1", kind: "Service", name: "web", uid: "u-1" }],
  };
  return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata, addressType: "IPv4", endpoints, ports };
}

const span = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => endpoint(from + at));
const addressesOf = (endpoints: readonly Endpoint[]) => endpoints.map(({ addresses }) => addresses[0]);

describe("packing", () => {
  it("puts a new Service's endpoints into slices of a hundred", () => {
    const { create, update, remove } = packSlices(service, ports, [], span(0, 230));
    expect(create.map((draft) => draft.endpoints.length)).toEqual([100, 100, 30]);
    expect([update, remove]).toEqual([[], []]);
  });

  it("fills slices that are written anyway, the fullest first, before it touches another one", () => {
    const slices = [slice("a", span(0, 90)), slice("b", span(100, 150)), slice("c", span(200, 220))];
    const { create, update } = packSlices(service, ports, slices, [
      ...span(1, 90),
      ...span(101, 150),
      ...span(200, 220),
      ...span(300, 320),
    ]);
    expect(create).toEqual([]);
    const sizes = Object.fromEntries(update.map(({ stored, endpoints }) => [stored?.metadata.name, endpoints.length]));
    expect(sizes).toEqual({ a: 100, b: 58 });
  });

  it("puts what is left into the slice that comes nearest to being full, and makes a new one if none has room", () => {
    const slices = [slice("a", span(0, 60)), slice("b", span(100, 180))];
    const all = [...span(0, 60), ...span(100, 180)];
    const fits = packSlices(service, ports, slices, [...all, ...span(300, 310)]);
    expect(fits.update.map(({ stored }) => stored?.metadata.name)).toEqual(["b"]);
    const fitsNot = packSlices(service, ports, slices, [...all, ...span(300, 350)]);
    expect(fitsNot.create.map((draft) => draft.endpoints.length)).toEqual([50]);
    expect(fitsNot.update).toEqual([]);
  });

  it("deletes a slice with nothing left in it and does not merge half-empty ones", () => {
    const slices = [slice("a", span(0, 10)), slice("b", span(20, 30)), slice("c", span(40, 50))];
    const { update, remove, create } = packSlices(service, ports, slices, [...span(0, 2), ...span(40, 50)]);
    expect(update.map(({ stored }) => stored?.metadata.name)).toEqual(["a"]);
    expect(remove.map(({ metadata }) => metadata.name)).toEqual(["b"]);
    expect(create).toEqual([]);
  });

  const numbers = fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: 260 });
  const layout = fc.array(fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: endpointsMax }), { maxLength: 5 });

  it("places every desired endpoint once, in no slice too many, and moves none that may stay", () => {
    fc.assert(
      fc.property(numbers, layout, fc.boolean(), (wanted, before, ready) => {
        const seen = new Set<number>();
        const slices = before.map((group, index) =>
          slice(
            `s-${index}`,
            group.filter((number) => !seen.has(number) && seen.add(number)).map((number) => endpoint(number)),
          ),
        );
        const desired = wanted.map((number) => endpoint(number, ready));
        const { create, update, remove } = packSlices(service, ports, slices, desired);
        const touched = new Set([...update.map(({ stored }) => stored), ...remove]);
        const untouched = slices.filter((one) => !touched.has(one));
        const final = [...create, ...update, ...untouched].map((one) => one.endpoints ?? []);
        expect(final.flatMap(addressesOf).sort()).toEqual(addressesOf(desired).sort());
        for (const endpoints of final) expect(endpoints.length).toBeLessThanOrEqual(endpointsMax);
        const place = new Map(
          update.flatMap(({ stored, endpoints }) =>
            addressesOf(endpoints).map((address) => [address, stored?.metadata.name] as const),
          ),
        );
        for (const one of slices) {
          for (const address of addressesOf(one.endpoints ?? [])) {
            if (place.has(address) && touched.has(one)) expect(place.get(address)).toBe(one.metadata.name);
          }
        }
        const again = packSlices(
          service,
          ports,
          [...update, ...create].map((draft, at) => slice(`t-${at}`, draft.endpoints)).concat(untouched),
          desired,
        );
        const emptied = again.remove.filter(({ endpoints = [] }) => endpoints.length > 0);
        expect([again.create, again.update, emptied]).toEqual([[], [], []]);
      }),
      { numRuns: 200 },
    );
  });
});
