const LONGEST = 500; // characters: a name in a file may have millions

/** Bytes that are not a safetensors file, a file that cannot be read or written, or tensors that do not fit; the message says where. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
  readonly fault = 'input';

  /** Of what the file holds, control characters are shown as escapes, and a long text loses its middle. */
  constructor(message: string, options?: ErrorOptions) {
    super(shortened(message.replace(/\p{Cc}/gu, escaped)), options);
  }
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const shortened = (text: string) =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST * 0.6)}…${text.slice(-LONGEST * 0.4)}`;
