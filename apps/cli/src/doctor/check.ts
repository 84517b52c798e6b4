// One finding of the doctor.

export type Check = {
  readonly name: string
  /** `advice`: it works, and could be better. */
  readonly state: 'ok' | 'advice' | 'failed'
  /** What was seen, and what to do about it. */
  readonly detail: string
}
