// How the pages feel: script of the first load, the change of a page, and frames while a list of 100,000 calls is scrolled
// through, in Chromium before the invented company. The baseline is an empty page of the same height, scrolled alike.

import type { BrowserContext, Page } from 'playwright-core'
import { noBrowser, openPages } from '../mock/open-pages.ts'

const CALLS = `/calls?tenant=crowd&range=${day(-400)}..${day(2)}`
/** Pixels of a frame: 47 rows, so that each frame draws a window of other calls. */
const STEP = 2_000
const ROUNDS = 3

if (noBrowser) throw new Error(noBrowser)
const open = await openPages({ clock: 'real' })
const window = await open.windowWith()
const first = await firstLoad(window)
const switches = await pageSwitches(window)
console.error(`pages were changed ${switches.warm.length + switches.cold.length} times`)
const frames = await listFrames(window)
const baseline = await plainFrames(window, frames.height, frames.times.length)
await open.close()

console.log(
  JSON.stringify({
    first_load_kb: round(first / 1000),
    page_switch_ms: round(at(switches.warm, 0.95)),
    page_switch_median_ms: round(at(switches.warm, 0.5)),
    page_switch_first_visit_ms: round(at(switches.cold, 0.95)),
    pages: switches.pages,
    rows: frames.rows,
    rows_in_document: frames.drawn,
    longest_frame_ms: round(at(frames.times, 1)),
    frame_p99_ms: round(at(frames.times, 0.99)),
    frame_median_ms: round(at(frames.times, 0.5)),
    frames_over_50_ms: frames.times.filter((ms) => ms > 50).length,
    frames: frames.times.length,
    baseline_longest_frame_ms: round(at(baseline, 1)),
    baseline_frame_p99_ms: round(at(baseline, 0.99)),
    baseline_frame_median_ms: round(at(baseline, 0.5)),
    longest_frame_ratio: round(at(frames.times, 1) / at(baseline, 1)),
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
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const href of [...links.slice(1), links[0] as string])
      (round === 0 ? cold : warm).push(await switchTo(page, href))
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

async function listFrames(context: BrowserContext) {
  const { page, close } = await open.visit(CALLS, context)
  // The first screens are scrolled before, so that nothing is compiled while it is measured.
  await scrolled(page, 60, STEP)
  const times = await scrolled(page, Number.POSITIVE_INFINITY, STEP)
  const state = await page.evaluate(() => ({
    height: document.documentElement.scrollHeight,
    rows:
      Math.max(...[...document.querySelectorAll<HTMLElement>('[data-index]')].map((one) => Number(one.dataset.index))) +
      1,
    drawn: document.querySelectorAll('[data-index]').length,
  }))
  await close()
  return { times, ...state }
}

async function plainFrames(context: BrowserContext, height: number, frames: number): Promise<number[]> {
  const page = await context.newPage()
  await page.setContent(`<body><div style="height:${height}px"></div></body>`)
  const times = await scrolled(page, Math.min(frames, Math.floor(height / STEP) - 1), STEP)
  await page.close()
  return times
}

/** Scrolls by a step each frame until the end stays the end, or for so many frames; the milliseconds of each frame. */
function scrolled(page: Page, frames: number, step: number): Promise<number[]> {
  return page.evaluate(
    async ({ most, by }) => {
      const times: number[] = []
      let last = performance.now()
      let still = 0
      while (times.length < (most ?? 20_000) && still < 60) {
        const before = scrollY
        scrollBy(0, by)
        still = scrollY === before ? still + 1 : 0
        await new Promise((done) => requestAnimationFrame(done))
        const now = performance.now()
        times.push(now - last)
        last = now
      }
      return times.slice(1)
    },
    { most: Number.isFinite(frames) ? frames : null, by: step },
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
