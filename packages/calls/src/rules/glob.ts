// Patterns over channel names, contexts and numbers: `*` stands for any text, `?` for one character, capitals are as small.

/** True when the whole text fits the pattern. Both must be in small letters. Never slower than one times the other. */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    const c = pattern.charCodeAt(p)
    if (c === STAR) {
      star = p++
      resume = t
    } else if (p < pattern.length && (c === ANY || c === text.charCodeAt(t))) {
      p++
      t++
    } else if (star >= 0) {
      // The last star takes one character more; what stood before it has fitted once and for all.
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern.charCodeAt(p) === STAR) p++
  return p === pattern.length
}

const STAR = 42
const ANY = 63
