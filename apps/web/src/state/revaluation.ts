// A revaluation as it goes on: read again each second while it counts or applies, then left alone.

import type { Revaluation } from '@tollbook/api/wire-tariffs'
import { useEffect } from 'preact/hooks'
import { readRevaluation } from '../api/tariff-routes.ts'
import { type Loaded, useLoad } from './load.ts'

const POLL_MS = 1000

export function isRunning(one: Revaluation): boolean {
  return one.state === 'counting' || one.state === 'applying'
}

/** `key` undefined = there is none to follow. */
export function useRevaluation(tenant: string, key: string | undefined): Loaded<Revaluation | undefined> {
  const loaded = useLoad(`revaluation/${tenant}/${key}`, (signal) =>
    key === undefined ? Promise.resolve(undefined) : readRevaluation(tenant, key, signal),
  )
  const { data, error, again } = loaded
  // A failed question is asked again too: the run goes on whether or not it can be seen.
  const running = data !== undefined && data.id === key && isRunning(data)
  useEffect(() => {
    if (!running) return
    const timer = setTimeout(again, POLL_MS)
    return () => clearTimeout(timer)
  }, [running, data, error])
  return loaded
}
