import { versionOf } from '@lin/command-line';

export const VERSION = versionOf(import.meta.url);
