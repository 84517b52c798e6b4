// Erlang B: how likely a call meets a full trunk, and how many channels a trunk needs. Doubles; no money here.
// The recursion over the inverse is used, since factorials overflow at some 170 channels.

/** Share of calls that find all `channels` taken when `erlangs` are offered: 0 to 1. */
export function blocking(erlangs: number, channels: number): number {
  if (erlangs <= 0) return 0
  let b = 1
  for (let n = 1; n <= channels; n++) b = (erlangs * b) / (n + erlangs * b)
  return b
}

/** The fewest channels that keep blocking at or below `target` (0.01 = 1 %); `target` lies between 0 and 1. */
export function channelsNeeded(erlangs: number, target: number): number {
  if (!(target > 0 && target < 1)) throw new RangeError('target blocking must lie between 0 and 1')
  if (!Number.isFinite(erlangs)) throw new RangeError('traffic must be finite')
  if (erlangs <= 0) return 0
  let b = 1
  let n = 0
  while (b > target) {
    n += 1
    b = (erlangs * b) / (n + erlangs * b)
  }
  return n
}

/**
 * What was offered, given what `channels` carried: carried = offered · (1 − blocking). Null where no offer explains it,
 * since a trunk cannot carry on average as much as it has channels.
 */
export function offeredFromCarried(carried: number, channels: number): number | null {
  if (carried <= 0) return 0
  if (carried >= channels) return null
  // Carried grows with offered without a turn, so halving finds the fixed point where plain iteration is slow near full.
  let low = carried
  let high = carried * 2
  while (high * (1 - blocking(high, channels)) < carried) {
    low = high
    high *= 2
    if (high > 1e9) return null
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (middle * (1 - blocking(middle, channels)) < carried) low = middle
    else high = middle
  }
  return (low + high) / 2
}
