// The month before this one, in a tenant's zone: what "last month" means where no dates are given.

import { startOf } from '@tollbook/selection/local-time'

export function lastMonth(zone: string, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const toMs = startOf(nowMs, 'month', zone)
  return { fromMs: startOf(toMs - 1, 'month', zone), toMs }
}
