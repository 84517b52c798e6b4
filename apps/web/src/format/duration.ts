// Durations in whole seconds as text: clock faces for columns, prose comes from the messages.

/** 251 → "4:11"; from one hour "1:04:11". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  return s >= 3600 ? hms(s) : `${Math.floor(s / 60)}:${two(s % 60)}`
}

/** Always h:mm:ss, for columns whose head says so. */
export function hms(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
}

export type DurationParts = { readonly hours: number; readonly minutes: number; readonly seconds: number }

export function durationParts(seconds: number): DurationParts {
  const s = Math.max(0, Math.round(seconds))
  return { hours: Math.floor(s / 3600), minutes: Math.floor(s / 60) % 60, seconds: s % 60 }
}

export function two(n: number): string {
  return String(n).padStart(2, '0')
}
