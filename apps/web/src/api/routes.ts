// Every route the pages use, once, with its types; those of tariffs are in tariff-routes.ts. When the api moves a
// route, only these two files follow.

import type {
  AccountRow,
  AmiCheck,
  AmiSettings,
  CallDetail,
  FeedCheck,
  FeedRow,
  ImportRow,
  InvoiceDetail,
  InvoiceRow,
  InvoiceRunReport,
  Page,
  ProfileChange,
  RejectRow,
  RetryReport,
  SessionInfo,
  SignInAnswer,
  SourceRow,
  StatsAnswer,
  TenantSettings,
  TrunkLoad,
} from '@tollbook/api/wire'
import type { DataHealth } from '@tollbook/api/wire-health'
import type { NewPushToken, PushTokenRow } from '@tollbook/api/wire-push'
import type { Restitch } from '@tollbook/api/wire-rules'
import type { CallsAnswer } from '../pages/calls/call-pages.ts'
import { address, get, type Query, send, upload } from './client.ts'

export type AccountEdit = Pick<AccountRow, 'name' | 'deckId' | 'planId' | 'locale' | 'email' | 'address'>

const id = encodeURIComponent

// session
export const readSession = () => get<SessionInfo>('/session')
export const signIn = (email: string, password: string) =>
  send<SignInAnswer>('POST', '/session', {}, { email, password })
export const signOut = () => send<unknown>('DELETE', '/session', {})
export const changeProfile = (change: ProfileChange) => send<unknown>('PATCH', '/me', {}, change)

// calls and figures
export const readStats = (query: Query, signal?: AbortSignal) => get<StatsAnswer>('/stats', query, signal)
export const readTrunkLoad = (query: Query, signal?: AbortSignal) => get<TrunkLoad>('/trunk-load', query, signal)
export const listCalls = (query: Query, signal?: AbortSignal) => get<CallsAnswer>('/calls', query, signal)
export const readCall = (tenant: string, key: string, signal?: AbortSignal) =>
  get<CallDetail>(`/calls/${id(key)}`, { tenant }, signal)
export const releaseCall = (tenant: string, key: string) =>
  send<unknown>('POST', `/calls/${id(key)}/release`, { tenant })

// money
export const listAccounts = (tenant: string, signal?: AbortSignal) =>
  get<Page<AccountRow>>('/accounts', { tenant, limit: 500 }, signal)
export const saveAccount = (tenant: string, accountId: number, edit: AccountEdit) =>
  send<AccountRow>('PATCH', `/accounts/${accountId}`, { tenant }, edit)
export const listInvoices = (tenant: string, query: Query, signal?: AbortSignal) =>
  get<Page<InvoiceRow>>('/invoices', { tenant, ...query }, signal)
export const readInvoice = (tenant: string, invoiceId: string, signal?: AbortSignal) =>
  get<InvoiceDetail>(`/invoices/${id(invoiceId)}`, { tenant }, signal)
export const runInvoices = (tenant: string, month: string) =>
  send<InvoiceRunReport>('POST', '/invoices/run', { tenant }, { month })
export const invoicePdf = (tenant: string, invoiceId: string) => address(`/invoices/${id(invoiceId)}/pdf`, { tenant })

// data
export const listImports = (tenant: string, signal?: AbortSignal) =>
  get<Page<ImportRow>>('/imports', { tenant }, signal)
export const startImport = (tenant: string, form: FormData, onProgress: (sent: number, total: number) => void) =>
  upload<readonly ImportRow[]>('/imports', { tenant }, form, onProgress)
export const listRejects = (tenant: string, query: Query = {}, signal?: AbortSignal) =>
  get<Page<RejectRow>>('/rejects', { tenant, ...query }, signal)
export type RejectKey = { readonly source: string; readonly key: string }
export const retryRejects = (tenant: string, keys?: readonly RejectKey[]) =>
  send<RetryReport>('POST', '/rejects/retry', { tenant }, keys ? { keys } : {})
export const dismissRejects = (tenant: string, keys: readonly RejectKey[]) =>
  send<unknown>('POST', '/rejects/dismiss', { tenant }, { keys })
export const listSources = (tenant: string, signal?: AbortSignal) =>
  get<Page<SourceRow>>('/sources', { tenant }, signal)
export const saveAmi = (tenant: string, name: string, settings: AmiSettings) =>
  send<unknown>('PUT', `/sources/${id(name)}/ami`, { tenant }, settings)
export const removeAmi = (tenant: string, name: string) =>
  send<unknown>('DELETE', `/sources/${id(name)}/ami`, { tenant })
export const checkAmi = (tenant: string, name: string, settings?: AmiSettings) =>
  send<AmiCheck>('POST', `/sources/${id(name)}/check`, { tenant }, settings ?? {})

/** What POST /feeds takes; see the api's NewFeed. */
export type NewFeed = {
  readonly source: string
  readonly kind: FeedRow['kind']
  readonly settings: Readonly<Record<string, unknown>>
  readonly zone: string
  readonly secret?: string
}
export type FeedChange = {
  readonly zone?: string
  readonly enabled?: boolean
  readonly secret?: string
  readonly content?: string
}
export const listFeeds = (tenant: string, signal?: AbortSignal) => get<Page<FeedRow>>('/feeds', { tenant }, signal)
export const addFeed = (tenant: string, feed: NewFeed) => send<FeedRow>('POST', '/feeds', { tenant }, feed)
export const checkFeed = (tenant: string, feed: NewFeed) => send<FeedCheck>('POST', '/feeds/check', { tenant }, feed)
export const changeFeed = (tenant: string, feedId: number, change: FeedChange) =>
  send<FeedRow>('PATCH', `/feeds/${feedId}`, { tenant }, change)
export const removeFeed = (tenant: string, feedId: number) => send<unknown>('DELETE', `/feeds/${feedId}`, { tenant })
export const setSourceZone = (tenant: string, name: string, zone: string) =>
  send<SourceRow>('PUT', `/sources/${id(name)}/zone`, { tenant }, { zone })
export const listRestitches = (tenant: string, signal?: AbortSignal) =>
  get<Page<Restitch>>('/restitches', { tenant }, signal)
export const listPushTokens = (tenant: string, signal?: AbortSignal) =>
  get<Page<PushTokenRow>>('/push-tokens', { tenant }, signal)
export const createPushToken = (tenant: string, source: string, name: string) =>
  send<NewPushToken>('POST', '/push-tokens', { tenant }, { source, name })
export const revokePushToken = (tenant: string, tokenId: number) =>
  send<unknown>('DELETE', `/push-tokens/${tokenId}`, { tenant })
export const readHealth = (tenant: string, hours: number, signal?: AbortSignal) =>
  get<DataHealth>('/data-health', { tenant, hours }, signal)
export const checkHealth = (tenant: string, hours: number) =>
  send<DataHealth>('POST', '/data-health/check', { tenant, hours })

// tenant
export const readTenant = (slug: string, signal?: AbortSignal) =>
  get<TenantSettings>(`/tenants/${id(slug)}`, {}, signal)
export const saveTenant = (slug: string, settings: TenantSettings) =>
  send<unknown>('PATCH', `/tenants/${id(slug)}`, {}, settings)
export const deleteTenant = (slug: string) => send<unknown>('DELETE', `/tenants/${id(slug)}`, {})
export const eventsAddress = (tenant: string) => address('/events', { tenant })
