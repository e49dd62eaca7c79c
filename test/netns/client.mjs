/** Sends one request from where it is run, and prints how it ended as JSON: `client.mjs PROTO ADDRESS PORT WAIT_MS [BIND]`. */
import { createSocket } from "node:dgram";
import { connect } from "node:net";

const [proto, host, port, waitMs, bind] = process.argv.slice(2);

function end(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  process.exit(0);
}

setTimeout(() => end({ ended: "timeout" }), Number(waitMs));
const failed = (error) => end({ ended: error.code });
const answered = (text) => {
  const [by, source] = String(text).split(" ");
  end({ ended: "answered", by, source });
};

if (proto === "tcp") {
  const socket = connect({ host, port: Number(port), ...(bind ? { localAddress: bind } : {}) });
  socket.on("error", failed);
  socket.on("data", answered);
} else {
  const socket = createSocket("udp4");
  socket.on("error", failed);
  socket.on("message", answered);
  socket.bind({ address: bind || "0.0.0.0" }, () => {
    socket.connect(Number(port), host, (error) => {
      if (error) failed(error);
      else socket.send("who", (fault) => fault && failed(fault));
    });
  });
}
