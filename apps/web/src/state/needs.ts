// How many things of a tenant's data need somebody: the figure beside Data health. Asked rarely, since every page shows it.

import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readHealth } from '../api/routes.ts'

export const needs = signal(0)

/** Nothing here changes by the second; the page itself follows the news. */
const ASK_MS = 60_000
const HOURS = 72

/** Keeps the figure for the tenant that is open. A question that fails leaves it as it was. */
export function useNeeds(tenant: string): void {
  useEffect(() => {
    const abort = new AbortController()
    const ask = () => {
      if (document.visibilityState === 'hidden') return
      readHealth(tenant, HOURS, abort.signal).then(
        (health) => !abort.signal.aborted && showNeeds(health.needs),
        () => undefined,
      )
    }
    showNeeds(0)
    ask()
    const timer = setInterval(ask, ASK_MS)
    return () => {
      abort.abort()
      clearInterval(timer)
    }
  }, [tenant])
}

/** The page Data health has just read it. */
export function showNeeds(n: number): void {
  needs.value = n
}
