// A PATH of a test's own, with a pip, an nvidia-smi … that do what the test says.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export class FakeTools {
  readonly path: string;

  constructor(private readonly folder: string) {
    this.path = join(folder, 'bin');
  }

  /** A shell script on the PATH. */
  async add(name: string, script: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await writeFile(join(this.path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(this.path, name), 0o755);
  }

  /** `python3 -m pip`, whose download runs `script` with $DEST, the folder the wheels belong in. Its arguments are logged. */
  async pip(script: string): Promise<void> {
    await this.add(
      'python3',
      `case "$*" in
        "-m pip --version") exit 0 ;;
        "-m pip download "*) ;;
        *) exit 1 ;;
      esac
      echo "$*" >> "${this.log}"
      while [ "$1" != --dest ]; do shift; done
      DEST=$2
      ${script}`,
    );
  }

  /** The arguments of every `pip download`, in order. */
  async downloads(): Promise<string[]> {
    return (await readFile(this.log, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  }

  private get log(): string {
    return join(this.folder, 'pip.log');
  }
}
