import type { Place } from "./place.ts";

const CORE =
  "sh cat ls grep head tail wc sort uniq cut tr env printenv hostname sleep date whoami id uname which seq xargs sed awk tee clear rm touch mkdir echo printf pwd true false test [";
const BUSYBOX = `${CORE} ash wget nslookup ping ip nc traceroute netstat ps`;
const DEBIAN = `${CORE} bash`;
const NODE = `${DEBIAN} ip iptables iptables-save sysctl conntrack ss curl wget ping nslookup dig traceroute nc crictl ps netstat`;
const OUTSIDE = `${DEBIAN} kubectl ssh curl wget ping nslookup dig traceroute nc`;

/** Whose forms of the programs an image holds: busybox's, or GNU's, iputils' and bind's. */
export type Flavour = "busybox" | "gnu";

interface Toolbox {
  readonly flavour: Flavour;
  readonly programs: string;
}

const NOTHING: Toolbox = { flavour: "gnu", programs: "" };
const SMALL: Toolbox = { flavour: "busybox", programs: BUSYBOX };
const SLIM: Toolbox = { flavour: "gnu", programs: DEBIAN };
const ALL: Toolbox = { flavour: "gnu", programs: NODE.replace(" crictl", "") };

/** Which programs an image holds, by its name without registry and tag. An alpine or busybox tag makes any image small. */
const BY_IMAGE: ReadonlyMap<string, Toolbox> = new Map(
  Object.entries<Toolbox>({
    ...{ busybox: SMALL, alpine: SMALL },
    curl: { flavour: "busybox", programs: `${BUSYBOX} curl` },
    nginx: { flavour: "gnu", programs: `${DEBIAN} curl` },
    ...{ httpd: SLIM, redis: SLIM, postgres: SLIM, mysql: SLIM, mariadb: SLIM, mongo: SLIM },
    ...{ ubuntu: SLIM, debian: SLIM, python: { flavour: "gnu", programs: `${DEBIAN} curl wget` }, node: SLIM },
    ...{ netshoot: ALL, "network-multitool": ALL },
    agnhost: { flavour: "busybox", programs: `${BUSYBOX} curl dig` },
    "jessie-dnsutils": { flavour: "gnu", programs: `${DEBIAN} curl dig nslookup nc ping` },
    dnsutils: { flavour: "gnu", programs: `${DEBIAN} dig nslookup ping` },
    ...{ node_exporter: SMALL, "calico-node": { flavour: "gnu", programs: `${CORE} bash ip` } },
    ...{
      coredns: NOTHING,
      pause: NOTHING,
      "kube-proxy": NOTHING,
      "kube-apiserver": NOTHING,
      "kube-scheduler": NOTHING,
    },
    ...{ "kube-controller-manager": NOTHING, etcd: NOTHING, "hello-world": NOTHING, "http-echo": NOTHING },
    ...{ whoami: NOTHING, "static-debian12": NOTHING, static: NOTHING, distroless: NOTHING },
  }),
);

function toolbox(image: string): Toolbox {
  const [name = "", tag = ""] = image.slice(image.lastIndexOf("/") + 1).split(":");
  const known = BY_IMAGE.get(name.split("@")[0]!);
  if (image.includes("distroless")) return NOTHING;
  if (/alpine|busybox/.test(tag))
    return known === NOTHING ? known : { flavour: "busybox", programs: `${BUSYBOX} curl` };
  return known ?? SMALL;
}

/** Whose forms of the programs run in a container of this image. An image that nobody knows is taken for a small one. */
export function flavourOf(image: string): Flavour {
  return toolbox(image).flavour;
}

/** Whose forms of the programs run in a place. */
export function flavourAt(place: Place): Flavour {
  return place.kind === "container" ? flavourOf(place.image) : "gnu";
}

/** Names of the programs that a place holds. */
export function programNamesAt(place: Place): readonly string[] {
  if (place.kind === "outside") return OUTSIDE.split(" ");
  if (place.kind === "node") return NODE.split(" ");
  const { programs } = toolbox(place.image);
  return programs === "" ? [] : programs.split(" ");
}
