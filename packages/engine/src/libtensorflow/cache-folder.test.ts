import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder } from './cache-folder.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

function platform(name: NodeJS.Platform): void {
  vi.stubGlobal('process', Object.create(process, { platform: { value: name } }));
}

describe('the cache folder', () => {
  test('is LIN_CACHE where set, on every system', () => {
    vi.stubEnv('LIN_CACHE', '/somewhere');
    for (const name of ['linux', 'darwin', 'win32'] as const) {
      platform(name);
      expect(cacheFolder()).toBe('/somewhere');
    }
  });

  test('is below XDG_CACHE_HOME or ~/.cache on Linux', () => {
    platform('linux');
    vi.stubEnv('LIN_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', '/xdg');
    expect(cacheFolder()).toBe(join('/xdg', 'lin'));
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(cacheFolder()).toBe(join(homedir(), '.cache', 'lin'));
  });

  test("is macOS's and Windows's own place there", () => {
    vi.stubEnv('LIN_CACHE', '');
    platform('darwin');
    expect(cacheFolder()).toBe(join(homedir(), 'Library', 'Caches', 'lin'));
    platform('win32');
    vi.stubEnv('LOCALAPPDATA', '/local');
    expect(cacheFolder()).toBe(join('/local', 'lin'));
  });
});
