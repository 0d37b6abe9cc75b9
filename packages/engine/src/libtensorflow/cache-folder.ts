// The folder below which Lin keeps what it downloads: the platform's place for a user's caches.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** LIN_CACHE where set; else XDG_CACHE_HOME/lin, ~/.cache/lin, ~/Library/Caches/lin or %LOCALAPPDATA%\lin. */
export function cacheFolder(): string {
  const { LIN_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (LIN_CACHE) return LIN_CACHE;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'lin');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'lin');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'lin');
}
