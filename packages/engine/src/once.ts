// What is done to tfjs's global registries is done once in the life of a process, however often an engine is started.
const done = new Set<string>();

export function once(what: string, work: () => void): void {
  if (done.has(what)) return;
  work();
  done.add(what);
}
