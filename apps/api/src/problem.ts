// The one place that knows HTTP statuses: what can be refused, with which status, in which words (RFC 9457).
// What is thrown as a Refusal is told to the client; any other error is told to the log only.

import type { Problem } from './wire.ts'

/** Every `kind` a client can meet: status and title. Kinds are stable; texts may change. */
const PROBLEMS = {
  'bad-request': [400, 'The request cannot be read'],
  'bad-cursor': [400, 'This cursor does not belong to this list'],
  'signed-out': [401, 'Sign in first'],
  'wrong-password': [401, 'Email or password is wrong'],
  'cross-site': [403, 'The request came from another site'],
  'unknown-host': [403, 'This server is not called that'],
  'not-your-tenant': [403, 'You have no access to this tenant'],
  'role-too-low': [403, 'Your role does not allow this'],
  'numbers-masked': [403, 'Numbers are masked for your role'],
  'not-found': [404, 'There is no such thing'],
  'already-exists': [409, 'It exists already'],
  'in-the-way': [409, 'Something else stands in the way'],
  'too-large': [413, 'It is too large'],
  'unsupported-media': [415, 'The body is of a kind this address does not take'],
  invalid: [422, 'Some of it is not right'],
  'not-cdr': [422, 'This is not a file of call records'],
  'bad-deck': [422, 'This rate deck cannot be used'],
  'too-wide': [422, 'This question takes too long'],
  'too-many-attempts': [429, 'Too many attempts'],
  internal: [500, 'Something broke here'],
  'database-away': [503, 'The database cannot be reached'],
  'too-many-listeners': [503, 'Too many pages are listening'],
  'not-ready': [503, 'Not ready yet'],
  'no-parquet': [501, 'No Parquet can be made on this machine'],
  'no-pdf': [501, 'No PDF can be made on this machine'],
  'disk-full': [507, 'The disk is full'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemKind = keyof typeof PROBLEMS

export type FieldFault = { readonly field: string; readonly message: string }

/** Thrown by routes and guards to end a request with an answer the client is meant to read. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly fields: readonly FieldFault[]

  constructor(kind: ProblemKind, detail?: string, fields: readonly FieldFault[] = []) {
    super(detail ?? PROBLEMS[kind][1])
    this.kind = kind
    this.detail = detail
    this.fields = fields
  }
}

/** Any error as the refusal a client may see: known ones as they are, the rest without a word of what broke. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { status, code } = error as { status?: unknown; code?: unknown }
  // What Hono and its validators throw by themselves.
  if (status === 400) return new Refusal('bad-request', 'The body is not proper JSON.')
  if (status === 413) return new Refusal('too-large')
  if (status === 415) return new Refusal('unsupported-media')
  if (typeof code === 'string') {
    if (code === 'ENOSPC' || code === '53100') return new Refusal('disk-full', 'Nothing was changed.')
    // A zero byte or half a character in a text, a number no column holds: nobody types these.
    if (/^(22021|22P05|22P02|22003)$/.test(code))
      return new Refusal('bad-request', 'A value cannot be stored or compared.')
    if (code === '57014') return new Refusal('too-wide', 'Narrow the dates or the filters.')
    // Connection refused or lost, server shutting down, too many connections.
    if (/^(ECONN|08|57P|53300)/.test(code)) return new Refusal('database-away', 'Nothing was changed.')
  }
  return new Refusal('internal')
}

/** Whether an error is our own fault and belongs in the log with its stack. */
export function isUnexpected(refusal: Refusal): boolean {
  return PROBLEMS[refusal.kind][0] >= 500
}

/** The answer itself: application/problem+json. */
export function problemResponse(refusal: Refusal): Response {
  const [status, title] = PROBLEMS[refusal.kind]
  const body: Problem = {
    type: `urn:tollbook:problem:${refusal.kind}`,
    title,
    status,
    kind: refusal.kind,
    ...(refusal.detail !== undefined && { detail: refusal.detail }),
    ...(refusal.fields.length > 0 && { fields: refusal.fields }),
  }
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  if (status === 429) headers['retry-after'] = '900'
  if (status === 503) headers['retry-after'] = '5'
  return Response.json(body, { status, headers })
}
