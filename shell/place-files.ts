import type { Terminal } from "./command.ts";
import { flavourOf } from "./images.ts";
import { placeText } from "./place.ts";

/** What a place has of itself, beside what its environment says: a few files that a learner looks at. */
const NODE_FILES: Readonly<Record<string, string>> = {
  "/etc/os-release": 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  "/etc/cni/net.d/10-calico.conflist": `${JSON.stringify(
    {
      name: "k8s-pod-network",
      cniVersion: "0.3.1",
      plugins: [
        {
          type: "calico",
          log_level: "info",
          datastore_type: "kubernetes",
          mtu: 0,
          ipam: { type: "calico-ipam" },
          policy: { type: "k8s" },
          kubernetes: { kubeconfig: "/etc/cni/net.d/calico-kubeconfig" },
        },
        { type: "portmap", snat: true, capabilities: { portMappings: true } },
      ],
    },
    undefined,
    2,
  )}\n`,
  "/proc/sys/kernel/osrelease": "5.15.0-119-generic\n",
};

const NGINX_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`;

const OUTSIDE_DIRECTORIES = "/etc /home/orrery /tmp /usr /var";
const DIRECTORIES =
  "/bin /dev /etc /home /lib /proc /root /run /sbin /sys /tmp /usr /usr/bin /usr/share /var /var/log /var/run";

const RESOLV_CONF = "/etc/resolv.conf";

type Where = Pick<Terminal, "place" | "environment" | "client">;

/** The file by which the place finds name servers: what the cluster says it asks; "" outside of it. */
function resolvConf({ place, client }: Pick<Where, "place" | "client">): string {
  return place.kind === "outside" ? "" : (client.network.namespace(placeText(place))?.resolvConf ?? "");
}

function ownFiles({ place }: Pick<Terminal, "place">): Readonly<Record<string, string>> {
  if (place.kind === "outside") return {};
  if (place.kind === "node" || place.node !== undefined) return NODE_FILES;
  const flavour = flavourOf(place.image);
  const release =
    flavour === "busybox"
      ? 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.21.3\nPRETTY_NAME="Alpine Linux v3.21"\n'
      : 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n';
  const page = /(^|\/)nginx(:|$)/.test(place.image) ? { "/usr/share/nginx/html/index.html": NGINX_PAGE } : {};
  return { "/etc/os-release": release, ...page };
}

/** The text of a file of the place; undefined when there is none. Outside, files are the user's own. */
export function readFile(path: string, terminal: Where & Pick<Terminal, "files">): string | undefined {
  if (path === "/dev/null") return "";
  const { environment, files, place } = terminal;
  const own = environment.files.get(path) ?? ownFiles(terminal)[path];
  if (own === undefined && path === RESOLV_CONF && place.kind !== "outside") return resolvConf(terminal);
  if (own !== undefined || place.kind !== "outside") return own;
  // They stand where the user is: what a cell calls "web.yaml" is in the home directory too.
  const home = `${environment.variables.get("HOME") ?? ""}/`;
  return files.read(path) ?? files.read(path.startsWith(home) ? path.slice(home.length) : path.slice(1));
}

function paths(terminal: Pick<Terminal, "place" | "environment">): readonly string[] {
  const own = terminal.place.kind === "outside" ? OUTSIDE_DIRECTORIES : DIRECTORIES;
  const directories = own.split(" ").map((path) => `${path}/`);
  const resolver = terminal.place.kind === "outside" ? [] : [RESOLV_CONF];
  return [...directories, ...terminal.environment.files.keys(), ...Object.keys(ownFiles(terminal)), ...resolver];
}

/** Whether a path is a directory of the place. */
export function isDirectory(path: string, terminal: Pick<Terminal, "place" | "environment">): boolean {
  return path === "/" || paths(terminal).some((one) => one.startsWith(`${path}/`));
}

/** The names in a directory, in order; directories end in a slash. */
export function listDirectory(path: string, terminal: Pick<Terminal, "place" | "environment">): readonly string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  const names = new Set<string>();
  for (const one of paths(terminal)) {
    if (!one.startsWith(prefix) || one === prefix) continue;
    const rest = one.slice(prefix.length);
    const slash = rest.indexOf("/");
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  return [...names].sort();
}
