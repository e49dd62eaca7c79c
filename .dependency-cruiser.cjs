/** The import arrows of the design, section "Rooms and doors": each rule forbids what no arrow allows. */

const components = ["scheduler", "controllers", "kubelet", "calico", "proxy", "dns", "cloud", "addons"];

/** Rooms and what each may import of the others; tests of a room may import what the room may. */
const arrows = {
  sim: [],
  shell: ["sim"],
  views: ["sim", "shell"],
  lessons: ["sim", "shell", "views"],
  // It compiles cells as the notebook kernel does; of that room it may import nothing else (see below).
  grader: ["sim", "shell", "views", "lessons", "kernel"],
  gateway: ["sim"],
  kernel: ["sim", "shell", "views", "lessons", "gateway"],
  lab: ["views", "lessons"],
  cli: ["sim", "shell", "views", "lessons", "grader", "gateway", "kernel"],
};

/** Folders of sim and what each may import of the others. `types.ts` of api and `snapshot.ts` are words that all may use. */
const layers = {
  time: [],
  etcd: ["time"],
  api: ["time", "etcd"],
  client: ["time", "etcd", "api"],
  net: ["time"],
  ...Object.fromEntries(components.map((name) => [name, ["time", "etcd", "api", "client"]])),
};
for (const name of ["kubelet", "calico", "proxy", "dns", "cloud"]) layers[name] = [...layers[name], "net"];

const folders = (names) => (names.length === 0 ? "(?!)" : `(${names.join("|")})/`);
const rooms = Object.keys(arrows);

const roomRules = rooms.map((room) => ({
  name: `${room}-imports`,
  comment: `${room} may import ${arrows[room].join(", ") || "no other room"}.`,
  severity: "error",
  from: { path: `^${room}/` },
  to: { path: `^${folders(rooms.filter((other) => other !== room && !arrows[room].includes(other)))}` },
}));

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `sim-${layer}-imports`,
  comment: `sim/${layer} may import ${allowed.map((name) => `sim/${name}`).join(", ") || "no other folder of sim"}, and the shared words.`,
  severity: "error",
  from: { path: `^sim/${layer}/`, pathNot: "\\.test\\.ts$" },
  to: {
    path: "^sim/",
    pathNot: [`^sim/${folders([layer, ...allowed])}`, "^sim/api/types\\.ts$", "^sim/snapshot\\.ts$"],
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...layerRules,
    {
      name: "grader-compiles-cells",
      comment: "The grader reads cells as the notebook kernel does: kernel/compile, and nothing else of it.",
      severity: "error",
      from: { path: "^grader/" },
      to: { path: "^kernel/(?!compile/)" },
    },
    {
      name: "no-cycles",
      comment: "Two modules that need each other are one module, or have a third in common.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "doors-of-sim",
      comment: "Other rooms reach the simulation through sim/index.ts, its snapshot and the words of the API.",
      severity: "error",
      from: { path: "^(views|lessons|grader|gateway|kernel|cli)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^sim/", pathNot: "^sim/(index|snapshot|api/types)\\.ts$" },
    },
    {
      name: "node-builtins",
      comment: "The simulation, the shell, the views and the lessons run in a browser unchanged.",
      severity: "error",
      from: { path: "^(sim|shell|views|lessons|lab)/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "lessons-use-their-api",
      comment: "The code of a lesson uses lessons/api.ts and its own folder, as a lesson from elsewhere would have to.",
      severity: "error",
      from: { path: "^lessons/(\\d\\d-[^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(?!node_modules/)", pathNot: ["^lessons/api\\.ts$", "^lessons/$1/"] },
    },
    {
      name: "page-only",
      comment: "Drawing in a page is for the extension: what runs in a notebook kernel never imports it.",
      severity: "error",
      from: { path: "^(?!lab/|views/dom/|test/)" },
      to: { path: "^(views/dom|lab)/" },
    },
    {
      name: "no-tests-in-sources",
      comment: "A test is imported by nobody.",
      severity: "error",
      from: { pathNot: "(\\.test\\.ts$|^test/)" },
      to: { path: "(\\.test\\.ts$|^test/)" },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere. Names that begin with orrery: are made by the build.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^orrery:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.local|\\.cache|work)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.test.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
