// Thousands of keys as one parameter of type uuid[].

/** Header of a one-dimensional array, then length and bytes of each element. */
const HEAD = 20
const ELEMENT = 4 + 16
const UUID_OID = 2950

/**
 * PostgreSQL's binary form of uuid[]; pg passes a Buffer as it is. A text that the server has to take apart costs it four
 * times as much as the look-up of the keys. `keys` are spelled as usual, in small letters.
 */
export function uuidArray(keys: readonly string[]): Buffer {
  const bytes = Buffer.alloc(HEAD + keys.length * ELEMENT)
  bytes.writeInt32BE(keys.length === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(UUID_OID, 8)
  bytes.writeInt32BE(keys.length, 12)
  bytes.writeInt32BE(1, 16)
  let at = HEAD
  for (const key of keys) {
    bytes[at + 3] = 16
    writeUuid(bytes, at + 4, key)
    at += ELEMENT
  }
  return keys.length === 0 ? bytes.subarray(0, 12) : bytes
}

/** The 16 bytes of a UUID spelled with dashes, in small letters. */
export function writeUuid(bytes: Uint8Array, at: number, text: string): void {
  let to = at
  for (let i = 0; i < 36; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) i++
    bytes[to++] = (nibble(text.charCodeAt(i)) << 4) | nibble(text.charCodeAt(i + 1))
  }
}

function nibble(code: number): number {
  return code <= 57 ? code - 48 : code - 87
}
