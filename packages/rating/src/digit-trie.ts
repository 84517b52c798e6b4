// Prefixes as a tree of digits in one Int32Array: ten children a node, walked without allocating.
// Knows prefixes and a number for each; knows no rate, no time, no money.

/** Children of node n at [10n, 10n + 9]; 0 = none, for node 0 is the root and nobody's child. */
export type DigitTrie = {
  readonly children: Int32Array
  /** Value of a node; -1 = no prefix ends here. */
  readonly values: Int32Array
}

/** Builds the tree. `prefixes` hold digits only; the value of each is its position. Later duplicates win. */
export function digitTrie(prefixes: Iterable<string>): DigitTrie {
  let capacity = 1024
  let children = new Int32Array(capacity * 10)
  let values = new Int32Array(capacity).fill(-1)
  let nodes = 1
  let position = 0
  for (const prefix of prefixes) {
    if (nodes + prefix.length > capacity) {
      capacity = Math.max(capacity * 2, nodes + prefix.length)
      children = grown(children, capacity * 10, 0)
      values = grown(values, capacity, -1)
    }
    let node = 0
    for (let i = 0; i < prefix.length; i++) {
      const slot = node * 10 + prefix.charCodeAt(i) - 48
      node = children[slot]!
      if (node === 0) {
        node = nodes++
        children[slot] = node
      }
    }
    values[node] = position++
  }
  return { children: children.slice(0, nodes * 10), values: values.slice(0, nodes) }
}

function grown(old: Int32Array, length: number, filler: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(old)
  if (filler !== 0) larger.fill(filler, old.length)
  return larger
}

/**
 * The longest prefix of `digits` whose value `accepts`; -1 when there is none. `accepts` is asked from the longest to
 * the shortest and answers with what is to be returned, or -1 to fall back to a shorter prefix.
 */
export function longestPrefix(trie: DigitTrie, digits: string, accepts: (value: number) => number): number {
  const { children, values } = trie
  let depth = 0
  PATH[0] = 0
  for (let node = 0; depth < digits.length && depth < DEEPEST; ) {
    const digit = digits.charCodeAt(depth) - 48
    if (digit < 0 || digit > 9) break
    node = children[node * 10 + digit]!
    if (node === 0) break
    PATH[++depth] = node
  }
  for (; depth >= 0; depth--) {
    const value = values[PATH[depth]!]!
    if (value === -1) continue
    const accepted = accepts(value)
    if (accepted !== -1) return accepted
  }
  return -1
}

/** Digits looked at, at most. E.164 ends at 15; carriers put routing digits in front. Importers refuse longer ones. */
export const DEEPEST = 64

// One scratch path for all walks: nothing here awaits, so two walks never overlap.
const PATH = new Int32Array(DEEPEST + 1)
