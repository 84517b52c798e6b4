// The shell: who is signed in decides what is drawn; then navigation, the page, and the live stream of its tenant.
// Only the overview is in the first load; other pages come when they are asked for.

import type { ComponentChildren } from 'preact'
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso'
import { ApiError } from './api/client.ts'
import { messages } from './i18n/messages.ts'
import { Overview } from './pages/overview/overview.tsx'
import { Empty, Fault } from './parts/frame.tsx'
import { TroubleStrip } from './shell/live-strip.tsx'
import { Rail, Tabs } from './shell/navigation.tsx'
import { SampleBand } from './shell/tenant-switch.tsx'
import { useNews } from './state/load.ts'
import { useNeeds } from './state/needs.ts'
import { listenTo } from './state/news.ts'
import { refreshSession, session, sessionFault } from './state/session.ts'
import { linkTo, useView } from './state/view.ts'

const SignIn = lazy(() => import('./pages/sign-in.tsx').then((page) => page.SignIn))
const Welcome = lazy(() => import('./pages/welcome.tsx').then((page) => page.Welcome))
const Calls = lazy(() => import('./pages/calls/calls.tsx').then((page) => page.Calls))
const Call = lazy(() => import('./pages/call/call.tsx').then((page) => page.Call))
const Traffic = lazy(() => import('./pages/traffic/traffic.tsx').then((page) => page.Traffic))
const Destinations = lazy(() => import('./pages/destinations/destinations.tsx').then((page) => page.Destinations))
const Quality = lazy(() => import('./pages/quality/quality.tsx').then((page) => page.Quality))
const Trunks = lazy(() => import('./pages/trunks/trunks.tsx').then((page) => page.Trunks))
const People = lazy(() => import('./pages/people/people.tsx').then((page) => page.People))
const Money = lazy(() => import('./pages/money/money.tsx').then((page) => page.Money))
const Live = lazy(() => import('./pages/live/live.tsx').then((page) => page.Live))
const Accounts = lazy(() => import('./pages/accounts/accounts.tsx').then((page) => page.Accounts))
const Account = lazy(() => import('./pages/accounts/account.tsx').then((page) => page.Account))
const Rates = lazy(() => import('./pages/rates/rates.tsx').then((page) => page.Rates))
const Deck = lazy(() => import('./pages/rates/deck.tsx').then((page) => page.Deck))
const Draft = lazy(() => import('./pages/rates/draft.tsx').then((page) => page.Draft))
const SheetImport = lazy(() => import('./pages/rates/sheet-import.tsx').then((page) => page.SheetImport))
const Plans = lazy(() => import('./pages/plans/plans.tsx').then((page) => page.Plans))
const Plan = lazy(() => import('./pages/plans/plan.tsx').then((page) => page.Plan))
const Simulator = lazy(() => import('./pages/simulator/simulator.tsx').then((page) => page.Simulator))
const Rerate = lazy(() => import('./pages/rerate/rerate.tsx').then((page) => page.Rerate))
const RerateRun = lazy(() => import('./pages/rerate/rerate-run.tsx').then((page) => page.RerateRun))
const Coverage = lazy(() => import('./pages/coverage/coverage.tsx').then((page) => page.Coverage))
const Invoices = lazy(() => import('./pages/invoices/invoices.tsx').then((page) => page.Invoices))
const Invoice = lazy(() => import('./pages/invoices/invoice.tsx').then((page) => page.Invoice))
const Imports = lazy(() => import('./pages/imports/imports.tsx').then((page) => page.Imports))
const Sources = lazy(() => import('./pages/sources/sources.tsx').then((page) => page.Sources))
const Health = lazy(() => import('./pages/health/health.tsx').then((page) => page.Health))
const Rules = lazy(() => import('./pages/rules/rules.tsx').then((page) => page.Rules))
const Settings = lazy(() => import('./pages/settings/settings.tsx').then((page) => page.Settings))

/** The session is read again at most this often while calls come in. */
const SESSION_MS = 30_000

export function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Gate />
      </ErrorBoundary>
    </LocationProvider>
  )
}

function Gate() {
  const m = messages()
  const who = session.value
  const fault = sessionFault.value
  if (fault && !who) {
    return (
      <main class="door">
        <div class="door-in">
          <h1>{m.app.name}</h1>
          <Fault error={fault} what={m.signIn.unreachable} done onAgain={() => void refreshSession()} />
        </div>
      </main>
    )
  }
  if (who === undefined) return <main class="door" aria-busy="true" />
  if (who === null) return <SignIn />
  if (who.tenants.length === 0) {
    return (
      <main class="door">
        <Empty icon="book-open" title={m.app.noTenant} />
      </main>
    )
  }
  return <Inside />
}

function Inside() {
  const m = messages()
  const view = useView()
  const { path } = useLocation()
  useEffect(() => {
    listenTo(view.tenant.slug)
    return () => listenTo(undefined)
  }, [view.tenant.slug])
  useNeeds(view.tenant.slug)
  // A first call ends the welcome, and a newer one moves the usual range: the session knows of both.
  const askedMs = useRef(0)
  useNews(['calls'], () => {
    if (!view.tenant.isEmpty && Date.now() - askedMs.current < SESSION_MS) return
    askedMs.current = Date.now()
    void refreshSession()
  })
  useEffect(() => {
    document.title = `${titleOf(path)} · ${view.tenant.name} · ${m.app.name}`
  }, [path, view.tenant.name, m])
  return (
    <>
      <a class="skip" href="#main">
        {m.app.skip}
      </a>
      <div class="app">
        <Rail view={view} />
        <main class="main" id="main" tabIndex={-1}>
          <SampleBand view={view} />
          <TroubleStrip view={view} />
          <Safe key={view.tenant.slug} path={path}>
            <Pages />
          </Safe>
        </main>
        <Tabs view={view} />
      </div>
    </>
  )
}

function Pages() {
  return (
    <Router onRouteChange={() => scrollTo(0, 0)}>
      <Route path="/" component={Home} />
      <Route path="/calls" component={Calls} />
      <Route path="/calls/:key" component={Call} />
      <Route path="/traffic" component={Traffic} />
      <Route path="/destinations" component={Destinations} />
      <Route path="/quality" component={Quality} />
      <Route path="/trunks" component={Trunks} />
      <Route path="/people" component={People} />
      <Route path="/money" component={Money} />
      <Route path="/live" component={Live} />
      <Route path="/accounts" component={Accounts} />
      <Route path="/accounts/:id" component={Account} />
      <Route path="/plans" component={Plans} />
      <Route path="/plans/:id" component={Plan} />
      <Route path="/rates" component={Rates} />
      <Route path="/rates/import" component={SheetImport} />
      <Route path="/rates/:id" component={Deck} />
      <Route path="/rates/:id/versions/:version" component={Draft} />
      <Route path="/simulator" component={Simulator} />
      <Route path="/rerate" component={Rerate} />
      <Route path="/rerate/:id" component={RerateRun} />
      <Route path="/coverage" component={Coverage} />
      <Route path="/invoices" component={Invoices} />
      <Route path="/invoices/:id" component={Invoice} />
      <Route path="/imports" component={Imports} />
      <Route path="/sources" component={Sources} />
      <Route path="/health" component={Health} />
      <Route path="/settings" component={Settings} />
      <Route path="/settings/rules" component={Rules} />
      <Route default component={NotFound} />
    </Router>
  )
}

/** The router keeps what it matched until the address changes; the first call of a tenant does not change it. */
function Home() {
  const view = useView()
  return view.tenant.isEmpty ? <Welcome /> : <Overview />
}

/** A page that throws leaves the navigation standing. */
function Safe({ path, children }: { path: string; children: ComponentChildren }) {
  const m = messages()
  const [error, reset] = useErrorBoundary()
  useEffect(() => {
    if (error) reset()
  }, [path])
  if (error) {
    const fault = error instanceof ApiError ? error : new ApiError({ status: 0, kind: 'page', title: String(error) })
    return (
      <div class="pad-top">
        <h1 class="sr">{m.fault.page}</h1>
        <Fault error={fault} what={m.fault.page} done onAgain={reset} />
      </div>
    )
  }
  return <>{children}</>
}

function NotFound() {
  const m = messages()
  const view = useView()
  return (
    <div class="pad-top">
      <h1 class="sr">{m.app.notFound}</h1>
      <Empty icon="search" title={m.app.notFound} hint={m.app.notFoundHint}>
        <a class="btn" href={linkTo(view, '/')}>
          {m.app.toOverview}
        </a>
      </Empty>
    </div>
  )
}

function titleOf(path: string): string {
  const nav = messages().nav
  const first = path.split('/')[1] ?? ''
  return first in nav ? nav[first as keyof typeof nav] : nav.overview
}
