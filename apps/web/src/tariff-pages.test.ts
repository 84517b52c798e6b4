// The ways through the pages of tariffs, in a real browser against invented data: a sheet becomes a draft and a draft
// becomes a version, a question gets its answer, a rerate is previewed and applied. Each is asked before it is done.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, LOOKS, noBrowser, openPages, overflow } from '../mock/open-pages.ts'

const RATE_SHEET = { name: 'dec.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK') }
const RUN = '/rerate/019d3f2a-0000-7a11-8b22-300000000002'

describe.skipIf(noBrowser !== undefined)('in a browser', () => {
  let open: Awaited<ReturnType<typeof openPages>>
  beforeAll(async () => {
    open = await openPages()
  })
  afterAll(() => open?.close())

  /** Bodies of what the page sends, by "METHOD path". */
  function watch(page: Page): Map<string, string> {
    const sent = new Map<string, string>()
    page.on('request', (request) => {
      if (request.method() === 'GET') return
      sent.set(
        `${request.method()} ${new URL(request.url()).pathname.replace('/api/v1', '')}`,
        request.postData() ?? '',
      )
    })
    return sent
  }

  test('a sheet is read, corrected, drafted, scheduled; nothing is activated before the button', async () => {
    const { page, close } = await open.visit('/rates/import?deck=1')
    const sent = watch(page)
    await page.setInputFiles('input[type=file]', RATE_SHEET)
    await page.waitForSelector('.sheetrows')
    expect(await page.inputValue('[aria-label="Column D"]')).toBe('price')
    await page.selectOption('[aria-label="Column C"]', 'window')
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
    expect(await page.locator('th', { hasText: 'chosen by you' }).count()).toBe(1)
    const draft = page.locator('button:has-text("Make a draft")')
    expect(await draft.isDisabled()).toBe(true)
    await page.check('text=Leave out the 3 rows')
    await draft.click()
    await page.waitForURL(/\/rates\/1\/versions\/16/)
    expect(sent.has('POST /decks/draft')).toBe(true)
    await page.waitForSelector('.impact >> text=+€186.41')
    expect([...sent.keys()].some((one) => one.includes('/activate'))).toBe(false)
    await page.click('button:has-text("From now on")')
    await page.check('text=From a date')
    await page.fill('input[type=datetime-local]', '2026-12-01T00:00')
    await page.keyboard.press('Escape')
    await page.click('button:has-text("Schedule version 16")')
    await page.waitForURL(/\/rates\/1$/)
    expect(JSON.parse(sent.get('POST /decks/1/versions/16/activate') ?? '')).toEqual({
      effectiveFrom: '2026-12-01T00:00:00.000Z',
    })
    await close()
  })

  test('what is no sheet says so', async () => {
    const { page, close } = await open.visit('/rates/import')
    await page.setInputFiles('input[type=file]', { ...RATE_SHEET, buffer: Buffer.from('not-a-sheet') })
    await page.waitForSelector('[role=alert] >> text=It is neither CSV nor a workbook.')
    await close()
  })

  test('rolling back is asked first, and Esc leaves everything as it was', async () => {
    const { page, close } = await open.visit('/rates/1')
    const sent = watch(page)
    await page.click('button:has-text("Roll back…") >> nth=0')
    await page.waitForSelector('[role=alertdialog] >> text=Calls already charged keep their price')
    await page.keyboard.press('Escape')
    expect(await page.locator('[role=alertdialog]').count()).toBe(0)
    expect(sent.size).toBe(0)
    await page.click('button:has-text("Roll back…") >> nth=0')
    await page.waitForSelector('[role=alertdialog]')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelector('[role=alertdialog]') === null)
    expect([...sent.keys()]).toEqual(['POST /decks/1/versions/13/rollback'])
    await close()
  })

  test('a rate is changed as a new version, decimal comma and all', async () => {
    const { page, close } = await open.visit('/rates/1?q=53')
    const sent = watch(page)
    await page.click('[aria-label="Change the rate of 53"]')
    await page.fill('label:has-text("Price /min") input', '0,7350')
    await page.check('text=For every call not charged yet')
    await page.click('button:has-text("Save as new version")')
    await page.waitForSelector('[role=status] >> text=Version 16 holds the change.')
    const edit = JSON.parse(sent.get('POST /decks/1/rates') ?? '')
    expect(edit.effectiveFrom).toBe('always')
    expect(edit.set).toMatchObject([{ prefix: '53', pricePerMinute: '0.7350', match: 'prefix', firstBlockSeconds: 60 }])
    await close()
  })

  test('a window of a deck is changed as a new version; the rates are left alone', async () => {
    const { page, close } = await open.visit('/rates/1')
    const sent = watch(page)
    await page.click('button.link:has-text("Edit")')
    await page.click('.window >> nth=0 >> button:has-text("Fri")')
    await page.fill('.window >> nth=0 >> label:has-text("Until") input', '18:30')
    await page.click('button:has-text("Save as new version")')
    await page.waitForFunction(() => document.querySelector('.window') === null)
    const edit = JSON.parse(sent.get('POST /decks/1/rates') ?? '')
    expect([edit.effectiveFrom, edit.set, edit.holidays]).toEqual(['now', undefined, ['12-25', '03-17']])
    expect(edit.windows[0].rules).toEqual([
      { weekdays: [1, 2, 3, 4], fromMinute: 480, toMinute: 1110, holidays: 'except' },
    ])
    expect(edit.windows.map((one: { id: number }) => one.id)).toEqual([1, 2])
    await close()
  })

  test('a plan: its decks change places, a markup comes with a buy deck, packages count minutes', async () => {
    const { page, close } = await open.visit('/plans/1')
    const sent = watch(page)
    await page.click('[aria-label="Move Retail 2026 up"]')
    await page.click('button:has-text("Add a deck")')
    await page.selectOption('ol.rows >> nth=0 >> li >> nth=2 >> select >> nth=0', { label: 'northlink A–Z (buy, EUR)' })
    await page.fill('ol.rows >> nth=0 >> li >> nth=2 >> label:has-text("%") input', '12,5')
    await page.fill('label:has-text("How many") input >> nth=0', '300')
    await page.fill('label:has-text("To numbers with") input >> nth=1', '49, 353')
    await page.click('button:has-text("Save plan")')
    await page.waitForSelector('[role=status] >> text=Saved')
    const plan = JSON.parse(sent.get('PUT /plans/1') ?? '')
    expect(plan.decks.map((one: { deckId: number }) => one.deckId)).toEqual([1, 2, 3])
    expect(plan.decks[2]).toMatchObject({ markupKind: 'markup', markupPercent: '12.5' })
    expect(plan.packages.map((one: { amount: number; prefixes: string[] }) => [one.amount, one.prefixes])).toEqual([
      [18_000, ['44']],
      [20, ['49', '353']],
    ])
    await close()
  })

  test('the simulator: the URL holds the question, what cannot be read is said, no charge leads on', async () => {
    const { page, close } = await open.visit('/simulator')
    await page.fill('label:has-text("Number dialled") input', '00447700900461')
    await page.fill('label:has-text("Talks for") input', 'long')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert] >> text=Write the time as m:ss')
    await page.fill('label:has-text("Talks for") input', '6:03')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.impact >> text=€0.41')
    expect(new URL(page.url()).searchParams.get('talk')).toBe('6:03')
    expect(await page.locator('.why tr').count()).toBe(11)
    await page.waitForSelector('text=1 h 26 min 36 s')
    await page.fill('label:has-text("Number dialled") input', '0088216555')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.impact >> text=No rate')
    await page.click('text=Add a rate')
    await page.waitForURL(/\/rates\/1\?.*q=882/)
    await close()
  })

  test('every step of a charge has its words, and one that is not known is shown as it came', async () => {
    const { page, close } = await open.visit('/simulator?number=008613955501072&talk=183')
    const lines = await page.locator('.why tr td:nth-child(2)').allTextContents()
    expect(lines.map((line) => line.trim())).toEqual([
      'Dialled 008613955501072, read as +86\u00a0139\u00a05550\u00a01072',
      'Plan Wholesale, deck A–Z deck that is bought cheapest: Trade 2026 (rate expired), A–Z (861)',
      'Bought at 0.023/min, sold with a markup for a margin of 18.5%, plus 0.001/min',
      'Longest prefix: any number · 86 · 861 China, mobile deck Retail 2026, version 14',
      'Time window day changing at its border, Europe/Dublin',
      'Talked 183 s, counted as 190 s: 19 × 10 s',
      'Free by package: 30 of 190 s',
      'From second 0: 30 s × 0.05 ÷ 60 window day, 30 s free',
      'From second 60: 130 s × 0.0292 ÷ 60',
      'Entry fee of tier 2',
      'Connection fee',
      'Fee at the end of the call for calls over 120 s',
      '4 × 0.005 for each 60 s begun',
      'Raised to the minimum charge 0.20',
      'Held at the maximum charge 0.18, where the call was cut',
      'Step “moon-phase” phase waxing',
      'Rounded half to even to 2 places, from 0.1832666667',
      'Charge',
    ])
    await close()
  })

  test('a rerate is applied only after its sums have been named', async () => {
    const { page, close } = await open.visit(RUN)
    const sent = watch(page)
    await page.click('button:has-text("Apply…")')
    await page.waitForSelector(
      '[role=alertdialog] >> text=Charge 1,190 calls anew? That changes what accounts owe by +€186.41.',
    )
    expect(sent.size).toBe(0)
    await page.click('button:has-text("Apply +€186.41")')
    await page.waitForFunction(() => document.querySelector('[role=alertdialog]') === null)
    expect([...sent.keys()]).toEqual([`POST /revaluations/${RUN.split('/')[2]}/apply`])
    await close()
  })

  test('the scope of a rerate reaches the api: whole days of the zone, the account, the reasons', async () => {
    const { page, close } = await open.visit('/rerate')
    const sent = watch(page)
    await page.selectOption('label:has-text("Account") select', { label: 'Quayside Motors' })
    await page.fill('label:has-text("From") input', '2026-10-25')
    await page.fill('label:has-text("To, included") input', '2026-10-31')
    await page.getByRole('checkbox', { name: 'no rate', exact: true }).check()
    await page.click('button:has-text("Preview")')
    await page.waitForURL(/\/rerate\/019d/)
    // Summer time ends in Dublin on 25 October.
    expect(JSON.parse(sent.get('POST /revaluations') ?? '')).toMatchObject({
      kind: 'rerate',
      from: '2026-10-24T23:00:00.000Z',
      to: '2026-11-01T00:00:00.000Z',
      accountId: 1,
      reasons: ['no-rate'],
    })
    await close()
  })

  test('coverage opens the calls behind a row', async () => {
    const { page, close } = await open.visit('/coverage?range=30d')
    await page.click('text=+8821655')
    await page.waitForURL(/\/calls\?/)
    const query = new URL(page.url()).searchParams
    expect([query.get('q'), query.get('rated'), query.get('range')]).toEqual(['8821655', 'unrated', '30d'])
    await close()
  })

  for (const look of LOOKS) {
    test(`what opens on the way: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 60_000 }, async () => {
      const context = await open.windowWith(look)
      const wrong: string[] = []
      const check = async (name: string, path: string, act: (page: Page) => Promise<unknown>) => {
        const { page, faults, close } = await open.visit(path, context)
        await act(page)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        wrong.push(...[...(await axeFaults(page)), ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await check('preview of a sheet', '/rates/import', async (page) => {
        await page.setInputFiles('input[type=file]', RATE_SHEET)
        await page.waitForSelector('.sheetrows')
      })
      await check('editor of a rate', '/rates/1', async (page) => {
        await page.click('td .btn.quiet >> nth=0')
        await page.waitForSelector('.editor')
      })
      await check('editor of windows', '/rates/1', async (page) => {
        await page.click('.sh .tools > button.link')
        await page.waitForSelector('.window')
      })
      await check('confirmation', RUN, async (page) => {
        await page.click('.btn.go')
        await page.waitForSelector('[role=alertdialog]')
      })
      await check('choice of the beginning', '/rates/1/versions/16', async (page) => {
        await page.click('.head .pops > button')
        await page.click('.pop .radio >> nth=2')
      })
      await context.close()
      expect(wrong).toEqual([])
    })
  }
})
