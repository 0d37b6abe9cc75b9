// TensorFlow greets whoever loads it ("oneDNN custom operations are on …"): from a static initialiser that runs before the one that reads
// TF_CPP_MIN_LOG_LEVEL, so that no variable hides it. What is written to stderr during the load is kept aside, and all but that is passed
// on.
import { writeSync } from 'node:fs';
import { stderrAside } from '../stderr-aside.js';

const STDERR = 2;
const SEVERITIES = 'IWEF';

/** Runs `load`; lines that TF_CPP_MIN_LOG_LEVEL hides once TensorFlow is loaded are hidden while it loads too. */
export function quietly<T>(load: () => T): T {
  const level = Number(process.env['TF_CPP_MIN_LOG_LEVEL']) || 0;
  if (level === 0) return load();
  return stderrAside(load, (text) => {
    const kept = text
      .split('\n')
      .filter((line) => !isHidden(line, level))
      .join('\n');
    if (kept) writeSync(STDERR, kept);
  });
}

/** A line of TensorFlow's log below `level` (0 info, 1 warning, 2 error, 3 fatal), or absl's word that its log is not set up yet. */
export function isHidden(line: string, level: number): boolean {
  if (line.startsWith('WARNING: All log messages before absl::InitializeLog() is called')) return true;
  const [, absl, older] = /^(?:([IWEF])\d{4} [\d:.]+ |\d{4}-\d{2}-\d{2} [\d:.]+ ([IWEF]) )/.exec(line) ?? [];
  const severity = SEVERITIES.indexOf(absl ?? older ?? 'F');
  return severity < level && severity < SEVERITIES.indexOf('F');
}
