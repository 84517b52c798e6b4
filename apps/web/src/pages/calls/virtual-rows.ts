// Which rows of a long list are drawn: those in the window, and the one that has the focus, so that it is never lost.

import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'

type Item = { readonly index: number; readonly start: number; readonly end: number }

export type VirtualRows = {
  readonly items: readonly Item[]
  /** Those in the window, whichever are drawn. */
  readonly first: number
  readonly last: number
  /** Height of all rows. */
  readonly height: number
  /** Scroller's place at which the first row begins. */
  readonly top: number
  /** For a drawn row that is not as high as the others: its height is watched, which costs a layout. */
  measure(node: HTMLElement | null): void
  show(index: number): void
}

type Options = {
  readonly count: number
  /** Pixels of a row whose height is not watched. */
  readonly estimate: number
  /** Fewer rows than this are all drawn: the browser finds words in them. */
  readonly drawAll: number
  /** Drawn whatever is in the window. */
  readonly hold: number | undefined
  /** Pixels at the top of the window that stay covered. */
  readonly covered: number
  readonly startAt: number
}

const OVERSCAN = 6

export function useVirtualRows(body: RefObject<HTMLElement | null>, options: Options): VirtualRows {
  const [, redraw] = useState(0)
  const [top, setTop] = useState(0)
  const latest = useRef(options)
  latest.current = options
  const rows = useMemo(
    () =>
      new Virtualizer<Window, HTMLElement>({
        count: 0,
        getScrollElement: () => window,
        estimateSize: () => latest.current.estimate,
        observeElementRect: observeWindowRect,
        observeElementOffset: observeWindowOffset,
        scrollToFn: windowScroll,
        initialOffset: options.startAt,
      }),
    [],
  )
  const { count, drawAll, hold } = options
  rows.setOptions({
    ...rows.options,
    count,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: options.covered,
    onChange: () => redraw((n) => n + 1),
    rangeExtractor: (range) => {
      if (count <= drawAll) return Array.from({ length: count }, (_, i) => i)
      const inWindow = defaultRangeExtractor(range)
      if (hold === undefined || hold >= count || inWindow.includes(hold)) return inWindow
      return [...inWindow, hold].sort((a, b) => a - b)
    },
  })
  useLayoutEffect(() => rows._didMount(), [])
  useLayoutEffect(() => rows._willUpdate())
  useLayoutEffect(() => {
    // What stands above the rows may grow. Asked before anybody else hears of the scrolling, when nothing has changed
    // yet, it costs no layout.
    const place = () => body.current && setTop(Math.round(body.current.getBoundingClientRect().top + scrollY))
    place()
    addEventListener('scroll', place, { passive: true, capture: true })
    addEventListener('resize', place)
    return () => {
      removeEventListener('scroll', place, { capture: true })
      removeEventListener('resize', place)
    }
  }, [count === 0])
  const items = rows.getVirtualItems()
  return {
    items,
    first: rows.range?.startIndex ?? 0,
    last: rows.range?.endIndex ?? 0,
    height: rows.getTotalSize(),
    top,
    measure: rows.measureElement,
    show: (index) => rows.scrollToIndex(index, { align: 'auto' }),
  }
}
