// Bytes kept as one character each (latin1), turned into text only where a byte is not ASCII.

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what is meant
const HIGH = /[^\x00-\x7f]/

/** The text those bytes are in UTF-8; damaged sequences become U+FFFD. */
export function utf8(latin1: string): string {
  return HIGH.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1
}

/** True when no byte needs `utf8`. */
export function isAscii(latin1: string): boolean {
  return !HIGH.test(latin1)
}
