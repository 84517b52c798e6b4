// Instants as a clock in some zone shows them, with the offset, so that the hour that comes twice in autumn stays told apart.

/** From "2026-07-01T10:00:00.000Z" to "2026-07-01T12:00:00+02:00". The zone has been checked. */
export function instantIn(zone: string): (iso: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  })
  return (iso) => {
    const parts = Object.fromEntries(format.formatToParts(new Date(iso)).map((p) => [p.type, p.value]))
    const offset = (parts.timeZoneName ?? '').replace('GMT', '') || '+00:00'
    return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}${offset}`
  }
}
