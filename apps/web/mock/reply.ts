// An answer of the invented api, and the usual ones.

export type Reply = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** Topics told to open pages after the answer. */
  readonly announce?: readonly string[]
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

/** What is not there is a 404. */
export function found(body: unknown): Reply {
  return body === undefined ? problem(404, 'not-found', 'There is no such thing') : ok(body)
}

export function problem(status: number, kind: string, title: string, detail?: string): Reply {
  return { status, body: { type: `urn:tollbook:problem:${kind}`, title, status, kind, ...(detail ? { detail } : {}) } }
}
