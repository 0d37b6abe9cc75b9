// Keys that JSON text gives twice: JSON.parse keeps the last of them in silence, the safetensors format forbids them.

/** The first key that an object of `json`, which is valid JSON, gives twice; undefined where no key is. */
export function repeatedKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = []; // the keys of each object around `at`; undefined for an array
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') objects.push(new Set());
    else if (character === '[') objects.push(undefined);
    else if (character === '}' || character === ']') objects.pop();
    else if (character === '"') {
      const start = at;
      at = endOfString(json, at);
      if (!isKey(json, at)) continue;
      const key = JSON.parse(json.slice(start, at + 1)) as string; // "a" and "\u0061" are one key
      const keys = objects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/** Position of the quote that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function isKey(json: string, end: number): boolean {
  let at = end + 1;
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++;
  return json[at] === ':';
}
