// The small values everything on the wire is made of. Types only.

/** Decimal text with six places. */
export type Money = string
/** ISO 8601 in UTC. */
export type Instant = string
