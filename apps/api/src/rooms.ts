// The work of other rooms as the api needs it: each member is one deed of one room, in the words of the wire where the
// room speaks them. The real ones are put together in main; tests hand in their own.

import type { CallDetail, StoredCharge } from '@tollbook/calls'
import type { Tx } from '@tollbook/db'
import type { TenantAccess } from '@tollbook/directory/people'
import type { Result } from '@tollbook/kernel'
import type {
  AmiCheck,
  AmiSettings,
  DeckImportReport,
  InvoiceDetail,
  InvoiceRunReport,
  RetryReport,
  StatsAnswer,
  TraceStep,
} from './wire.ts'

export type Fault = { readonly kind: string; readonly message: string; readonly field?: string | undefined }

/** A deck as it was uploaded. */
export type DeckUpload = {
  readonly name: string
  readonly side: 'sell' | 'buy'
  readonly currency: string
  readonly filename: string
  readonly text: Buffer
  readonly makeDefault: boolean
}

/** A file that waits on disk for the worker. */
export type QueuedFile = {
  readonly sourceId: number
  readonly filename: string
  readonly storedPath: string
  readonly bytes: number
  readonly format: string
  readonly zone: string
}

/** Absent = leave; for a new account `code` and `name` are given. */
export type AccountChange = {
  readonly name?: string | undefined
  readonly deckId?: number | undefined
  readonly locale?: string | undefined
  readonly email?: string | undefined
  readonly address?: string | undefined
}

export type RejectKey = { readonly sourceId: number; readonly key: string }

export type Rooms = {
  /** stats: the raw query, answered or with what is wrong in it. */
  answerStats(tenant: TenantAccess, raw: Readonly<Record<string, string>>): Promise<Result<StatsAnswer, Fault>>
  /** charging: the steps by which a charge came to be. */
  explainCharge(tenantId: number, call: CallDetail, charge: StoredCharge): Promise<readonly TraceStep[]>
  /** directory: a new account's id, or undefined when the code is taken. `currency` is an ISO 4217 number. */
  createAccount(
    tx: Tx,
    tenantId: number,
    account: { readonly code: string; readonly currency: number } & AccountChange,
    nowMs: number,
  ): Promise<number | undefined>
  /** directory */
  changeAccount(tx: Tx, tenantId: number, accountId: number, change: AccountChange): Promise<void>
  /** directory: the id of a source, made when it is new. */
  ensureSource(tx: Tx, tenantId: number, name: string, nowMs: number): Promise<number>
  /** directory: seals the secret and stores the connection; ingest picks it up. */
  setAmiConnection(tx: Tx, sourceId: number, settings: AmiSettings, nowMs: number): Promise<void>
  removeAmiConnection(tx: Tx, sourceId: number): Promise<void>
  /** asterisk: tries to reach and log in. Without settings: with those that are stored. */
  checkAmi(sourceId: number | undefined, settings: AmiSettings | undefined): Promise<AmiCheck>
  /** tariffs, then charging picks up what was unrated. */
  importDeck(tenantId: number, deck: DeckUpload, nowMs: number): Promise<Result<DeckImportReport, Fault>>
  /** asterisk: what kind of CDR file begins like this; `complete` when there is no more of it. */
  sniffCdr(head: Buffer, complete: boolean): Result<{ readonly name: string }, Fault>
  /** calls: queues a file and gives the import's id. */
  createImport(tx: Tx, tenantId: number, file: QueuedFile, nowMs: number): Promise<string>
  /** charging: tries rejected rows again, all open ones when no keys are given. */
  retryRejects(tenantId: number, keys: readonly RejectKey[] | undefined, nowMs: number): Promise<RetryReport>
  /** calls: how many were dismissed. */
  dismissRejects(tx: Tx, tenantId: number, keys: readonly RejectKey[]): Promise<number>
  /** invoices */
  runInvoices(tenantId: number, month: string): Promise<InvoiceRunReport>
  getInvoice(tenantId: number, invoiceId: string): Promise<InvoiceDetail | undefined>
  invoicePdf(tenantId: number, invoiceId: string): Promise<Uint8Array | undefined>
  /** Everything of a tenant, in every room that has something of it. */
  deleteTenant(tenantId: number): Promise<void>
}
