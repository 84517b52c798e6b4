// How the pages feel: script of the first load, the change of a page, and frames while a list of 100,000 calls is scrolled
// through, in Chromium before the invented company. The baseline is an empty page of the same height, scrolled alike in turns.

import type { BrowserContext, Page } from 'playwright-core'
import { noBrowser, openPages } from '../mock/open-pages.ts'

const CALLS = `/calls?tenant=crowd&range=${day(-400)}..${day(2)}`
/** Pixels of a frame: ten rows, 25,000 pixels a second. */
const STEP = 420
/** Places of the list at which it is scrolled, evenly over its length, and frames at each. */
const PLACES = 10
const FRAMES = 150
const ROUNDS = 3
/** A change of page that takes longer is named. */
const SLOW_MS = 150
const LONG_MS = 50

if (noBrowser) throw new Error(noBrowser)
const open = await openPages({ clock: 'real' })
const window = await open.windowWith()
const first = await firstLoad(window)
const switches = await pageSwitches(window)
console.error(`pages were changed ${switches.warm.length + switches.cold.length} times`)
const { list, empty, ...frames } = await scrolledFrames(window)
await open.close()

console.log(
  JSON.stringify({
    first_load_kb: round(first / 1000),
    page_switch_ms: round(at(switches.warm, 0.95)),
    page_switch_median_ms: round(at(switches.warm, 0.5)),
    page_switch_first_visit_ms: round(at(switches.cold, 0.95)),
    page_switches_over_150_ms: switches.warm.filter((ms) => ms > SLOW_MS).length,
    page_switches: switches.warm.length,
    pages: switches.pages,
    rows: frames.rows,
    rows_in_document: frames.drawn,
    longest_frame_ms: round(at(list.times, 1)),
    frame_p99_ms: round(at(list.times, 0.99)),
    frame_median_ms: round(at(list.times, 0.5)),
    frames_over_50_ms: list.times.filter((ms) => ms > LONG_MS).length,
    frames: list.times.length,
    frame_cpu_ms: round(list.cpuMs / list.times.length),
    baseline_longest_frame_ms: round(at(empty.times, 1)),
    baseline_frame_p99_ms: round(at(empty.times, 0.99)),
    baseline_frame_median_ms: round(at(empty.times, 0.5)),
    baseline_frames_over_50_ms: empty.times.filter((ms) => ms > LONG_MS).length,
    baseline_frame_cpu_ms: round(empty.cpuMs / empty.times.length),
    longest_frame_ratio: round(at(list.times, 1) / at(empty.times, 1)),
  }),
)

/** Bytes of script as they came over the wire. */
async function firstLoad(context: BrowserContext): Promise<number> {
  const { page, close } = await open.visit('/', context)
  const bytes = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter((one) => one.name.endsWith('.js'))
      .reduce((sum, one) => sum + one.encodedBodySize, 0),
  )
  await close()
  return bytes
}

/** From the click in the navigation to the frame in which the page stands with its figures; first visits load its script. */
async function pageSwitches(context: BrowserContext) {
  const { page, close } = await open.visit('/', context)
  const links = await page
    .locator('nav.rail a[href], .rail nav a[href]')
    .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('href') as string))])
  const order = [...links.slice(1), links[0] as string]
  const cold: number[] = []
  const warm: number[] = []
  // The invented answers are made by the same processors as the pages: once before, so that they are not measured.
  for (const href of order) await switchTo(page, href)
  await page.goto(new URL('/', page.url()).href)
  await page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('[aria-busy="true"]'))
  for (let round = 0; round < ROUNDS; round++) {
    for (const href of order) {
      const ms = await switchTo(page, href)
      if (ms > SLOW_MS) console.error(`${href}: ${ms.toFixed(0)} ms${round === 0 ? ', its first visit' : ''}`)
      const kind = round === 0 ? cold : warm
      kind.push(ms)
    }
  }
  await close()
  if (links.length < 10) throw new Error(`only ${links.length} pages were found in the navigation`)
  return { cold, warm, pages: links.length }
}

function switchTo(page: Page, href: string): Promise<number> {
  return page.evaluate(async (target) => {
    const link = document.querySelector<HTMLElement>(`.rail a[href="${CSS.escape(target)}"], .rail a[href="${target}"]`)
    const before = document.querySelector('main h1')
    const began = performance.now()
    link?.click()
    const stands = () => {
      const now = document.querySelector('main h1')
      return now !== null && now !== before && document.querySelector('main [aria-busy="true"]') === null
    }
    while (!stands() && performance.now() - began < 10_000) await new Promise((done) => requestAnimationFrame(done))
    const took = performance.now() - began
    // What still comes is not part of the next switch.
    await new Promise((done) => setTimeout(done, 150))
    return took
  }, href)
}

type Frames = { readonly times: number[]; cpuMs: number }

/** The list and the empty page in turns: whatever else the machine does meets both. */
async function scrolledFrames(context: BrowserContext) {
  const { page, close } = await open.visit(CALLS, context)
  // All calls are read before; most pages of them were let go again by then, and are read anew at each place.
  const height = await readAll(page)
  const rows = await page.evaluate(
    () => Number(document.querySelector('table.calls')?.getAttribute('aria-rowcount')) - 1,
  )
  const plain = await context.newPage()
  await plain.setContent(`<body><div style="height:${height}px"></div></body>`)
  const list: Frames = { times: [], cpuMs: 0 }
  const empty: Frames = { times: [], cpuMs: 0 }
  const both = [
    { page, frames: list, cpu: await cpuOf(context, page) },
    { page: plain, frames: empty, cpu: await cpuOf(context, plain) },
  ]
  for (const one of both) await scrolled(one.page, 0, FRAMES)
  for (let i = 0; i < PLACES; i++) {
    for (const { page, frames, cpu } of both) {
      await page.bringToFront()
      const before = await cpu()
      frames.times.push(...(await scrolled(page, (i * (height - 100_000)) / PLACES, FRAMES)))
      frames.cpuMs += (await cpu()) - before
    }
  }
  const drawn = await page.evaluate(() => document.querySelectorAll('[data-index]').length)
  await plain.close()
  await close()
  return { list, empty, rows, drawn }
}

/** Milliseconds of a processor that the main thread of a page has had: what else the machine does is not in it. */
async function cpuOf(context: BrowserContext, page: Page): Promise<() => Promise<number>> {
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * (metrics.find((one) => one.name === 'TaskDuration')?.value ?? Number.NaN)
  }
}

/** Goes to the end until it stays the end; the height of the page then. */
function readAll(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const isRead = () => document.querySelector('table.calls')?.getAttribute('aria-rowcount') !== '-1'
    while (!isRead()) {
      scrollTo(0, document.documentElement.scrollHeight)
      await new Promise((done) => requestAnimationFrame(done))
    }
    return document.documentElement.scrollHeight
  })
}

/** Scrolls on from a place by a step each frame; the milliseconds of each frame but the first two, which are the jump. */
function scrolled(page: Page, from: number, frames: number): Promise<number[]> {
  return page.evaluate(
    async ({ start, most, by }) => {
      const times: number[] = []
      scrollTo(0, start)
      let last = performance.now()
      while (times.length < most) {
        await new Promise((done) => requestAnimationFrame(done))
        const now = performance.now()
        times.push(now - last)
        last = now
        scrollBy(0, by)
      }
      return times.slice(2)
    },
    { start: from, most: frames, by: STEP },
  )
}

function day(add: number): string {
  return new Date(Date.now() + add * 86_400_000).toISOString().slice(0, 10)
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function round(value: number): number {
  return Number(value.toFixed(1))
}
