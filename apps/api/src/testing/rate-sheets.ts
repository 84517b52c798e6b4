// Rate sheets for the api's tests: as forms, as a workbook, and an answer that has to have a status.

import { expect } from 'vitest'

/** A form with a sheet in it, as a browser sends it. */
export function sheetForm(file: string | Uint8Array<ArrayBuffer>, fields: Record<string, string>, name = 'sheet.csv') {
  const form = new FormData()
  for (const [key, value] of Object.entries(fields)) form.set(key, value)
  form.set('file', new File([file], name))
  return form
}

/** The JSON of an answer, which has to have this status. */
export async function told(answer: Response, status = 200) {
  const body = await answer.text()
  expect(answer.status, body).toBe(status)
  return body === '' ? {} : JSON.parse(body)
}

/** A workbook: sheet "Info" without rates; sheet "Rates" with Code, Destination, Price of 35386 (0.3) and 44 (1.5). */
export function smallWorkbook(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(WORKBOOK.join(''), 'base64'))
}

const WORKBOOK = [
  'UEsDBAAAAAAIAAAAAADrPd6UcQAAAK0AAAAPAAAAeGwvd29ya2Jvb2sueG1sVc1BCoMwEIXhqwxzgKZxKZm4zq70BkqmVDQZmJHq8UulUrt68P',
  'PBC91WZnix2iiV0F+u2MWwik6DyARbmau1Sqj4qzd1MdiTebHvQu0LE6b6EIS9pEzoEbQdM6Gm7NH923u/sJ1wc8LNB7vjwR2/8Q1QSwMEAAAA',
  'AAgAAAAAAKmQN0NSAAAAtQAAABoAAAB4bC9fcmVscy93b3JrYm9vay54bWwucmVsc7MJSs1JLMnMzyvOyCwotrNB5ip4ptgqFXmmGCophFQWpN',
  'oqleiX5xdlF2ekppYoKYQkFqWnltgqwYWK9cGUoV5Fbo6SPnajjEgyyghmlD6qKwFQSwMEAAAAAAgAAAAAAFs/ZGh9AAAA9wAAAA0AAAB4bC9z',
  'dHlsZXMueG1ssykuqcxJDc5ITS2xs8krzXXLLSmGMRQglGeKrZKhuYGSQlp+UW5iiXN+SqqtUkpKjF5uboxeZWVlpbWDkj5WPYaoeqJVXEODYh',
  'WUdZSVDfQMDAwMQNr04ZYmp+bkRKQV29lUpCGZAlaEIgJyC6aYIYaYkRHYfLix+kheBQBQSwMEAAAAAAgAAAAAAGsd5TRXAAAAcwAAABgAAAB4',
  'bC93b3Jrc2hlZXRzL3NoZWV0MS54bWxNjcEJgDAQBFsJ18Dhf10Q7MAKRA4MSgKXg1i+6EdfO8xjFr360XazIN6Z11gJrz35KIMQ2wPTIClGye',
  'XMxZZwIXIjgs0sFbsCGoQ+TjdCvXZCf0H9fm5QSwMEAAAAAAgAAAAAAH+LFCa0AAAA/AEAABgAAAB4bC93b3Jrc2hlZXRzL3NoZWV0Mi54bWx1',
  'kdEKwjAMRX+l9AOsWzfxIQvo9iK+COIH1K1gcbbQhu33ZSpzjPYpCdybe0JgdP4ZHloTwqc0ihSCdyPzFc84Qjs1h4wzqrixvbH6Sp4jmIBAWL',
  'tOgyAEMc2i/emPKX2jAxmryDgbsdUp28WbdpUjvBtn0HwGzRMbZCn3uxhpynDyule2Yy93N33sxjrnLHyjB9xuJIghQiZnMpkIKooYVkp9O8dQ',
  '5AIl25QrFLH4rPg//A1QSwMEAAAAAAgAAAAAAPjvx9gKAAAACwAAABQAAAB4bC9zaGFyZWRTdHJpbmdzLnhtbLMpLi6xs9EHkQBQSwECAAAAAA',
  'AACAAAAAAA6z3elHEAAACtAAAADwAAAAAAAAAAAAAAAAAAAAAAeGwvd29ya2Jvb2sueG1sUEsBAgAAAAAAAAgAAAAAAKmQN0NSAAAAtQAAABoA',
  'AAAAAAAAAAAAAAAAngAAAHhsL19yZWxzL3dvcmtib29rLnhtbC5yZWxzUEsBAgAAAAAAAAgAAAAAAFs/ZGh9AAAA9wAAAA0AAAAAAAAAAAAAAA',
  'AAKAEAAHhsL3N0eWxlcy54bWxQSwECAAAAAAAACAAAAAAAax3lNFcAAABzAAAAGAAAAAAAAAAAAAAAAADQAQAAeGwvd29ya3NoZWV0cy9zaGVl',
  'dDEueG1sUEsBAgAAAAAAAAgAAAAAAH+LFCa0AAAA/AEAABgAAAAAAAAAAAAAAAAAXQIAAHhsL3dvcmtzaGVldHMvc2hlZXQyLnhtbFBLAQIAAA',
  'AAAAAIAAAAAAD478fYCgAAAAsAAAAUAAAAAAAAAAAAAAAAAEcDAAB4bC9zaGFyZWRTdHJpbmdzLnhtbFBLBQYAAAAABgAGAI4BAACDAwAAAAA=',
]
