export { createFile, removeLeftovers, replaceByLink, replaceFile, type Contents } from './write-file.js';
export { createFolder } from './create-folder.js';
export { moveIntoPlace, syncFolder } from './move-into-place.js';
export { exists } from './exists.js';
export { isAlive } from './is-alive.js';
export { tryLock, withLock, type LockHolder, type WithLockOptions } from './lock.js';
