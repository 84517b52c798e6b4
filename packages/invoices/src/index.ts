export type { InvoiceDocument, InvoiceDocumentLine } from './document.ts'
export { eraseTenantInvoices } from './erase-tenant-invoices.ts'
export { hasMonthBegun, isMonth } from './month.ts'
export {
  getInvoice,
  type InvoiceDetail,
  type InvoiceListing,
  type InvoicePage,
  type InvoiceRow,
  listInvoices,
} from './read.ts'
export { PdfUnavailableError, renderInvoicePdf } from './render-pdf.ts'
export { type InvoiceRun, type InvoiceRunReport, runInvoices } from './run.ts'
