// Expected failures are values. A Result says at the type level that a caller must look.
// Not for programmer's faults (assert) nor for operations that may be retried (exceptions).

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<E> = { readonly ok: false; readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

/** The success half of a Result. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

/** The failure half of a Result; give `error` a `kind` so that callers can switch over it. */
export function err<E>(error: E): Err<E> {
  return { ok: false, error }
}

/** Stops the work at hand when an invariant is broken: a programmer's fault, never bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Thrown by `assert`; nothing but a process or request boundary may catch it. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}
