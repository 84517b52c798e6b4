// One door to the network: every answer is the wire's JSON or an ApiError that says what failed. No page calls fetch.

import type { Problem } from '@tollbook/api/wire'

/** A request that did not work. `kind` is the api's own word, or 'offline' / 'garbled' when there was no proper answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly kind: string
  readonly detail: string
  readonly fields: NonNullable<Problem['fields']>

  constructor(problem: {
    status: number
    kind: string
    title: string
    detail?: string | undefined
    fields?: Problem['fields'] | undefined
  }) {
    super(problem.title)
    this.status = problem.status
    this.kind = problem.kind
    this.detail = problem.detail ?? ''
    this.fields = problem.fields ?? []
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export const BASE = '/api/v1'

/** Called when the api says 401: the session ended, whatever page is open. Set once, by the session. */
let onSignedOut: () => void = () => undefined

export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return request<T>('GET', path, query, undefined, signal)
}

export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, query: Query, body?: unknown) {
  const json = body === undefined ? undefined : JSON.stringify(body)
  return request<T>(method, path, query, json)
}

/** Path with its query; empty and missing values are left out. */
export function address(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${BASE}${path}?${text}` : `${BASE}${path}`
}

export async function request<T>(
  method: string,
  path: string,
  query: Query,
  body?: string | FormData,
  signal?: AbortSignal,
): Promise<T> {
  let response: Response
  try {
    response = await fetch(address(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json, application/problem+json',
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError({ status: 0, kind: 'offline', title: 'offline', detail: String(cause) })
  }
  const text = await response.text()
  if (!response.ok) throw problemOf(response, text)
  return parseJson<T>(text, response.status)
}

/** Sends a file with its fields as multipart, telling how many bytes have left. fetch cannot report upload progress. */
export function upload<T>(
  path: string,
  query: Query,
  form: FormData,
  onProgress: (sent: number, total: number) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', address(path, query))
    xhr.setRequestHeader('accept', 'application/json, application/problem+json')
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded, event.total)
    xhr.onerror = () => reject(new ApiError({ status: 0, kind: 'offline', title: 'offline' }))
    xhr.onload = () => {
      if (xhr.status < 200 || xhr.status >= 300) {
        const type = xhr.getResponseHeader('content-type') ?? ''
        reject(
          problemOf(new Response(null, { status: xhr.status, headers: { 'content-type': type } }), xhr.responseText),
        )
        return
      }
      try {
        resolve(parseJson<T>(xhr.responseText, xhr.status))
      } catch (error) {
        reject(error)
      }
    }
    xhr.send(form)
  })
}

function problemOf(response: Response, text: string): ApiError {
  if (response.headers.get('content-type')?.includes('json')) {
    try {
      const problem = JSON.parse(text) as Partial<Problem>
      if (response.status === 401 && problem.kind !== 'wrong-password') onSignedOut()
      return new ApiError({
        status: response.status,
        kind: problem.kind ?? 'unknown',
        title: problem.title ?? `HTTP ${response.status}`,
        detail: problem.detail,
        fields: problem.fields,
      })
    } catch {
      // fall through: the body said JSON and was not
    }
  }
  return new ApiError({
    status: response.status,
    kind: 'garbled',
    title: `HTTP ${response.status}`,
    detail: text.slice(0, 200),
  })
}

function parseJson<T>(text: string, status: number): T {
  if (text === '') return undefined as T
  try {
    return JSON.parse(text) as T
  } catch {
    throw new ApiError({ status, kind: 'garbled', title: 'garbled', detail: text.slice(0, 200) })
  }
}
