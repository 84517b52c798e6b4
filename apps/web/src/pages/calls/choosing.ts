// Which calls are chosen, for tagging: one by one, through to another with shift, or all that were read.

import { useState } from 'preact/hooks'
import type { CallPages } from './call-pages.ts'

export type Choosing = {
  readonly keys: ReadonlySet<string>
  has(key: string): boolean
  hasAll(): boolean
  choose(key: string, chosen: boolean, through: boolean): void
  all(): void
  clear(): void
}

/** The api takes as many at once. */
export const MOST_CHOSEN = 1000

type Chosen = { readonly pages: CallPages; readonly keys: ReadonlySet<string>; readonly last: string | undefined }

/** A choice is of one search: another begins with none. */
export function useChoosing(pages: CallPages): Choosing {
  const none: Chosen = { pages, keys: new Set(), last: undefined }
  const [state, setState] = useState<Chosen>(none)
  const of = (chosen: Chosen) => (chosen.pages === pages ? chosen : none)
  const { keys } = of(state)
  return {
    keys,
    has: (key) => keys.has(key),
    hasAll: () => keys.size > 0 && keys.size >= Math.min(MOST_CHOSEN, pages.kept().length),
    choose: (key, chosen, through) =>
      setState((now) => {
        const next = new Set(of(now).keys)
        for (const one of through ? between(pages, of(now).last, key) : [key]) {
          if (!chosen) next.delete(one)
          else if (next.size < MOST_CHOSEN) next.add(one)
        }
        return { pages, keys: next, last: key }
      }),
    all: () => {
      const all = pages.kept().map((call) => call.key)
      setState({ pages, keys: new Set(all.slice(0, MOST_CHOSEN)), last: undefined })
    },
    clear: () => setState(none),
  }
}

function between(pages: CallPages, from: string | undefined, to: string): readonly string[] {
  const keys = pages.kept().map((call) => call.key)
  const [a, b] = [from === undefined ? -1 : keys.indexOf(from), keys.indexOf(to)]
  return a < 0 ? [to] : keys.slice(Math.min(a, b), Math.max(a, b) + 1)
}
