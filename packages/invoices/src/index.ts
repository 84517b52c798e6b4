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
export { renderInvoicePdf } from './render-pdf.ts'
export { type PriceListPaper, renderPriceListPdf } from './render-price-list.ts'
export { type InvoiceRun, type InvoiceRunReport, runInvoices } from './run.ts'
export { PdfUnavailableError } from './typst.ts'
