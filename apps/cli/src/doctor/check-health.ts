// The doctor on the data: what the page Data health says, for every tenant. What other checks say already is left out.

import type { Db } from '@tollbook/db'
import { type DataHealth, dataHealth, dearFigures } from '@tollbook/health'
import { healthSentence } from '../health-sentences.ts'
import type { Check } from './check.ts'

/** As far back as the page looks by itself. */
const HOURS = 72
/** Told by checkWaiting and, for files, by checkSources. */
const TOLD_ELSEWHERE: readonly string[] = ['rows-set-aside', 'configuration', 'late-rows']
const OF_FILES: readonly string[] = ['csv-without-sequence', 'csv-without-uniqueid', 'custom-without-linkedid']

export async function checkHealth(db: Db, slug: string | undefined, nowMs: number): Promise<readonly Check[]> {
  const tenants = await db.q.selectFrom('tenant').select(['tenant_id', 'slug']).orderBy('tenant_id').execute()
  const checks: Check[] = []
  for (const tenant of tenants.filter((one) => slug === undefined || one.slug === slug)) {
    const asked = { tenantId: tenant.tenant_id, hours: HOURS, nowMs }
    checks.push(...checksOf(tenant.slug, await dataHealth(db, asked, await dearFigures(db, asked))))
  }
  return checks
}

function checksOf(slug: string, health: DataHealth): Check[] {
  if (health.sources.length === 0) return []
  const name = `Data of ${slug}`
  const said = health.findings
    .filter((finding) => !TOLD_ELSEWHERE.includes(finding.kind))
    .map((finding): Check => ({ name, state: 'advice', detail: healthSentence(finding, health.nowMs) }))
  const lines = health.sources.flatMap((source) =>
    source.advice
      .filter((advice) => !OF_FILES.includes(advice.kind))
      .map(
        (advice): Check => ({
          name: `Source ${slug}/${source.name}`,
          state: 'advice',
          detail: `${advice.file}: ${advice.text}`,
        }),
      ),
  )
  if (said.length + lines.length > 0) return [...said, ...lines]
  return [{ name, state: 'ok', detail: `every call of the last ${HOURS} hours is here, once` }]
}
