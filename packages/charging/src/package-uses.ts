// What accounts have used of their packages, as a batch of calls sees it: taken from and given back to in memory, in the
// order of the calls. Pure; the table behind it is package-use.ts.

/** Of one package one account has one row a period; `periodStart` is its first day, YYYY-MM-DD. */
export type PackageKey = { readonly accountId: number; readonly packageId: number; readonly periodStart: string }

export type Used = { readonly seconds: number; readonly calls: number }

export type PackageUses = { of(key: PackageKey): Used }

/** A price or a charge line as far as it uses a package; of a reversal `freeS` is negative. */
export type PackageTaker = {
  readonly partyId: number
  readonly freeS: number
  readonly packageId: number
  readonly packageFrom: string
}

export type PackageLedger = PackageUses & {
  /** What this uses is used from now on, or again to be had for a reversal. */
  take(taker: PackageTaker): void
  giveBack(taker: PackageTaker): void
}

const NOTHING: Used = { seconds: 0, calls: 0 }

/** Every package is whole: for looking at a price without an account's past. */
export const NOTHING_USED: PackageUses = { of: () => NOTHING }

export function packageLedger(start: Iterable<readonly [PackageKey, Used]>): PackageLedger {
  const used = new Map<string, Used>()
  for (const [key, use] of start) used.set(packageKeyText(key), use)
  const move = ({ partyId, freeS, packageId, packageFrom }: PackageTaker, sign: 1 | -1) => {
    if (packageId === 0) return
    const text = packageKeyText({ accountId: partyId, packageId, periodStart: packageFrom })
    const before = used.get(text) ?? NOTHING
    used.set(text, {
      seconds: before.seconds + sign * freeS,
      calls: before.calls + sign * callsTaken(freeS),
    })
  }
  return {
    of: (key) => used.get(packageKeyText(key)) ?? NOTHING,
    take: (taker) => move(taker, 1),
    giveBack: (taker) => move(taker, -1),
  }
}

/** A call is taken from a package with its free seconds, and given back with them. */
export function callsTaken(freeS: number): number {
  return Math.sign(freeS)
}

export function packageKeyText({ accountId, packageId, periodStart }: PackageKey): string {
  return `${accountId} ${packageId} ${periodStart}`
}
