/**
 * Machines and the processes on them, and what can happen to them: start, kill, machine down, machine up, removal.
 * Models an operating system without a supervisor: a killed process stays ended until somebody starts it; all processes
 * of a machine start with it.
 * Invariant: each start of a process is a new incarnation (`epoch`), and nothing of an earlier one reaches it.
 */
import type { Duration } from "./instant.ts";
import type { World } from "./world.ts";

/** A process and whether it runs. */
export interface ProcessRow {
  /** Unique, e.g. "kubelet/worker-1". */
  readonly id: string;
  /** Name of its component, e.g. "kubelet". */
  readonly component: string;
  readonly machine: string;
  readonly running: boolean;
  /** Which start this is, from 0. */
  readonly epoch: number;
  /** It has handled its start: before that nothing reaches it, as nothing listens yet. */
  readonly started: boolean;
}

/** A machine and whether it has power. */
export interface MachineRow {
  readonly name: string;
  readonly role: "control-plane" | "worker" | "outside";
  readonly zone: string;
  readonly up: boolean;
}

/** Adds a machine that is up and has no processes yet. */
export function addMachine(world: World, name: string, role: MachineRow["role"], zone: string): void {
  world.machines.set(name, { name, role, zone, up: true });
}

/** Adds a process that starts after a delay. Its id is returned. */
export function addProcess(world: World, component: string, machine: string, delay: Duration): string {
  const id = `${component}/${machine}`;
  if (!world.components.has(component)) throw new RangeError(`no component is called "${component}"`);
  world.processes.set(id, { id, component, machine, running: true, epoch: 0, started: false });
  world.emit(world.now + delay, id, id, 0, { kind: "start" });
  return id;
}

/** Ends a process as SIGKILL does. False if it did not run. */
export function killProcess(world: World, id: string): boolean {
  const row = world.processes.get(id);
  if (row === undefined || !row.running) return false;
  end(world, row, false);
  disturbAll(world);
  return true;
}

/** The operating system closes what a process had open; a machine without power can't. */
function end(world: World, row: ProcessRow, silent: boolean): void {
  world.closeProcess(row, silent);
  world.processes.set(row.id, { ...row, running: false, started: false });
}

/** Starts a process that has ended, as a new incarnation. False if it runs or its machine is down. */
export function startProcess(world: World, id: string): boolean {
  const row = world.processes.get(id);
  if (row === undefined || row.running || world.machines.get(row.machine)?.up !== true) return false;
  begin(world, row);
  disturbAll(world);
  return true;
}

function begin(world: World, row: ProcessRow): void {
  const epoch = row.epoch + 1;
  world.processes.set(row.id, { ...row, running: true, epoch });
  world.emit(world.now, row.id, row.id, epoch, { kind: "start" });
}

/** Cuts a machine's power: all its processes end. False if it was down. */
export function stopMachine(world: World, name: string): boolean {
  const machine = world.machines.get(name);
  if (machine === undefined || !machine.up) return false;
  world.machines.set(name, { ...machine, up: false });
  for (const [, row] of world.processes.entries()) if (row.machine === name && row.running) end(world, row, true);
  disturbAll(world);
  return true;
}

/** Switches a machine on; its processes start as new incarnations. False if it was up. */
export function startMachine(world: World, name: string): boolean {
  const machine = world.machines.get(name);
  if (machine === undefined || machine.up) return false;
  world.machines.set(name, { ...machine, up: true });
  for (const [, row] of world.processes.entries()) if (row.machine === name) begin(world, row);
  disturbAll(world);
  return true;
}

/** Tells every running process that connections may have broken or may work again. */
export function disturbAll(world: World): void {
  for (const [id, row] of world.processes.entries()) {
    if (!row.running || world.components.get(row.component)?.disturbed === undefined) continue;
    world.emit(world.now, id, id, row.epoch, { kind: "disturbed" });
  }
}
