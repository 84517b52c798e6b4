// The instants by which calls are priced, from the first to the last: what a book has to know the versions of.

/** Instants in milliseconds, `toMs` exclusive. */
export type Span = { readonly fromMs: number; readonly toMs: number }

export const ALL_TIME: Span = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

/** The instants by which these calls are priced; an empty span for no calls, which every other covers. */
export function spanOf(
  calls: Iterable<{ readonly startedAtMs: number; readonly answeredAtMs: number | undefined }>,
): Span {
  let fromMs = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { startedAtMs, answeredAtMs } of calls) {
    const at = answeredAtMs ?? startedAtMs
    if (at < fromMs) fromMs = at
    if (at > last) last = at
  }
  return { fromMs, toMs: last + 1 }
}

export function covers(outer: Span, inner: Span): boolean {
  return outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs
}

/** Both, and what lies between them. */
export function together(a: Span, b: Span): Span {
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }
}
