/** Answers every request on some ports with its own name and the client's address: `server.mjs NAME PORT…`. Ends with its input. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const [name, ...ports] = process.argv.slice(2);
let waiting = 2 * ports.length;
const listening = () => {
  waiting -= 1;
  if (waiting === 0) process.stdout.write("listening\n");
};

for (const port of ports.map(Number)) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${name} ${socket.remoteAddress}`);
  });
  server.listen(port, "0.0.0.0", listening);
  const datagrams = createSocket("udp4");
  datagrams.on("message", (_, { address, port: from }) => datagrams.send(`${name} ${address}`, from, address));
  datagrams.bind(port, "0.0.0.0", listening);
}
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
