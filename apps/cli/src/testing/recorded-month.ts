// A recorded file with its one day moved into the month that has ended last, so that whenever the test runs there is a
// month to invoice. The times of day and everything else stay as Asterisk wrote them.

/** The day of the recordings that this works for. */
const RECORDED = '2026-11-23'

export type LastMonth = {
  /** "2026-10" */
  readonly month: string
  /** First day of it and of the month after. */
  readonly from: string
  readonly to: string
  /** The recording as of the 15th of that month. */
  redate(recording: Buffer): Buffer
}

/** The month before the one of `nowMs`, in UTC. */
export function lastMonth(nowMs: number): LastMonth {
  const now = new Date(nowMs)
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const day = (ofMonth: number, date: number) => new Date(Date.UTC(year, ofMonth, date)).toISOString().slice(0, 10)
  const target = day(month - 1, 15)
  const shiftSeconds = (Date.parse(target) - Date.parse(RECORDED)) / 1000
  return {
    month: target.slice(0, 7),
    from: day(month - 1, 1),
    to: day(month, 1),
    redate(recording) {
      // latin1 keeps every byte; the epochs of uniqueid and linkedid begin with the same five digits on that day.
      const text = recording.toString('latin1').replaceAll(RECORDED, target)
      return Buffer.from(
        text.replace(/\b1795[34]\d{5}(?=\.\d)/g, (epoch) => String(Number(epoch) + shiftSeconds)),
        'latin1',
      )
    },
  }
}
