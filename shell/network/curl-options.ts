import { secondsUs } from "./request.ts";

/** What a curl command line asks for. */
export interface CurlWish {
  readonly urls: readonly string[];
  readonly silent: boolean;
  readonly showError: boolean;
  readonly verbose: boolean;
  readonly withHead: boolean;
  readonly headOnly: boolean;
  readonly insecure: boolean;
  readonly follow: boolean;
  readonly failOnError: boolean;
  readonly output: string | undefined;
  readonly writeOut: string;
  readonly connectTimeoutUs: number | undefined;
  readonly maxTimeUs: number | undefined;
  readonly method: string | undefined;
  readonly body: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly userAgent: string | undefined;
}

/** Long names of the options that are modelled or passed over, with a `=` where they take a value. */
const LONG: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    ...{
      silent: "s",
      "show-error": "S",
      verbose: "v",
      include: "i",
      head: "I",
      insecure: "k",
      location: "L",
      fail: "f",
    },
    ...{ output: "o=", "write-out": "w=", "connect-timeout": "T=", "max-time": "m=", request: "X=", data: "d=" },
    ...{
      header: "H=",
      "user-agent": "A=",
      "no-progress-meter": "#",
      ipv4: "4",
      http1_1: "1",
      retry: "r=",
      "retry-delay": "r=",
    },
    ...{
      "retry-connrefused": "#",
      "no-keepalive": "#",
      "no-buffer": "N",
      compressed: "#",
      "data-raw": "d=",
      "http1.1": "#",
    },
    ...{
      "fail-with-body": "f",
      "progress-bar": "#",
      "remote-name": "#",
      resolve: "r=",
      cacert: "r=",
      user: "r=",
      url: "u=",
    },
    ...{ "retry-max-time": "r=", "retry-all-errors": "#", noproxy: "r=", interface: "r=", "local-port": "r=" },
  }),
);

const WITH_VALUE = "owmXdHAETub";

/** Reads curl's words; a text is curl's complaint about them. */
export function readCurl(argv: readonly string[]): CurlWish | string {
  const values = new Map<string, string[]>();
  const add = (flag: string, value = "") => values.set(flag, [...(values.get(flag) ?? []), value]);
  const urls: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith("-") || word === "-") urls.push(word);
    else if (word.startsWith("--")) {
      const flag = LONG.get(word.slice(2));
      if (flag === undefined) return `option ${word}: is unknown`;
      if (!flag.endsWith("=")) add(flag);
      else if (argv[i + 1] === undefined) return `option ${word}: requires parameter`;
      else add(flag[0]!, argv[++i]);
    } else {
      for (let j = 1; j < word.length; j++) {
        const flag = word[j]!;
        if (!WITH_VALUE.includes(flag)) {
          if (!"sSvikILfN460#jgnqO".includes(flag)) return `option ${word}: is unknown`;
          add(flag);
          continue;
        }
        const value = word.slice(j + 1) || argv[++i];
        if (value === undefined) return `option ${word}: requires parameter`;
        add(flag, value);
        break;
      }
    }
  }
  return wishOf([...urls, ...(values.get("u") ?? [])], values);
}

function wishOf(urls: readonly string[], values: ReadonlyMap<string, readonly string[]>): CurlWish {
  const last = (flag: string) => values.get(flag)?.at(-1);
  const headers = (values.get("H") ?? []).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return {
    urls,
    silent: values.has("s"),
    showError: values.has("S"),
    verbose: values.has("v"),
    withHead: values.has("i"),
    headOnly: values.has("I"),
    insecure: values.has("k"),
    follow: values.has("L"),
    failOnError: values.has("f"),
    output: last("o"),
    writeOut: last("w") ?? "",
    connectTimeoutUs: secondsUs(last("T")),
    maxTimeUs: secondsUs(last("m")),
    method: last("X"),
    body: values.has("d") ? values.get("d")!.join("&") : undefined,
    headers,
    userAgent: last("A"),
  };
}
