// The plan that a command names.

import { listPlans, type StoredPlan } from '@tollbook/tariffs'
import { CommandError, type TenantSurroundings } from './command.ts'

export async function findPlan({ db, tenant }: TenantSurroundings, name: string): Promise<StoredPlan> {
  const plans = await listPlans(db, tenant.tenantId)
  const alike = plans.filter((plan) => plan.name.toLowerCase() === name.toLowerCase())
  const found = plans.find((plan) => plan.name === name) ?? (alike.length === 1 ? alike[0] : undefined)
  if (found) return found
  const names = plans.map((plan) => `"${plan.name}"`).join(', ')
  const there = names === '' ? 'Make one: tollbook plan set FILE.json' : `There are: ${names}.`
  throw new CommandError('no-plan', `There is no plan "${name}". ${there}`)
}
