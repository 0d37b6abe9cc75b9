// environment.json: where and how a run was computed, a list of its sessions.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '@lin/engine';
import { replaceFile } from '@lin/files';
import { VERSION } from '../version.js';

/** One session of a run. */
export interface SessionEnvironment {
  startedAt: string;
  /** As it was typed, from the program's own arguments on. */
  commandLine: string[];
  versions: { lin: string; node: string; tfjs: string };
  engine: { backend: string; device: string; reason: string };
  machine: { host: string; system: string; cpu: string; cores: number; memoryGB: number };
  /** Of the folder that the program is in; null where it is not one of git's. */
  git: { commit: string; changedFiles: number } | null;
}

export async function sessionEnvironment({ backend, device, reason }: Engine): Promise<SessionEnvironment> {
  return {
    startedAt: new Date().toISOString(),
    commandLine: process.argv.slice(2),
    versions: { lin: VERSION, node: process.versions.node, tfjs: tf.version_core },
    engine: { backend, device, reason },
    machine: {
      host: hostname(),
      system: `${platform()} ${release()} ${arch()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGB: Math.round(totalmem() / 1e9),
    },
    git: await gitState(),
  };
}

/** Adds a session to the list, which is written anew where it cannot be read. */
export async function appendSession(path: string, session: SessionEnvironment): Promise<void> {
  await replaceFile(path, `${JSON.stringify([...(await readSessions(path)), session], null, 2)}\n`);
}

/** Empty where there is no such file, or a damaged one: it only tells. */
export async function readSessions(path: string): Promise<SessionEnvironment[]> {
  try {
    const sessions: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(sessions) ? (sessions as SessionEnvironment[]) : [];
  } catch {
    return [];
  }
}

async function gitState(): Promise<SessionEnvironment['git']> {
  const cwd = dirname(fileURLToPath(import.meta.url));
  const git = async (...args: string[]) => (await promisify(execFile)('git', args, { cwd })).stdout.trim();
  try {
    const [commit, changed] = [await git('rev-parse', 'HEAD'), await git('status', '--porcelain')];
    return { commit, changedFiles: changed === '' ? 0 : changed.split('\n').length };
  } catch {
    return null; // no git, or no repository
  }
}
