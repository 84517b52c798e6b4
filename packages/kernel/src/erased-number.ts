// Numbers that were erased: "erased-kfbmadpoghle-4420718". The letters are a keyed digest, the same for the same number, so that
// counts by number still hold; the digits are the first of the number, so that it is placed and priced as before.

/** As many digits at the end are gone: what is left is an area or a carrier, not a subscriber. */
const GONE = 5
const SHAPE = /^erased-[a-p]{12}(?:-(\d+))?$/

/** The name an erased number goes by; `digest` are six bytes or more, of which 48 bits count. */
export function erasedNumber(digest: Uint8Array, digits: string): string {
  // Letters, not hexadecimals: nothing that reads numbers out of texts may find one in it.
  const letters = [...digest.subarray(0, 6)].map((byte) => letter(byte >> 4) + letter(byte & 15)).join('')
  const kept = digits.slice(0, Math.max(0, digits.length - GONE))
  return kept === '' ? `erased-${letters}` : `erased-${letters}-${kept}`
}

function letter(nibble: number): string {
  return String.fromCharCode(97 + nibble)
}

/** The first digits of an erased number ('' = none were kept); undefined for what is not one. */
export function digitsOfErased(text: string): string | undefined {
  if (!text.startsWith('erased-')) return undefined
  const shape = SHAPE.exec(text)
  return shape ? (shape[1] ?? '') : undefined
}
