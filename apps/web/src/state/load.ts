// Reading for a page: the newest answer, the fault if there was one, and whether we have waited long enough to say so.
// While a new question is out the old answer stays, so nothing jumps.

import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from '../api/client.ts'
import { onNews, type Topic } from './news.ts'

export type Loaded<T> = {
  readonly data: T | undefined
  readonly error: ApiError | undefined
  /** A different question than the one answered is out: draw the old answer faintly. */
  readonly stale: boolean
  /** Nothing to show for 200 ms: draw the skeleton. */
  readonly slow: boolean
  again(): void
}

const SLOW_MS = 200
/** Live news is gathered: at most one re-read in this time, the first at once. */
const NEWS_MS = 700

type State<T> = { key: string; data: T | undefined; error: ApiError | undefined }

/**
 * Loads when `key` changes, on `again()`, and when one of `topics` has news (quietly, keeping what is shown). An answer
 * to an older question is thrown away.
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  topics: readonly Topic[] = [],
): Loaded<T> {
  const [state, setState] = useState<State<T>>({ key: '', data: undefined, error: undefined })
  const [slow, setSlow] = useState(false)
  const [turn, setTurn] = useState(0)
  const loadNow = useRef(load)
  loadNow.current = load

  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    loadNow
      .current(abort.signal)
      .then(
        (data) => !abort.signal.aborted && setState({ key, data, error: undefined }),
        (cause: unknown) => {
          if (abort.signal.aborted) return
          const error =
            cause instanceof ApiError ? cause : new ApiError({ status: 0, kind: 'page', title: String(cause) })
          // A failed quiet re-read keeps the last good answer on the page beside the fault.
          setState((old) => ({ key, data: old.key === key ? old.data : undefined, error }))
        },
      )
      .finally(() => {
        clearTimeout(timer)
        if (!abort.signal.aborted) setSlow(false)
      })
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [key, turn])

  useNews(topics, () => setTurn((n) => n + 1))

  return {
    data: state.data,
    error: state.key === key ? state.error : undefined,
    stale: state.key !== key && state.data !== undefined,
    slow: slow && state.data === undefined,
    again: () => setTurn((n) => n + 1),
  }
}

/** Calls back on news of the topics, gathered; the newest callback wins. */
export function useNews(topics: readonly Topic[], hear: () => void): void {
  const latest = useRef(hear)
  latest.current = hear
  const list = topics.join()
  useEffect(() => {
    if (list === '') return
    let last = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = onNews(list.split(',') as Topic[], () => {
      if (timer !== undefined) return
      const wait = Math.max(0, last + NEWS_MS - Date.now())
      timer = setTimeout(() => {
        timer = undefined
        last = Date.now()
        latest.current()
      }, wait)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [list])
}
