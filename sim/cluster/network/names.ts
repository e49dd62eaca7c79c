/**
 * Which name servers a place asks, for which names, and what they answer.
 * Source: glibc's resolver and the kubelet's resolv.conf (see sim/dns). A CoreDNS pod answers from the newest revision of the
 * store: its watch is taken to be up to date.
 * Left out: caches; other servers than CoreDNS and the provider's; AAAA questions.
 * Invariant: an answer depends on who took the question, not on who asked.
 */

import type { Pod } from "../../api/kinds/pod.ts";
import { storeOf } from "../../api/server/storage.ts";
import { outsideAddress } from "../../dns/outside-names.ts";
import { canonicalName } from "../../dns/question.ts";
import { hostsOf, type ResolvConf, resolvConfOf, namesToTry as searchedNames } from "../../dns/resolver.ts";
import { answer } from "../../dns/zone.ts";
import { zoneViewAt } from "../../dns/zone-view.ts";
import { listeningPorts } from "../../kubelet/ports.ts";
import type { Io } from "../../time/component.ts";
import type { RandomStream } from "../../time/random.ts";
import { newest } from "./newest.ts";
import type { Place } from "./places.ts";
import { dnsAddress, fixed, planOf } from "./plan.ts";

/** A machine's own resolv.conf: the provider's name server, and no search list. */
const machineConf: ResolvConf = { nameservers: [fixed.outsideDns], searches: [], options: [] };

/** The resolv.conf of a place. */
export function resolvConfAt(io: Io, { pod }: Place): ResolvConf {
  return pod === undefined ? machineConf : resolvConfOf(pod, dnsAddress(planOf(io)), machineConf);
}

/** The address that a place's hosts file has for a name; undefined: name servers are asked. */
export function addressInHosts({ pod }: Place, host: string): string | undefined {
  if (host === "localhost") return "127.0.0.1";
  if (pod === undefined || pod.spec.hostNetwork === true) return undefined;
  return hostsOf(pod).find(({ names }) => names.includes(host))?.address;
}

/** The full names that the place's resolver asks for, one after the other, with their last dot. */
export function namesToTry(io: Io, place: Place, host: string): readonly string[] {
  return searchedNames(host, resolvConfAt(io, place)).map((name) => `${name}.`);
}

/** Whether a listener's name, "pod/namespace/name/container", is that of a container that speaks DNS. */
function isCoreDns(io: Io, listener: string): boolean {
  const [kind, namespace = "", name = "", container = ""] = listener.split("/");
  if (kind !== "pod") return false;
  const pod = newest<Pod>(io, "pods", namespace, name);
  const found = pod?.spec.containers.find((one) => one.name === container);
  return found !== undefined && listeningPorts(found).some((port) => port.name === "dns");
}

/**
 * What a name server says to the question for a name's addresses: "A 172.21.3.4", "CNAME example.com., A 198.51.100.80",
 * "NODATA" or "NXDOMAIN"; "" from somebody who is no name server. Several addresses come in an order drawn anew.
 */
export function answerFrom(io: Io, random: RandomStream, listener: string, name: string): string {
  if (listener === "resolver") {
    const address = outsideAddress(canonicalName(name));
    return address === undefined ? "NXDOMAIN" : `A ${address}`;
  }
  if (!isCoreDns(io, listener)) return "";
  const { rcode, records } = answer(zoneViewAt(io, storeOf(io).revision), { name, type: "A" });
  if (rcode === "NXDOMAIN") return rcode;
  const aliases = records.filter(({ type }) => type === "CNAME").map(({ value }) => `CNAME ${value}`);
  const addresses = records.filter(({ type }) => type === "A").map(({ value }) => `A ${value}`);
  const first = addresses.length < 2 ? 0 : random.below(addresses.length);
  const rotated = [...addresses.slice(first), ...addresses.slice(0, first)];
  return [...aliases, ...rotated].join(", ") || "NODATA";
}
