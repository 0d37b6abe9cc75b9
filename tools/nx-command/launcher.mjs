// npx ends by a signal that it gets alone without passing it on: the shell and the nx that it started would run on as nobody's.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

const EVERY_MS = 500;
const MOST_ANCESTORS = 8;

/** Calls back once when npx, or a process between it and this one, has ended; where npx is not among the ancestors, never. */
export function whenLauncherIsGone(callback) {
  const watched = ancestorsUpToNpx();
  if (watched.length === 0) return;
  const timer = setInterval(() => {
    if (watched.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, EVERY_MS);
  timer.unref();
}

function ancestorsUpToNpx() {
  const pids = [];
  for (let pid = process.ppid; pid > 1 && pids.length < MOST_ANCESTORS;) {
    const found = parentAndCommand(pid);
    if (!found) break;
    pids.push(pid);
    if (/^npm (exec|run)|\bnpx(-cli\.js)?\b|\bnpm-cli\.js\b/.test(found.command)) return pids;
    pid = found.parent;
  }
  return [];
}

/** undefined where there is no ps, as on Windows. */
function parentAndCommand(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', `${pid}`], { encoding: 'utf8', stdio: 'pipe' }).trim();
    const [, parent, command] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    return parent && { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
