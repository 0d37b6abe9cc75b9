// A small program for the tests: its commands end, fail or wait.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, CommandLine } from '../src/index.js';

const failure = (more: object) => Object.assign(new Error('what went wrong'), more);
const failing = (name: string, error: Error): Command => ({ name, summary: 'fails', run: () => Promise.reject(error) });

const endless = (name: string, print: (line: string) => void): Command => ({
  name,
  summary: 'prints without end',
  async run() {
    for (;;) {
      print('line');
      await sleep(0);
    }
  },
});

const commands: Command[] = [
  failing('input', failure({ fault: 'input' })),
  failing('environment', failure({ fault: 'environment' })),
  failing('system', failure({ code: 'ENOSPC', syscall: 'write' })),
  failing('bug', new TypeError('a fault of the program')),
  {
    name: 'copy',
    operands: ['<from>', '<to>'],
    summary: 'says what it was given',
    options: {
      workers: { type: 'string', value: '<n>', description: 'how many at once (default: 4)' },
      set: { type: 'string', multiple: true, description: 'may be repeated' },
      json: { type: 'boolean', description: 'as JSON' },
      again: { type: 'string', value: 'auto', bare: 'always', description: 'once more' },
    },
    run: async (operands, values) => console.log(JSON.stringify({ operands, values })),
  },
  {
    name: 'list',
    operands: ['<a>', '<b>…'],
    summary: 'says what it was given',
    run: async (operands) => console.log(JSON.stringify(operands)),
  },
  { name: 'three', summary: 'ends with code 3', run: async () => 3 },
  endless('many', (line) => console.log(line)),
  endless('many-errors', (line) => console.error(line)),
  {
    name: 'wait',
    summary: 'waits for a signal',
    async run(_operands, _values, { signal }) {
      console.log('waiting');
      await sleep(60_000, undefined, { signal });
    },
  },
];

export const PROGRAM: CommandLine = { name: 'program', version: '1.2.3', commands };
