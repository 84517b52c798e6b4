// The list of calls in a real browser: filters, groups, columns, views, files, tags, and a list of 100,000.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, LOOKS, noBrowser, openPages, overflow } from '../mock/open-pages.ts'
import { DIMENSION_FILTERS } from './state/filters.ts'

if (noBrowser) console.log(`browser tests skipped: ${noBrowser}`)

const ALL = 'range=2025-01-01..2026-11-25'
/** Each with what is clicked on it, since a panel is a page of its own to whoever reads it. */
const STATES: Record<string, readonly [path: string, ...clicks: string[]]> = {
  filters: ['/calls?account=quayside,harbour,lough&trunk=!4&to_number=!_2XX&talk=10-60&revenue=0.1-'],
  'a list of filters': ['/calls', '.chip.add'],
  'values of a filter': ['/calls', '.chip.add', '.pop .picks >> nth=2 >> li:nth-child(2) button'],
  'a pattern': ['/calls?to_number=_2XX', '.chip .says'],
  'a length': ['/calls?talk=10-60', '.chip .says'],
  groups: ['/calls?group=cause'],
  'all columns': ['/calls?cols=start,dir,from,to,outcome,wait,talk,account,trunk,ring,did,extension,carrier,tags,cost'],
  'columns to choose': ['/calls', '.head .pops >> nth=1 >> button'],
  files: ['/calls', '.head .pops >> nth=2 >> button'],
  views: ['/calls', '.bar > .pops:last-of-type > button'],
  chosen: ['/calls', 'td.choose input:visible'],
  'far down': [`/calls?tenant=crowd&${ALL}`],
}

describe.skipIf(noBrowser !== undefined)('the list of calls in a browser', () => {
  let open: Awaited<ReturnType<typeof openPages>>
  beforeAll(async () => {
    open = await openPages()
  })
  afterAll(() => open?.close())
  const visit: typeof open.visit = (path, context) => open.visit(path, context)

  for (const look of LOOKS) {
    test(`every state: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 180_000 }, async () => {
      const wrong: string[] = []
      const window = await open.windowWith(look)
      for (const [name, [path, ...clicks]] of Object.entries(STATES)) {
        const { page, faults, close } = await visit(path, window)
        for (const click of clicks) await page.locator(click).first().click()
        if (name === 'far down') {
          await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
          await page.waitForSelector('tbody.gap')
        }
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        wrong.push(...[...(await axeFaults(page)), ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await window.close()
      expect(wrong).toEqual([])
    })
  }

  test('each row of each dimension opens just its calls', { timeout: 120_000 }, async () => {
    const window = await open.windowWith()
    const wrong: string[] = []
    for (const by of DIMENSION_FILTERS) {
      const { page, close } = await visit(`/calls?group=${by}&direction=!internal`, window)
      const row = page.locator('table.breakdown tbody tr').first()
      const calls = await row.locator('td:nth-child(2)').textContent()
      await row.locator('[data-row]').click()
      await page.waitForURL((url) => url.searchParams.has(by) && !url.searchParams.has('group'))
      await page.waitForSelector(`h1 ~ * >> text=/^${calls} calls?/`, { timeout: 5000 }).catch(() => wrong.push(by))
      if (new URL(page.url()).searchParams.get('direction') === null) wrong.push(`${by} lost a filter`)
      await close()
    }
    await window.close()
    expect(wrong).toEqual([])
  })

  test('groups have the figures that were chosen, each with its formula, and how many calls there were before', async () => {
    const { page, close } = await visit('/calls?group=trunk')
    await page.click('.head >> text=Figures')
    await page.click('.pop label >> text=Short calls')
    await page.click('.pop label >> text=Margin')
    await page.waitForURL((url) => url.searchParams.get('figures')?.split(',').includes('short_calls') === true)
    await page.keyboard.press('Escape')
    const heads = (await page.locator('table.breakdown th').allTextContents()).map((one) => one.trim())
    expect(heads.some((one) => one.startsWith('Short calls'))).toBe(true)
    expect(heads.some((one) => one.startsWith('Margin'))).toBe(false)
    expect(heads.at(-1)).toBe('Change of calls')
    const row = page.locator('table.breakdown tbody tr').first()
    await row.locator('td:last-child .whyf').hover()
    expect(await page.locator('[role=tooltip] .f').textContent()).toMatch(
      /^100 × \([\d,]+ ÷ [\d,]+ − 1\) = [+−]?[\d.]+%$/,
    )
    await page.click('.head >> text=Figures')
    await page.click('text=Usual figures')
    await page.waitForURL((url) => !url.searchParams.has('figures'))
    await close()
  })

  test('each figure of a group that counts some of its calls opens just these', { timeout: 60_000 }, async () => {
    const window = await open.windowWith()
    const names = ['calls', 'answered', 'program', 'missed', 'short_calls', 'unrated']
    const groups = `/calls?group=account&figures=${names}`
    const { page, close } = await visit(groups, window)
    const heads = (await page.locator('table.breakdown th').allTextContents()).length
    expect(heads).toBe(names.length + 2)
    const cells = await page
      .locator('table.breakdown tbody tr:is(:nth-child(-n+4), .rest) td .whyf a')
      .evaluateAll((all) => all.map((a) => [a.textContent ?? '', a.getAttribute('href') ?? '']))
    await close()
    const wrong: string[] = []
    const told = cells.filter(([, href]) => href!.includes('account=') && !href!.includes('vs='))
    expect(told.length).toBeGreaterThan(15)
    for (const [text, href] of told) {
      if (text!.includes('%')) continue
      const { page: there, close: leave } = await visit(href!, window)
      const head = (await there.locator('h1 ~ *').first().textContent()) ?? ''
      if (!head.startsWith(`${text} call`)) wrong.push(`${text}: ${head} ${href}`)
      await leave()
    }
    await window.close()
    expect(wrong).toEqual([])
  })

  test('what groups are compared with is chosen beside the range', async () => {
    const { page, close } = await visit('/calls?group=trunk')
    await page.click('.bar >> text=vs period before')
    await page.click('.pop button >> text=a year before')
    await page.waitForURL((url) => url.searchParams.get('vs') === 'year' && url.searchParams.get('group') === 'trunk')
    await close()
  })

  test('the file of a table by groups has its columns, and a saved view its figures', async () => {
    const { page, close } = await visit('/calls?group=trunk&figures=calls,short_calls')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('section:has(table.breakdown) [aria-label="Download CSV"]'),
    ])
    const csv = readFileSync(await file.path(), 'utf8')
      .replace('\ufeff', '')
      .split('\r\n')
    expect(csv[0]).toBe('trunk,calls,short_calls,calls_before,calls_change_pct')
    const [, calls, , before, change] = csv[1]?.split(',') ?? []
    expect(Number(change)).toBeCloseTo(100 * (Number(calls) / Number(before) - 1), 6)
    await page.click('text=Saved views')
    await page.fill('.pop input', 'Short by trunk')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.views a >> text=Short by trunk')
    await page.goto(new URL('/calls', page.url()).href)
    await page.click('text=Saved views')
    await page.click('.views a >> text=Short by trunk')
    await page.waitForSelector('table.breakdown')
    const heads = (await page.locator('table.breakdown th').allTextContents()).map((one) => one.trim())
    expect(heads).toEqual(['Trunk', expect.stringMatching(/^Calls/), 'Short calls', 'Change of calls'])
    await page.click('text=Saved views')
    await page.click('[aria-label="Delete view Short by trunk"]')
    await page.waitForSelector('.views a', { state: 'detached' })
    await close()
  })

  test('a filter is set from its list, turned round, and taken away', async () => {
    const { page, close } = await visit('/calls')
    await page.click('.chip.add')
    await page.click('.pop >> text=Trunk')
    await page.click('.pop >> text=is not')
    await page.click('.pop label >> text=meridian')
    await page.click('.pop >> text=Apply')
    await page.waitForURL(/trunk=%212/)
    expect(await page.locator('.chip .says').textContent()).toBe('Trunk is notmeridian')
    await page.click('[aria-label="Remove filter Trunk"]')
    await page.waitForURL((url) => !url.searchParams.has('trunk'))
    await close()
  })

  test('a pattern that cannot be read is told before it is asked', async () => {
    const { page, close } = await visit('/calls')
    await page.click('.chip.add')
    await page.click('.pop >> text=Either number')
    await page.fill('.pop input', '_2XX, _2Q')
    await page.keyboard.press('Enter')
    expect(await page.locator('.pop [role=alert]').textContent()).toContain('_2Q')
    expect(new URL(page.url()).searchParams.has('number')).toBe(false)
    await page.fill('.pop input', '_2XX')
    await page.keyboard.press('Enter')
    await page.waitForURL(/number=_2XX/)
    await close()
  })

  test('columns, order and a saved view stand in the address', async () => {
    const { page, close } = await visit('/calls?direction=outbound')
    await page.click('.head >> text=Columns')
    await page.click('.pop label >> text=Carrier')
    await page.keyboard.press('Escape')
    await page.click('th >> text=Talk')
    await page.waitForURL(/sort=longest/)
    expect(await page.locator('th:has-text("Talk")').getAttribute('aria-sort')).toBe('descending')
    await page.click('text=Saved views')
    await page.fill('.pop input', 'Longest out')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.views a >> text=Longest out')
    const before = new URL(page.url()).searchParams.get('cols')
    await page.goto(new URL('/calls', page.url()).href)
    await page.click('text=Saved views')
    await page.click('.views a >> text=Longest out')
    await page.waitForURL(/sort=longest/)
    expect(new URL(page.url()).searchParams.get('cols')).toBe(before)
    await page.click('text=Saved views')
    await page.click('[aria-label="Delete view Longest out"]')
    await page.waitForSelector('.views a', { state: 'detached' })
    await page.click('.pop >> text=Undo')
    await page.waitForSelector('.views a >> text=Longest out')
    await close()
  })

  test('a file has the filters, the zone and the columns that are shown', async () => {
    const { page, close } = await visit('/calls?account=quayside&cols=start,to,talk')
    await page.click('text=Export')
    const link = new URL((await page.locator('.pop a >> text=Excel').getAttribute('href')) ?? '', page.url())
    expect(link.pathname).toBe('/api/v1/calls/export')
    const { format, columns, account, zone } = Object.fromEntries(link.searchParams)
    expect({ format, columns, account, zone }).toEqual({
      format: 'xlsx',
      columns: 'started_at,to,destination,talk_seconds,key',
      account: 'quayside',
      zone: 'Europe/Dublin',
    })
    await page.click('text=All columns')
    expect(await page.locator('.pop a >> text=Excel').getAttribute('href')).not.toContain('columns')
    await close()
  })

  test('chosen calls are tagged together, and undone together', async () => {
    const { page, close } = await visit('/calls?cols=start,to,tags')
    const boxes = page.locator('td.choose input')
    await boxes.nth(1).click()
    await boxes.nth(4).click({ modifiers: ['Shift'] })
    await page.waitForSelector('.tagbar >> text=4 calls selected')
    await page.fill('.tagbar input', 'vip, gold')
    await page.click('text=Add tag')
    expect(await page.locator('.tagbar [role=alert]').textContent()).toContain('without commas')
    await page.fill('.tagbar input', 'vip')
    await page.click('text=Add tag')
    await page.waitForSelector('.tagbar >> text=“vip” is on 4 more calls.')
    expect(await page.locator('td .tag:text("vip")').count()).toBe(4)
    await page.click('.tagbar >> text=Undo')
    await page.waitForSelector('.tagbar >> text=Undone.')
    expect(await page.locator('td .tag:text("vip")').count()).toBe(0)
    await close()
  })

  test('a call has its tags, each leads to the calls that have it', async () => {
    const { page, close } = await visit('/calls/first')
    await page.click('.head >> text=Tag')
    await page.fill('.pop input', 'first of all')
    await page.keyboard.press('Enter')
    await page.click('.tag.own >> text=first of all')
    await page.waitForURL(/tag=first/)
    await page.waitForSelector('h1 ~ * >> text=/^1 call /')
    await page.locator('table.calls [data-row]:visible').first().click()
    await page.click('[aria-label="Take away tag first of all"]')
    await page.waitForSelector('.tag.own', { state: 'detached' })
    await close()
  })

  test('who may only look has nothing to choose', async () => {
    const { page, close } = await visit('/calls?tenant=looker')
    await page.waitForSelector('table.calls [data-row]')
    expect(await page.locator('.choose').count()).toBe(0)
    await close()
  })

  test('a list of 100,000 draws a window of it, keeps the focus, and is found again', { timeout: 60_000 }, async () => {
    const { page, close } = await visit(`/calls?tenant=crowd&${ALL}`)
    expect(await page.locator('table.calls').getAttribute('aria-rowcount')).toBe('-1')
    await page.locator('table.calls [data-row]:visible').nth(2).focus()
    for (let i = 0; i < 3; i++) {
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
      const rows = (i + 1) * 100
      await page.waitForFunction((n) => document.querySelector(`tr[aria-rowindex="${n + 2}"]`) !== null, rows)
    }
    expect(await page.locator('table.calls tbody[data-index]').count()).toBeLessThan(60)
    const focused = () => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex'))
    expect(await focused()).toBe('4')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.closest('[aria-rowindex="5"]') && scrollY < 400)
    await page.keyboard.press('End')
    await page.waitForFunction(() => Number(document.activeElement?.closest('tr')?.ariaRowIndex) > 300)
    const at = await focused()
    await page.keyboard.press('Enter')
    await page.waitForSelector('.say')
    await page.goBack()
    // The row is on the screen again, far below where a list read anew would begin.
    await page.waitForFunction((index) => {
      const row = document.querySelector(`tr[aria-rowindex="${index}"]`)?.getBoundingClientRect()
      return row !== undefined && row.bottom > 0 && row.top < innerHeight && scrollY > 5_000
    }, at)
    await close()
  })

  test('paper has all the rows that were read', async () => {
    const { page, close } = await visit(`/calls?tenant=crowd&${ALL}`)
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForSelector('tbody.gap')
    const drawn = await page.evaluate(() => {
      dispatchEvent(new Event('beforeprint'))
      return document.querySelectorAll('tbody[data-index]').length
    })
    expect(drawn).toBeGreaterThanOrEqual(200)
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await page.waitForSelector('tbody.gap')
    await close()
  })
})
