// Names of files as the disk has them: bytes, which on Linux need not be UTF-8 (Latin-1, GBK). A byte that is not UTF-8 becomes a lone
// surrogate U+DC80 … U+DCFF, as Python's surrogateescape has it (PEP 383), so that every name is a string of its own and can be given back.

const FIRST_ESCAPE = 0xdc00;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function nameOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** The bytes of a name of `nameOf`, or of a path of such names. */
export function bytesOfName(name: string): Buffer {
  if (!/[\udc80-\udcff]/.test(name)) return Buffer.from(name);
  return Buffer.concat(
    Array.from(name, (character) => {
      const code = character.codePointAt(0)!;
      return isEscape(code) ? Buffer.of(code - FIRST_ESCAPE) : Buffer.from(character);
    }),
  );
}

/** For a line of a list or a message: \t, \n and \r as they are written in JSON, a backslash twice, a byte that is not UTF-8 as \xE9. */
export function printableName(name: string): string {
  return Array.from(name, (character) => {
    const code = character.codePointAt(0)!;
    if (isEscape(code)) return `\\x${(code - FIRST_ESCAPE).toString(16).toUpperCase()}`;
    return (
      ESCAPES[character] ??
      (code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0').toUpperCase()}` : character)
    );
  }).join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };
const isEscape = (code: number) => code >= 0xdc80 && code <= 0xdcff;

/** Well-formed sequences as characters, every other byte by itself. */
function decodeEscaping(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at]!);
    const sequence = bytes.subarray(at, at + length);
    try {
      if (sequence.length < length) throw new Error('cut short');
      text += decoder.decode(sequence);
      at += length;
    } catch {
      text += String.fromCharCode(FIRST_ESCAPE + bytes[at]!);
      at++;
    }
  }
  return text;
}

/** Of a sequence that begins with the byte. */
function lengthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
