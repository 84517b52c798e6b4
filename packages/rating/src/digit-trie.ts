// Prefixes as a tree of digits in one Int32Array: ten slots a node, walked without allocating. Only what has longer
// prefixes below it is a node; a prefix without is written into its parent's slot. Knows no rate, no time, no money.

/**
 * A slot holds the node below (> 0, for node 0 is the root and nobody's child), or the complement of what was found when
 * the walk ends there: `~head`, where `head` is -1 for nothing. What a shorter prefix holds is written into the empty
 * slots below it, so that a walk needs no memory of where it came by.
 */
export type DigitTrie = {
  /** Slots of node n at [10n, 10n + 9]. */
  readonly slots: Int32Array
  /** What is found when the digits end at a node. */
  readonly heads: Int32Array
  /** The slot that each JUMP_DIGITS leading digits lead to; empty for a small tree. */
  readonly jump: Int32Array
}

/** Digits looked at, at most. E.164 ends at 15; carriers put routing digits in front. Importers refuse longer ones. */
export const DEEPEST = 64

/** Ten thousand slots fit a core's second cache; the first four digits are then one load instead of four. */
const JUMP_DIGITS = 4
const JUMP_WORTHWHILE = 100

/** What stands at the longest prefix of `digits` that has something; -1 = nothing does. */
export function longestHead({ slots, heads, jump }: DigitTrie, digits: string): number {
  const length = digits.length
  let node = 0
  let depth = 0
  if (jump.length > 0 && length >= JUMP_DIGITS) {
    const code = leading(digits)
    if (code >= 0) {
      node = jump[code]!
      if (node <= 0) return ~node
      depth = JUMP_DIGITS
    }
  }
  for (; depth < length; depth++) {
    const digit = digits.charCodeAt(depth) - 48
    if (digit < 0 || digit > 9) break
    node = slots[node * 10 + digit]!
    if (node <= 0) return ~node
  }
  return heads[node]!
}

/** The first four digits as a number; -1 when one is none. */
function leading(digits: string): number {
  const a = digits.charCodeAt(0) - 48
  const b = digits.charCodeAt(1) - 48
  const c = digits.charCodeAt(2) - 48
  const d = digits.charCodeAt(3) - 48
  // None is below zero or above nine: one comparison each, on unsigned values.
  if (a >>> 0 > 9 || b >>> 0 > 9 || c >>> 0 > 9 || d >>> 0 > 9) return -1
  return ((a * 10 + b) * 10 + c) * 10 + d
}

/** A tree under construction. Prefixes get numbers ("places") in the order in which they come. */
export type TrieBuilder = {
  /** The number of a prefix of digits, new or known. */
  readonly placeOf: (prefix: string) => number
  readonly places: () => number
  /**
   * Finishes the tree; the builder is used up. `headOf` is asked once for each place, shorter prefixes first, then by
   * digits, and told what the next shorter one answered, and how long it is: what is found when a walk ends there.
   */
  readonly freeze: (headOf: (place: number, shorter: number, depth: number) => number) => DigitTrie
}

/** An empty tree to put prefixes in. */
export function trieBuilder(): TrieBuilder {
  // While building a slot is 0 for nothing, ~place for a prefix with nothing below it, or a node.
  let slots = new Int32Array(10 * 64)
  let nodePlaces = new Int32Array(64).fill(-1)
  let nodes = 1
  let places = 0

  function addNode(slot: number, place: number): number {
    if (nodes === nodePlaces.length) {
      slots = grown(slots, nodes * 20)
      nodePlaces = grown(nodePlaces, nodes * 2)
    }
    nodePlaces[nodes] = place
    slots[slot] = nodes
    return nodes++
  }

  function placeOf(prefix: string): number {
    let node = 0
    for (let i = 0; i < prefix.length; i++) {
      const slot = node * 10 + prefix.charCodeAt(i) - 48
      const held = slots[slot]!
      const isLast = i === prefix.length - 1
      if (isLast && held < 0) return ~held
      if (isLast && held === 0) {
        slots[slot] = ~places
        return places++
      }
      node = held > 0 ? held : addNode(slot, held < 0 ? ~held : -1)
    }
    if (nodePlaces[node] === -1) nodePlaces[node] = places++
    return nodePlaces[node]!
  }

  function freeze(headOf: (place: number, shorter: number, depth: number) => number): DigitTrie {
    slots = slots.slice(0, nodes * 10)
    const heads = nodePlaces.slice(0, nodes)
    const visit = (at: number, shorter: number, depth: number): void => {
      const place = heads[at]!
      const head = place === -1 ? shorter : headOf(place, shorter, depth)
      heads[at] = head
      for (let slot = at * 10; slot < at * 10 + 10; slot++) {
        const held = slots[slot]!
        if (held > 0) visit(held, head, depth + 1)
        else slots[slot] = ~(held < 0 ? headOf(~held, head, depth + 1) : head)
      }
    }
    visit(0, -1, 0)
    return { slots, heads, jump: nodes < JUMP_WORTHWHILE ? new Int32Array(0) : jumpTable(slots) }
  }

  return { placeOf, places: () => places, freeze }
}

function grown(old: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(old)
  return larger
}

function jumpTable(slots: Int32Array): Int32Array {
  const jump = new Int32Array(10 ** JUMP_DIGITS)
  for (let code = 0; code < jump.length; code++) {
    let node = 0
    for (let unit = jump.length / 10; unit >= 1; unit /= 10) {
      node = slots[node * 10 + (Math.floor(code / unit) % 10)]!
      if (node <= 0) break
    }
    jump[code] = node
  }
  return jump
}
