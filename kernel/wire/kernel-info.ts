import type { Content } from "./protocol.ts";
import { PROTOCOL_VERSION } from "./version.ts";

/** The content of `kernel_info_reply`; the versions are put in by the build. */
export function kernelInfo(): Content {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "orrery",
    implementation_version: ORRERY_VERSION,
    language_info: {
      name: "typescript",
      version: ORRERY_TYPESCRIPT_VERSION,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: "Orrery: a clockwork model of a Kubernetes cluster. Cells are TypeScript.",
    help_links: [{ text: "Kubernetes documentation", url: "https://kubernetes.io/docs/" }],
    debugger: false,
    supported_features: [],
  };
}
