export type { A2BillingCall, A2BillingCost, A2BillingQuestion, A2BillingTimeout } from './a2billing-call.ts'
export { a2billingCost, a2billingTimeout } from './a2billing-call.ts'
export type { A2BillingColumn, A2BillingRates, A2BillingRow, BadColumn } from './a2billing-row.ts'
export { a2billingRates, decimalText } from './a2billing-row.ts'
