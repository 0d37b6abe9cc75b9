// The two escaped spellings of protocol 0 (Python's pickletools: stringnl, unicodestringnl).

/** A Python 2 str as its repr: 'a\x00\n'. undefined where it is not one. */
export function unescapeString(line: string): Buffer | undefined {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) return undefined;
  let isRegular = true;
  const text = line
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]?))/g, (_, hexadecimal: string | undefined, letter: string) => {
      if (hexadecimal !== undefined) return String.fromCharCode(parseInt(hexadecimal, 16));
      const character = STRING_ESCAPES[letter];
      isRegular &&= character !== undefined;
      return character ?? '';
    });
  return isRegular ? Buffer.from(text, 'latin1') : undefined;
}

const STRING_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", '"': '"', n: '\n', r: '\r', t: '\t' };

/**
 * raw-unicode-escape: latin-1, in which \uXXXX and \UXXXXXXXX stand for what is not, and for the backslash itself. undefined where one is
 * cut short.
 */
export function unescapeUnicode(line: string): string | undefined {
  let isRegular = true;
  const text = line.replace(
    /\\(?:u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|([\s\S]?))/g,
    (whole, short: string | undefined, long: string | undefined, letter: string) => {
      const digits = short ?? long;
      if (digits !== undefined) return String.fromCodePoint(parseInt(digits, 16));
      isRegular &&= letter !== 'u' && letter !== 'U';
      return whole;
    },
  );
  return isRegular ? text : undefined;
}
