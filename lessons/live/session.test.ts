import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Scene } from "../../views/index.ts";
import { unpackFrames, VIEW_TYPE } from "../../views/index.ts";
import { type Cluster, connectHost, type Display, kubectl, liveSession, orrery, show } from "../api.ts";
import type { Channel } from "./channel.ts";
import { type Answer, type LiveFrameSet, type LiveTag, readRequest } from "./protocol.ts";
import type { LiveSession } from "./session.ts";

/** A front end: what it was told, and the picture that it would show. */
class Page implements Channel {
  readonly answers: Answer[] = [];
  closed: Record<string, unknown> | undefined;
  onMessage: Channel["onMessage"];
  onClose: Channel["onClose"];
  scene: Scene | undefined;

  send(message: Record<string, unknown>): void {
    const answer = JSON.parse(JSON.stringify(message)) as Answer;
    this.answers.push(answer);
    if (answer.kind === "frame") this.scene = answer.scene;
    if (answer.kind === "change") {
      const set = { version: 1 as const, view: "", dropped: 0, first: this.scene!, changes: [answer.change] };
      this.scene = unpackFrames(set)[1];
    }
  }

  close(message: Record<string, unknown> = {}): void {
    this.closed = message;
  }

  ask(message: unknown): Answer | undefined {
    const before = this.answers.length;
    this.onMessage?.(message as Record<string, unknown>, []);
    return this.answers.slice(before).at(-1);
  }
}

let session: LiveSession;
let cluster: Cluster;

const tagOf = (display: Display): LiveTag => (display.toMimeBundle()[VIEW_TYPE] as LiveFrameSet).live!;

function join(display: Display): Page {
  const page = new Page();
  session.openView(page, { ...tagOf(display) });
  return page;
}

beforeEach(() => {
  connectHost({ write: () => {}, readFile: () => undefined, session: "this-process" });
  session = liveSession();
  cluster = orrery.create({ zones: 1, workersPerZone: 1, seed: 7 });
  kubectl`create deployment web --image=nginx`;
});
afterEach(() => connectHost(undefined));

describe("a view that moves the cluster", () => {
  it("steps and goes back, and shows what a new display would show", () => {
    const page = join(show.components(cluster));
    const start = cluster.steps;
    for (const [request, steps] of [
      [{ kind: "step", count: 3 }, start + 3],
      [{ kind: "back", count: 2 }, start + 1],
      [{ kind: "goto", step: start - 5 }, start - 5],
      [{ kind: "goto", step: start }, start],
    ] as const) {
      page.ask(request);
      expect(cluster.steps).toBe(steps);
      expect(page.scene).toEqual(JSON.parse(JSON.stringify(show.components(cluster).scenes.at(-1))));
    }
    expect(page.answers.filter(({ kind }) => kind === "frame").length).toBe(1);
  });

  it("takes every other view of the cluster along, and no other cluster's", () => {
    const other = orrery.create({ zones: 1, workersPerZone: 1, seed: 8 });
    const pages = [show.components(cluster), show.journal(cluster), show.why("deployment/web", cluster)].map(join);
    const stranger = join(show.components(other));
    pages[0]!.ask({ kind: "step", count: 1 });
    for (const page of pages) expect(page.scene?.step).toBe(cluster.steps);
    expect(stranger.answers.length).toBe(1);
  });

  it("follows cells; a picture that a later one replaced keeps its moment until somebody moves the cluster by hand", () => {
    const old = join(show.components(cluster));
    const newest = join(show.components(cluster));
    session.changed();
    cluster.step(4);
    session.changed();
    expect(newest.scene?.step).toBe(cluster.steps);
    expect(old.scene?.step).toBe(cluster.steps - 4);
    expect(old.answers.at(-1)).toMatchObject({ kind: "clock", clock: { step: cluster.steps } });
    newest.ask({ kind: "back", count: 1 });
    expect(old.scene?.step).toBe(cluster.steps);
  });

  it("goes on when a front end is gone in the middle of a step", () => {
    const [gone, kept] = [join(show.components(cluster)), join(show.components(cluster))];
    gone.send = () => {
      throw new Error("the connection is closed");
    };
    kept.ask({ kind: "step", count: 1 });
    expect(kept.scene?.step).toBe(cluster.steps);
    gone.onClose?.();
    kept.ask({ kind: "step", count: 1 });
    expect(kept.scene?.step).toBe(cluster.steps);
  });

  it("answers every move, also to where the cluster is; only the page that asked is told that it did", () => {
    const [page, other] = [join(show.components(cluster)), join(show.components(cluster))];
    const here = { kind: "goto", step: cluster.steps };
    expect(page.ask(here)).toMatchObject({ kind: "clock", asked: true, clock: { step: cluster.steps } });
    expect(page.ask({ kind: "step", count: 1 })).toMatchObject({ kind: "change", asked: true });
    expect(other.answers.at(-1)).toMatchObject({ asked: false, clock: { step: cluster.steps } });
    cluster.step(1);
    session.changed();
    expect(page.answers.at(-1)).toMatchObject({ asked: false, clock: { step: cluster.steps } });
  });

  it("draws again what could not be drawn, and forgets a view that could not be opened", () => {
    const display = show.components(cluster);
    const page = join(display);
    const { frames } = cluster;
    const broken = (): never => {
      throw new Error("no room to draw");
    };
    Object.defineProperty(cluster, "frames", { value: broken, configurable: true });
    const unopened = join(display);
    expect(unopened.closed).toMatchObject({ message: "no room to draw" });
    expect(page.ask({ kind: "step", count: 1 })).toMatchObject({ kind: "refused", message: "no room to draw" });
    Object.defineProperty(cluster, "frames", { value: frames, configurable: true });
    expect(page.ask({ kind: "goto", step: cluster.steps })).toMatchObject({ kind: "change", asked: true });
    expect(page.scene?.step).toBe(cluster.steps);
    expect(unopened.answers).toEqual([]);
  });

  it("says the branch when an operation after going back has left the old one", () => {
    const page = join(show.components(cluster));
    page.ask({ kind: "back", count: 3 });
    const left = cluster.steps;
    kubectl`scale deployment web --replicas=2`;
    session.changed();
    expect(page.answers.at(-1)).toMatchObject({ clock: { branch: 1, since: left } });
  });
});

describe("what is behind a mark", () => {
  it("an object has its YAML, its events and its causes; looking changes nothing", () => {
    cluster.settle();
    const page = join(show.components(cluster));
    const key = page.scene!.groups.find((group) => group.key.startsWith("pod/default/web-"))!.key;
    const before = cluster.stateHash();
    const answer = page.ask({ kind: "inspect", key }) as Extract<Answer, { kind: "inspected" }>;
    const [yaml, events, why] = answer.parts.map(({ text }) => text);
    expect(yaml).toContain("kind: Pod\n");
    expect(events).toContain("Scheduled");
    expect(why).toContain("why pod/default/web-");
    expect(cluster.stateHash()).toBe(before);
  });

  it("a process has its state, a made-up key has nothing", () => {
    const page = join(show.components(cluster));
    expect(page.ask({ kind: "inspect", key: "process/etcd/master-1" })).toMatchObject({ title: "etcd/master-1" });
    for (const key of ["", "x", "process/", "machine", "machine/", "__proto__", "pod/../../x", "a/b/c#d", "trouble/"])
      expect(page.ask({ kind: "inspect", key })).toMatchObject({ kind: "inspected", title: expect.any(String) });
  });
});

describe("what is refused", () => {
  it.each([
    undefined,
    null,
    7,
    "step",
    [],
    {},
    { kind: "explode" },
    { kind: "step" },
    { kind: "step", count: -1 },
    { kind: "step", count: 1e9 },
    { kind: "step", count: "1" },
    { kind: "goto", step: 0.5 },
    { kind: "goto", step: 10_000_000 },
    { kind: "inspect", key: {} },
    { kind: "input", text: "rm -rf /" },
    { kind: "__proto__" },
    JSON.parse('{"__proto__": {"kind": "step", "count": 1}}'),
  ])("%j, in a sentence, with the cluster where it was", (message) => {
    const page = join(show.components(cluster));
    const before = cluster.stateHash();
    expect(page.ask(message)?.kind).toBe("refused");
    expect(cluster.stateHash()).toBe(before);
  });

  it.each([undefined, null, {}, [], "x", { session: "other", id: "1" }, { session: "this-process", id: "99" }])(
    "a view that opens with %j: it is closed with the reason",
    (opening) => {
      const page = new Page();
      session.openView(page, opening);
      expect(page.closed).toMatchObject({ kind: "refused" });
      expect(page.answers).toEqual([]);
    },
  );

  it("going back before the first moment", () => {
    const first = orrery.empty({ zones: 1, workersPerZone: 1 });
    const page = join(show.components(first));
    expect(page.ask({ kind: "back", count: 1 })?.kind).toBe("refused");
  });

  it.each([undefined, null, "pod/client", {}])("a path of %j, with what is wanted", (trace) => {
    expect(() => show.path(trace as never)).toThrow('show.path() wants a trace, such as cluster.trace("pod/client"');
  });

  it("no request is read from inherited fields", () => {
    expect(() => readRequest(Object.create({ kind: "step", count: 1 }))).toThrow("kind");
  });
});

describe("the toolbar's clock", () => {
  it("is answered when it goes to where the cluster is", () => {
    const [clock, other] = [new Page(), new Page()];
    for (const page of [clock, other]) session.openClock(page);
    clock.ask({ kind: "goto", step: cluster.steps });
    const heard = other.answers.length;
    expect(clock.ask({ kind: "goto", step: cluster.steps })).toMatchObject({ kind: "clock", asked: true });
    expect(other.answers).toHaveLength(heard);
  });

  it("moves the current cluster and hears of what cells do", () => {
    const clock = new Page();
    session.openClock(clock);
    clock.ask({ kind: "step", count: 2 });
    expect(clock.answers.at(-1)).toMatchObject({ kind: "clock", clock: { step: cluster.steps, tip: cluster.steps } });
    cluster.back(1);
    session.changed();
    expect(clock.answers.at(-1)).toMatchObject({ clock: { step: cluster.steps, tip: cluster.steps + 1 } });
  });
});

describe("a terminal", () => {
  it("whose page is gone before it is open harms nobody", () => {
    const gone = new Page();
    gone.send = () => {
      throw new Error("the connection is closed");
    };
    expect(() => session.openTerminal(gone, {})).not.toThrow();
  });

  it("writes a prompt, runs commands on the current cluster, and views follow", () => {
    const page = join(show.components(cluster));
    const terminal = new Page();
    session.openTerminal(terminal, { columns: 100, rows: 30 });
    const shown = (): string =>
      terminal.answers.map((answer) => (answer.kind === "output" ? answer.text : "")).join("");
    expect(shown()).toMatch(/[$#>] $/);
    terminal.ask({ kind: "input", text: "kubectl scale deployment web --replicas=2\r" });
    expect(shown()).toContain("deployment.apps/web scaled");
    expect(page.answers.at(-1)).toMatchObject({ clock: { step: cluster.steps } });
    expect(terminal.ask({ kind: "step", count: 1 })?.kind).toBe("refused");
    expect(terminal.ask({ kind: "resize", columns: 0, rows: 5 })?.kind).toBe("refused");
  });
});
