// The page of people in a real browser: every look, its states, and what its buttons do.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, LOOKS, noBrowser, openPages, overflow } from '../mock/open-pages.ts'

if (noBrowser) console.log(`browser tests skipped: ${noBrowser}`)

const PATHS: Record<string, string> = {
  people: '/people',
  'people of a month': '/people?range=30d&within=4',
  'not returned': '/people?missed=unreturned',
  'without calls': '/people?account=nobody',
  'for who may only look': '/people?tenant=looker',
  fault: '/people?tenant=broken',
}

describe.skipIf(noBrowser !== undefined)('people in a browser', () => {
  let open: Awaited<ReturnType<typeof openPages>>
  beforeAll(async () => {
    open = await openPages()
  })
  afterAll(() => open?.close())

  for (const look of LOOKS) {
    test(`every state: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 120_000 }, async () => {
      const wrong: string[] = []
      const window = await open.windowWith(look)
      for (const [name, path] of Object.entries(PATHS)) {
        const { page, faults, close } = await open.visit(path, window)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        if ((await page.locator('h1.sr').count()) > 0) wrong.push(`${name}: the page threw`)
        wrong.push(...[...(await axeFaults(page)), ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await window.close()
      expect(wrong).toEqual([])
    })
  }

  test('a missed caller opens his calls, and the conversation that came after', async () => {
    const { page, close } = await open.visit('/people?range=30d&missed=returned')
    const row = page.locator('table.missed tbody tr').first()
    await row.locator('td:last-child a').click()
    await page.waitForURL(/\/calls\/[0-9a-f-]{36}/)
    await page.goBack()
    await page.locator('table.missed tbody tr td:first-child a').first().click()
    await page.waitForURL(/\/calls\?.*q=/)
    await close()
  })

  test('the hours within which a call back counts stand in the address', async () => {
    const { page, close } = await open.visit('/people?range=30d')
    const day = await page.locator('.said').textContent()
    await page.getByRole('button', { name: '4 h', exact: true }).click()
    await page.waitForURL(/within=4/)
    await page.waitForFunction((before) => document.querySelector('.said')?.textContent !== before, day)
    expect(await page.locator('.said').textContent()).toContain('within 4 hours')
    await close()
  })

  test('a department is made, refused where it clashes, dissolved and brought back', async () => {
    const { page, close } = await open.visit('/people')
    await page.getByRole('button', { name: 'Arrange departments' }).click()
    await page.getByRole('button', { name: 'Add a department' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Support')
    await page.getByLabel('Extensions').fill('201')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('201 belongs to Sales.').waitFor()
    await page.getByLabel('Extensions').fill('230, 231')
    await page.getByRole('button', { name: 'Save' }).click()
    const support = page.locator('.depts li', { hasText: 'Support' })
    await support.waitFor()
    await support.getByRole('button', { name: 'Dissolve' }).click()
    await support.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await support.waitFor()
    expect(await support.textContent()).toContain('230, 231')
    await close()
  })

  test('who may only look is offered no arranging', async () => {
    const { page, close } = await open.visit('/people?tenant=looker')
    await page.getByRole('heading', { name: 'Departments' }).waitFor()
    expect(await page.getByRole('button', { name: 'Arrange departments' }).count()).toBe(0)
    await close()
  })
})
