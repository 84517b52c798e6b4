// The rail on a desk, and the five tabs of a phone. Only pages that exist are named here.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { messages } from '../i18n/messages.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { needs } from '../state/needs.ts'
import { linkTo, type View } from '../state/view.ts'
import { LanguageAndTheme } from './language-and-theme.tsx'
import { LiveStrip } from './live-strip.tsx'
import { TenantSwitch } from './tenant-switch.tsx'

type Page =
  | 'overview'
  | 'calls'
  | 'live'
  | 'traffic'
  | 'destinations'
  | 'quality'
  | 'trunks'
  | 'people'
  | 'money'
  | 'accounts'
  | 'plans'
  | 'rates'
  | 'simulator'
  | 'rerate'
  | 'coverage'
  | 'invoices'
  | 'imports'
  | 'sources'
  | 'health'
  | 'settings'

const PATH: Record<Page, string> = {
  overview: '/',
  calls: '/calls',
  live: '/live',
  traffic: '/traffic',
  destinations: '/destinations',
  quality: '/quality',
  trunks: '/trunks',
  people: '/people',
  money: '/money',
  accounts: '/accounts',
  plans: '/plans',
  rates: '/rates',
  simulator: '/simulator',
  rerate: '/rerate',
  coverage: '/coverage',
  invoices: '/invoices',
  imports: '/imports',
  sources: '/sources',
  health: '/health',
  settings: '/settings',
}
const ICON: Record<Page, string> = {
  overview: 'layout-dashboard',
  calls: 'phone',
  live: 'radio',
  traffic: 'chart-line',
  destinations: 'globe',
  quality: 'gauge',
  trunks: 'network',
  people: 'users',
  money: 'coins',
  accounts: 'book-open',
  plans: 'layers',
  rates: 'tags',
  simulator: 'calculator',
  rerate: 'refresh-cw',
  coverage: 'radar',
  invoices: 'receipt',
  imports: 'upload',
  sources: 'cable',
  health: 'heart-pulse',
  settings: 'settings',
}
const GROUPS: readonly { head: 'analyse' | 'money' | 'data' | null; pages: readonly Page[] }[] = [
  { head: null, pages: ['overview', 'calls', 'live'] },
  { head: 'analyse', pages: ['traffic', 'destinations', 'quality', 'trunks', 'people'] },
  { head: 'money', pages: ['money', 'accounts', 'plans', 'rates', 'simulator', 'rerate', 'coverage', 'invoices'] },
  { head: 'data', pages: ['imports', 'sources', 'health', 'settings'] },
]
const TABS: readonly Page[] = ['overview', 'calls', 'live', 'invoices']

export function Rail({ view }: { view: View }) {
  const m = messages()
  return (
    <div class="rail noprint">
      <nav class="nav" aria-label={m.app.mainNav}>
        <a href={linkTo(view, '/')} class="brand">
          <Mark />
          {m.app.name}
        </a>
        <SearchBox view={view} keyed />
        <PageLists view={view} />
      </nav>
      <aside class="railfoot" aria-label={m.app.state}>
        <LiveStrip view={view} />
        <div class="railend">
          <TenantSwitch view={view} />
          <LanguageAndTheme />
        </div>
      </aside>
    </div>
  )
}

function PageLists({ view }: { view: View }) {
  const m = messages()
  return (
    <>
      {GROUPS.map(({ head, pages }) => (
        <div>
          {head && <p class="navhead">{m.app[head]}</p>}
          <ul>
            {pages.map((page) => (
              <li>
                <PageLink view={view} page={page} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  )
}

function PageLink({ view, page }: { view: View; page: Page }) {
  return (
    <a href={linkTo(view, PATH[page])} aria-current={isHere(view.path, PATH[page]) ? 'page' : undefined}>
      <Icon name={ICON[page]} />
      {messages().nav[page]}
      {page === 'health' && <NeedsBadge />}
    </a>
  )
}

/** How many things of the data need somebody; nothing when none does. */
function NeedsBadge() {
  const n = needs.value
  if (n === 0) return null
  return (
    <span class="badge">
      <span aria-hidden="true">{n}</span>
      <span class="sr">{messages().health.needs(n)}</span>
    </span>
  )
}

function isHere(path: string, at: string): boolean {
  return at === '/' ? path === '/' : path === at || path.startsWith(`${at}/`)
}

/** Bottom tabs under 900 px; the fifth opens a sheet with everything else. */
export function Tabs({ view }: { view: View }) {
  const m = messages()
  const [open, setOpen] = useState(false)
  const { url } = useLocation()
  // Choosing anything in the sheet closes it.
  useEffect(() => setOpen(false), [url])
  useEffect(() => {
    if (!open) return
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false)
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [open])
  const elsewhere = !TABS.some((page) => isHere(view.path, PATH[page]))
  return (
    <>
      {open && (
        <div class="sheet-menu noprint" role="dialog" aria-label={m.app.more}>
          <SearchBox view={view} />
          <div class="nav flat">
            <PageLists view={view} />
          </div>
          <LiveStrip view={view} />
          <div class="railend">
            <TenantSwitch view={view} />
            <LanguageAndTheme />
          </div>
        </div>
      )}
      <nav class="tabs noprint" aria-label={m.app.mainNav}>
        {TABS.map((page) => (
          <PageLink view={view} page={page} />
        ))}
        <button
          type="button"
          aria-expanded={open}
          class={elsewhere ? 'here' : undefined}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'x' : 'ellipsis'} />
          {open ? m.app.close : m.app.more}
        </button>
      </nav>
    </>
  )
}

/** Finds calls by number, name or id. "/" from anywhere puts the cursor here. */
function SearchBox({ view, keyed }: { view: View; keyed?: boolean }) {
  const m = messages()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (!keyed) return
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.key !== '/' || target.matches('input, textarea, select') || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [keyed])
  const submit = (event: Event) => {
    event.preventDefault()
    const q = input.current?.value.trim() ?? ''
    if (q === '') return
    // A number is looked for in all the time there is, not in last week only.
    const { firstCallAt, lastCallAt } = view.tenant
    const range = firstCallAt && lastCallAt ? `${firstCallAt.slice(0, 10)}..${nextDay(lastCallAt)}` : null
    view.go(linkTo(view, '/calls', { q, range }))
    input.current?.blur()
  }
  return (
    <search>
      <form class="find" onSubmit={submit}>
        <Icon name="search" />
        <input
          ref={input}
          type="search"
          name="q"
          placeholder={m.app.search}
          aria-label={m.app.searchLabel}
          autocomplete="off"
        />
        {keyed && <kbd>/</kbd>}
      </form>
    </search>
  )
}

/** The day after, and one more for zones ahead of UTC. */
function nextDay(instant: string): string {
  return new Date(Date.parse(instant) + 2 * 86_400_000).toISOString().slice(0, 10)
}
