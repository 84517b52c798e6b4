// An axis in seconds on which short rings next to long talks stay readable: the beginning is drawn wider when it would be
// squeezed. Pure.

export type Axis = {
  /** Whole length in seconds, at least one. */
  readonly length: number
  /** Up to here the axis is drawn wider; null when it is even. */
  readonly wideUntil: number | null
  /** Per cent from the left. */
  at(seconds: number): number
}

/** Share of the width that the beginning gets when it would otherwise be squeezed. */
const WIDE_SHARE = 46
/** A beginning that has this share by itself needs no help. */
const SQUEEZED_BELOW = 0.25

/** `busyUntil`: the end of what is short and stands at the beginning (menu, rings, waiting); 0 = nothing. */
export function timeAxis(seconds: number, busyUntil: number): Axis {
  const length = Math.max(1, seconds)
  const wideUntil = Math.ceil((busyUntil * 1.4) / 5) * 5
  const squeezed = busyUntil > 0 && busyUntil / length < SQUEEZED_BELOW && wideUntil < length
  if (!squeezed) return { length, wideUntil: null, at: (s) => (100 * clamp(s, length)) / length }
  return {
    length,
    wideUntil,
    at: (s) => {
      const t = clamp(s, length)
      if (t <= wideUntil) return (t / wideUntil) * WIDE_SHARE
      return WIDE_SHARE + ((t - wideUntil) / (length - wideUntil)) * (100 - WIDE_SHARE)
    },
  }
}

export type Tick = { readonly at: number; readonly key: boolean }

/**
 * Moments worth a tick: start, end, the marked ones (answer, transfer), where the axis changes; a label not closer to
 * another than it is wide, marked lines always.
 */
export function ticksOf(axis: Axis, marked: readonly number[]): readonly (Tick & { readonly label: boolean })[] {
  const wished: Tick[] = [
    { at: 0, key: false },
    { at: axis.length, key: false },
    ...marked.filter((at) => at > 0).map((at) => ({ at, key: true })),
    ...(axis.wideUntil !== null ? [{ at: axis.wideUntil, key: false }] : [{ at: axis.length / 2, key: false }]),
  ]
  const kept: (Tick & { label: boolean })[] = []
  for (const tick of wished) {
    const apart = (one: Tick) => Math.abs(axis.at(one.at) - axis.at(tick.at)) > 9
    // Labels are whole seconds: two moments of the same second would read as the axis standing still.
    const label = kept.every((one) => !one.label || (apart(one) && Math.round(one.at) !== Math.round(tick.at)))
    if (label || tick.key) kept.push({ ...tick, label })
  }
  return kept.sort((a, b) => a.at - b.at)
}

function clamp(seconds: number, length: number): number {
  return Math.max(0, Math.min(length, seconds))
}
