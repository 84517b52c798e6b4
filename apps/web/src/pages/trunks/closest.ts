// Which trunk is looked at closely when nobody chose one.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'

/** As the URL and the API name a trunk. */
export function keyOf(trunk: TrunkFigures): string {
  return trunk.id === null ? 'none' : String(trunk.id)
}

/** Full the longest, else the most of its channels in use; none where no trunk has a known number of channels. */
export function closestOf({ trunks }: TrunkLoad): TrunkFigures | undefined {
  const share = (one: TrunkFigures) => (one.capacity ? one.peak / one.capacity : -1)
  return trunks
    .filter((one) => one.capacity !== null && one.seizures + one.peak > 0)
    .toSorted((a, b) => (b.limitSeconds ?? 0) - (a.limitSeconds ?? 0) || share(b) - share(a))[0]
}
