// Which version of a deck is in force when: of the active ones that have begun, the one with the highest number.

/** A version as far as its time goes. */
export type VersionSpan = {
  readonly version: number
  readonly state: 'draft' | 'active' | 'withdrawn'
  readonly effectiveFromMs: number
}

/** From an instant on, this version: until the next entry begins. */
export type InForce = { readonly version: number; readonly fromMs: number }

/** The versions that are ever in force, ascending by when they begin. */
export function timelineOf(versions: readonly VersionSpan[]): readonly InForce[] {
  const active = versions.filter((v) => v.state === 'active')
  const byStart = active.toSorted((a, b) => a.effectiveFromMs - b.effectiveFromMs || b.version - a.version)
  const spans: InForce[] = []
  for (const { version, effectiveFromMs } of byStart) {
    const before = spans.at(-1)
    if (before === undefined || version > before.version) spans.push({ version, fromMs: effectiveFromMs })
  }
  return spans
}

/** Number of the version in force at an instant; 0 = none. */
export function versionAt(timeline: readonly InForce[], atMs: number): number {
  return timeline.findLast((span) => span.fromMs <= atMs)?.version ?? 0
}

/** What people call the state of a version at an instant. */
export type VersionStanding = 'draft' | 'scheduled' | 'in-force' | 'superseded' | 'withdrawn'

/** An active version that never comes into force, or no longer is, counts as superseded. */
export function standingOf(version: VersionSpan, timeline: readonly InForce[], nowMs: number): VersionStanding {
  if (version.state !== 'active') return version.state
  if (versionAt(timeline, nowMs) === version.version) return 'in-force'
  const begins = timeline.find((span) => span.version === version.version)?.fromMs
  return begins !== undefined && begins > nowMs ? 'scheduled' : 'superseded'
}
