// TensorFlow's server listens on every interface, whatever its address says, and asks nobody who they are. Where all workers are on one
// machine, the kernel is told to drop what comes to its port from anywhere else: a packet filter on the listening socket, which needs no
// rights (socket(7), SO_ATTACH_FILTER; classic BPF, linux/filter.h). What connects inherits it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { attachSocketFilter, type FilterInstruction } from '../tensorflow/socket-filter.js';

/** How long the own machine may take to connect to itself. */
const CONNECT_MS = 300;

/** Whether `port`, on which this process listens, now takes connections from this machine's loopback only: tried, not believed. */
export async function closeToOthers(port: number): Promise<boolean> {
  const sockets = listeningSockets(port);
  if (sockets.length === 0) return false;
  if (!sockets.every((descriptor) => attachSocketFilter(descriptor, LOOPBACK_ONLY))) return false;
  const connected = await Promise.all(outsideAddresses().map((address) => connects(address, port)));
  return !connected.includes(true);
}

/** The addresses that others may reach this machine at. */
export const outsideAddresses = (): string[] =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal }) => !internal)
      .map(({ address, scopeid }) => (scopeid ? `${address}%${name}` : address)),
  );

/** Descriptors of this process's sockets that listen on `port`; Linux only. */
function listeningSockets(port: number): number[] {
  try {
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/self/net/${table}`, 'utf8').split('\n'));
    const cells = rows.map((row) => row.trim().split(/\s+/));
    const listening = cells.filter(([, address, , state]) => address?.endsWith(local) && state === LISTEN);
    const links = new Set(listening.map((row) => `socket:[${row[INODE]}]`));
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((descriptor) => links.has(linkOf(descriptor)));
  } catch {
    return [];
  }
}

/** In the tables of proc_net_tcp(5). */
const LISTEN = '0A';
const INODE = 9;

function linkOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ''; // that of readdir itself
  }
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (connected: boolean) => () => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).on('error', end(false));
  });
}

/** SKF_NET_OFF: offsets from here are into the IP header. */
const IP_HEADER = 0xfff00000;
const PASS: FilterInstruction = { code: 0x06, jt: 0, jf: 0, k: 0xffffffff };
const DROP: FilterInstruction = { code: 0x06, jt: 0, jf: 0, k: 0 };
const loadByte = (k: number): FilterInstruction => ({ code: 0x30, jt: 0, jf: 0, k: IP_HEADER + k });
const loadWord = (k: number): FilterInstruction => ({ code: 0x20, jt: 0, jf: 0, k: IP_HEADER + k });
const and = (k: number): FilterInstruction => ({ code: 0x54, jt: 0, jf: 0, k });
/** Skips `jt` instructions where the loaded value is k, `jf` where it is not. */
const jumpIfEqual = (k: number, jt: number, jf: number): FilterInstruction => ({ code: 0x15, jt, jf, k });

/** Passes packets whose source is 127.0.0.0/8 or ::1. The numbers at the ends are the instructions' own. */
const LOOPBACK_ONLY: readonly FilterInstruction[] = [
  loadByte(0),
  and(0xf0),
  jumpIfEqual(0x40, 0, 4), // 2: version 4, else on at 7
  loadWord(12),
  and(0xff000000),
  jumpIfEqual(0x7f000000, 0, 9), // 5: else on at 15
  PASS,
  loadWord(8), // 7: version 6
  jumpIfEqual(0, 0, 6),
  loadWord(12),
  jumpIfEqual(0, 0, 4),
  loadWord(16),
  jumpIfEqual(0, 0, 2),
  loadWord(20),
  jumpIfEqual(1, 1, 0), // 14
  DROP,
  PASS,
];
