import type { ShellCommand } from "../command.ts";
import { alignColumns } from "../kubectl/table-print.ts";
import { placeText } from "../place.ts";

/** `ss -tulnp`: who listens in the place's namespace. */
export const ss = listeners("ss", (listener) => {
  const { proto, address, port, name } = listener;
  const isTcp = proto === "tcp";
  const process = name === "" ? "" : `users:(("${name.split("/").pop()}",pid=1,fd=3))`;
  return [proto, isTcp ? "LISTEN" : "UNCONN", "0", isTcp ? "4096" : "0", `${address}:${port}`, "0.0.0.0:*", process];
});

/** `netstat -tln`: the same in net-tools' columns. */
export const netstat = listeners("netstat", ({ proto, address, port }) => [
  ...[proto, "0", "0", `${address}:${port}`, "0.0.0.0:*", proto === "tcp" ? "LISTEN" : ""],
]);

type Listener = { readonly proto: string; readonly address: string; readonly port: number; readonly name: string };

function listeners(name: "ss" | "netstat", row: (listener: Listener) => readonly string[]): ShellCommand {
  const head =
    name === "ss"
      ? ["Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process"]
      : ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"];
  return {
    name,
    run(argv, { client, place, out }) {
      const flags = argv.filter((word) => word.startsWith("-")).join("");
      const both = !flags.includes("t") && !flags.includes("u");
      const found = (client.network.namespace(placeText(place))?.listeners ?? []).filter(
        ({ proto }) => both || (proto === "tcp" ? flags.includes("t") : flags.includes("u")),
      );
      if (name === "netstat") out("Active Internet connections (only servers)\n");
      const text = alignColumns([head, ...found.map(row)]);
      out(text.replace(/ +$/gm, ""));
      return 0;
    },
  };
}
