// setsockopt(SO_ATTACH_FILTER) of the C library, through koffi.
import koffi from 'koffi';

/** struct sock_filter of linux/filter.h. */
export interface FilterInstruction {
  code: number;
  /** How many instructions are skipped where a comparison holds, and where it does not. */
  jt: number;
  jf: number;
  k: number;
}

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const SIZE_OF_PROGRAM = 16;

/** Whether the kernel took it; false on systems that have no such filter. */
export function attachSocketFilter(descriptor: number, instructions: readonly FilterInstruction[]): boolean {
  if (process.platform !== 'linux') return false;
  const program = { len: instructions.length, filter: [...instructions] };
  return setSocketOption()(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program, SIZE_OF_PROGRAM) === 0;
}

type SetSocketOption = (descriptor: number, level: number, name: number, value: object, bytes: number) => number;
let found: SetSocketOption | undefined;

/** Once: koffi's types have names, and a name is given once. */
function setSocketOption(): SetSocketOption {
  if (found) return found;
  const filter = koffi.struct('sock_filter', { code: 'uint16', jt: 'uint8', jf: 'uint8', k: 'uint32' });
  const program = koffi.struct('sock_fprog', { len: 'uint16', filter: koffi.pointer(filter) });
  const types = ['int', 'int', 'int', koffi.pointer(program), 'uint32'];
  found = koffi.load(null).func('setsockopt', 'int', types) as SetSocketOption;
  return found;
}
