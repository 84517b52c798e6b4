// What this server cannot group by or measure is left out of a page, rather than failing all of it.

import { ApiError } from '../api/client.ts'

/** Null when the server refused the question itself; every other fault is thrown on. */
export function ifKnown<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((cause: unknown) => {
    if (cause instanceof ApiError && (cause.status === 400 || cause.status === 422)) return null
    throw cause
  })
}
