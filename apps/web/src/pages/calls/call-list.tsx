// The rows of a search, however many: drawn only where the window is, read on as it comes near, walked by the keyboard.

import { options } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { messages } from '../../i18n/messages.ts'
import { Button, Fault } from '../../parts/frame.tsx'
import { daysIn } from '../../state/range.ts'
import { mayWrite } from '../../state/session.ts'
import type { View } from '../../state/view.ts'
import { columnsOf } from './call-columns.tsx'
import { CallLine } from './call-line.tsx'
import { type CallPages, PAGE } from './call-pages.ts'
import { CallsHead, sortOf } from './calls-head.tsx'
import { type Choosing, useChoosing } from './choosing.ts'
import { CELL, ROW, ROW_GROUP, TABLE } from './table-roles.ts'
import { TagBar } from './tag-bar.tsx'
import { useVirtualRows } from './virtual-rows.ts'

/** Pixels of a row: on a desk all are as high as the style says; on a phone this is where measuring begins. */
const ROW_PX = 42
const CARD_PX = 84
/** A longer list is printed as far as it is drawn: paper of this length is a file. */
const MOST_PRINTED = 6000
/** What the filter bar and the head cover of the window. */
const COVERED = 92

/** Where the reader was in the list he left, so that going back finds it. */
let left: { pages: CallPages; scroll: number } | undefined

export function scrollOf(pages: CallPages): number {
  return left?.pages === pages ? left.scroll : 0
}

/** `drawing` counts what happened to the pages, which stay the same object: without it nothing would be drawn again. */
export function CallList({ view, pages }: { view: View; pages: CallPages; drawing: number }) {
  const m = messages()
  const columns = useMemo(() => columnsOf(view.query.cols), [view.query.cols])
  const manyDays = view.filters.invoice !== undefined || daysIn(view.span) > 1.1 || sortOf(view) !== 'newest'
  const [open, setOpen] = useState<string | undefined>(undefined)
  const [held, setHeld] = useState<number | undefined>(undefined)
  const printing = usePrinting()
  const body = useRef<HTMLDivElement>(null)
  const table = useRef<HTMLTableElement>(null)
  const next = useRef<number | undefined>(undefined)
  const choosing = useChoosing(pages)
  const onDesk = useMatch('(min-width: 901px)')
  const rows = useVirtualRows(table, {
    count: pages.length,
    estimate: onDesk ? ROW_PX : CARD_PX,
    drawAll: printing ? MOST_PRINTED : PAGE,
    hold: held,
    covered: COVERED,
    startAt: scrollOf(pages),
  })
  const { first, last } = rows
  useEffect(() => pages.want(first, last), [pages, first, last, pages.length])
  useEffect(
    () => () => {
      left = { pages, scroll: scrollY }
    },
    [pages],
  )
  useLayoutEffect(() => {
    if (scrollOf(pages) > 0) scrollTo(0, scrollOf(pages))
  }, [])
  useLayoutEffect(() => {
    if (next.current === undefined) return
    const link = rowLink(body.current, next.current)
    if (!link) return
    next.current = undefined
    link.focus({ preventScroll: true })
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const at = indexOf(event.target)
    const step = stepOf(event, at, pages.length)
    if (step === undefined) return
    event.preventDefault()
    next.current = step
    setHeld(step)
    rows.show(step)
  }
  const mayTag = mayWrite(view.tenant, 'operator')
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the links inside; each works by itself too */}
      <div ref={body} onKeyDown={onKeyDown} onFocusIn={(event) => setHeld(indexOf(event.target))}>
        <table
          {...TABLE}
          ref={table}
          class={`t cards calls long${mayTag ? ' choosing' : ''}`}
          aria-rowcount={rowCount(pages)}
        >
          <caption class="sr">{`${m.calls.table}, ${m.calls.sorts[sortOf(view)]}`}</caption>
          <CallsHead
            view={view}
            columns={columns}
            currency={pages.at(0)?.currency ?? view.tenant.currency}
            sort={sortOf(view)}
            choose={mayTag && <ChooseAll choosing={choosing} />}
          />
          {drawn(rows.items, rows.top, rows.height).map((part) => {
            if ('gap' in part) return <Gap key={`gap${part.at}`} height={part.gap} />
            const call = pages.at(part.index)
            return (
              <tbody
                {...ROW_GROUP}
                key={part.index}
                data-index={part.index}
                ref={!onDesk || (call !== undefined && call.key === open) ? rows.measure : null}
              >
                {call === undefined ? (
                  <tr {...ROW} aria-rowindex={part.index + 2}>
                    <td {...CELL} colSpan={columns.length + 2}>
                      <span class="skel" />
                    </td>
                  </tr>
                ) : (
                  <CallLine
                    view={view}
                    call={call}
                    columns={columns}
                    withDay={manyDays}
                    open={open === call.key}
                    onToggle={(key) => setOpen((now) => (now === key ? undefined : key))}
                    chosen={mayTag ? choosing.has(call.key) : undefined}
                    onChoose={choosing.choose}
                    rowIndex={part.index + 2}
                    room={onDesk || printing ? 'desk' : 'phone'}
                  />
                )}
              </tbody>
            )
          })}
        </table>
      </div>
      <End pages={pages} />
      {mayTag && <TagBar view={view} pages={pages} choosing={choosing} />}
    </>
  )
}

function ChooseAll({ choosing }: { choosing: Choosing }) {
  const all = choosing.hasAll()
  return (
    <input
      type="checkbox"
      checked={all}
      aria-label={messages().calls.tag.selectAll}
      onClick={() => (all ? choosing.clear() : choosing.all())}
    />
  )
}

/** Rows that are not drawn, as one of their height. */
function Gap({ height }: { height: number }) {
  return (
    <tbody class="gap" aria-hidden="true">
      <tr style={{ height: `${height}px` }} />
    </tbody>
  )
}

function End({ pages }: { pages: CallPages }) {
  const m = messages()
  return (
    <div class="pager">
      {pages.error ? (
        <Fault error={pages.error} what={m.calls.reading} onAgain={() => pages.again()} />
      ) : pages.hasMore ? (
        <>
          <span class="hint">{m.calls.more}</span>
          <Button kind="quiet" onClick={() => pages.want(pages.length, pages.length)}>
            {m.word.older}
          </Button>
        </>
      ) : (
        <span class="hint">{m.calls.end(m.word.calls(pages.length))}</span>
      )}
      <span class="grow" />
      <span class="hint wide">{m.calls.keys}</span>
    </div>
  )
}

type Part = { readonly index: number } | { readonly gap: number; readonly at: number }

/** Rows and what lies between them. */
function drawn(items: readonly { index: number; start: number; end: number }[], top: number, height: number): Part[] {
  const parts: Part[] = []
  let at = top
  for (const item of items) {
    if (item.start > at + 1) parts.push({ gap: item.start - at, at: item.index })
    parts.push({ index: item.index })
    at = item.end
  }
  if (items.length > 0 && top + height > at + 1) parts.push({ gap: top + height - at, at: -1 })
  return parts
}

/** Rows with the head; -1 says that nobody has counted them. */
function rowCount(pages: CallPages): number {
  if (!pages.hasMore) return pages.length + 1
  return pages.count && !pages.count.capped ? pages.count.calls + 1 : -1
}

function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row ? Number(row.dataset.index) : undefined
}

/** ↑↓ a row, PageUp and PageDown ten, Home and End the first and last read. */
function stepOf(event: KeyboardEvent, at: number | undefined, rows: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || rows === 0 || event.target instanceof HTMLSelectElement) return
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows, End: rows }[event.key]
  if (step === undefined) return
  return at === undefined ? 0 : Math.max(0, Math.min(rows - 1, at + step))
}

function rowLink(root: HTMLElement | null, index: number): HTMLElement | undefined {
  const links = root?.querySelectorAll<HTMLElement>(`[data-index="${index}"] [data-row]`) ?? []
  return [...links].find((one) => one.offsetParent !== null)
}

function useMatch(media: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(media).matches)
  useEffect(() => {
    const list = matchMedia(media)
    const hear = () => setMatches(list.matches)
    list.addEventListener('change', hear)
    return () => list.removeEventListener('change', hear)
  }, [media])
  return matches
}

/** Paper has no window: before printing all rows at hand are drawn, at once, since the browser does not wait. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    const draw = (on: boolean) => () => {
      const { debounceRendering } = options
      options.debounceRendering = (render) => render()
      setPrinting(on)
      if (debounceRendering) options.debounceRendering = debounceRendering
      else Reflect.deleteProperty(options, 'debounceRendering')
    }
    const [begin, end] = [draw(true), draw(false)]
    addEventListener('beforeprint', begin)
    addEventListener('afterprint', end)
    return () => {
      removeEventListener('beforeprint', begin)
      removeEventListener('afterprint', end)
    }
  }, [])
  return printing
}
