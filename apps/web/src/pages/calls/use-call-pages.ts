// The pages of calls that belong to an address: made when it is opened, kept for coming back, fresh while it is shown.

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Query } from '../../api/client.ts'
import { listCalls } from '../../api/routes.ts'
import { useNews } from '../../state/load.ts'
import type { View } from '../../state/view.ts'
import { CallPages, PAGE } from './call-pages.ts'
import { sortOf } from './calls-head.tsx'

export type Search = {
  readonly key: string
  readonly pages: CallPages
  /** Rises whenever there is something else of them to draw. */
  readonly drawing: number
  /** Calls came in while the reader was further down. */
  readonly isNewer: boolean
  /** Nothing was read for a while: then the skeleton, not before. */
  readonly slow: boolean
  showNewer(): void
}

/** Nearer to the top than this, what comes in is shown at once. */
const AT_TOP = 120
const SLOW_MS = 200

/** The search that was left last, with what was read of it. */
let last: { key: string; pages: CallPages } | undefined

export function useCallPages(view: View, query: Query): Search {
  const [drawing, redraw] = useState(0)
  const [isNewer, setNewer] = useState(false)
  const [slow, setSlow] = useState(false)
  const sort = sortOf(view)
  const asked: Query = { ...query, limit: PAGE, ...(sort === 'newest' ? {} : { sort }) }
  const key = JSON.stringify([asked, view.cursor])
  const pages = useMemo(() => {
    if (last?.key === key) return last.pages
    const made = new CallPages(view.cursor, (cursor, first, signal) =>
      listCalls({ ...asked, cursor, ...(first ? { count: true } : {}) }, signal),
    )
    last = { key, pages: made }
    return made
  }, [key])
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    setSlow(false)
    setNewer(false)
    const deaf = pages.listen(() => redraw((n) => n + 1))
    if (pages.isRead) void pages.renew()
    else pages.want(0, 0)
    return () => {
      clearTimeout(timer)
      deaf()
    }
  }, [pages])
  useNews(view.cursor === undefined && sort === 'newest' ? ['calls'] : [], () => {
    if (scrollY < AT_TOP) void pages.renew()
    else setNewer(true)
  })
  return {
    key,
    pages,
    drawing,
    isNewer,
    slow: slow && !pages.isRead,
    showNewer: () => {
      setNewer(false)
      scrollTo(0, 0)
      void pages.renew()
    },
  }
}
