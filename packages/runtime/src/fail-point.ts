// Dying at a named place, as by kill -9: no handler runs, nothing is flushed. Only for tests, by TOLLBOOK_FAIL_POINT.

import { FAIL_POINTS, type FailPoint, onFailPoint } from '@tollbook/kernel'

export type FailPointSpec = {
  readonly name: FailPoint /** Dies when it is passed for the nth time. */
  readonly nth: number
}

/** `name` or `name:n`; undefined when there is no such place. */
export function parseFailPoint(text: string): FailPointSpec | undefined {
  const m = /^([a-z.-]+)(?::(\d{1,9}))?$/.exec(text)
  const name = FAIL_POINTS.find((known) => known === m?.[1])
  const nth = Number(m?.[2] ?? 1)
  return name === undefined || nth < 1 ? undefined : { name, nth }
}

/** From now on this process kills itself at that place; undefined changes nothing. */
export function armFailPoint(
  spec: FailPointSpec | undefined,
  die: () => void = () => process.kill(process.pid, 'SIGKILL'),
): void {
  if (spec === undefined) return
  let passed = 0
  onFailPoint((name) => {
    if (name === spec.name && ++passed === spec.nth) die()
  })
}
