import { stat } from 'node:fs/promises';

/** Whether a file or folder is at `path`. @throws where the file system cannot say, e.g. without permission. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
