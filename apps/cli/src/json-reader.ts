// A file of JSON that a person wrote, field by field: what is wrong is told with the place where it stands.

import { CommandError } from './command.ts'

/** The object in a file. A wrong one is refused as `kind`. */
export function readJson(text: string, kind: string): JsonReader {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CommandError(kind, `This is no JSON: ${(error as Error).message}`)
  }
  return reader(value, '', kind)
}

export type JsonReader = {
  text(field: string, otherwise?: string): string
  whole(field: string, otherwise?: number): number
  word<const W extends string>(field: string, words: readonly W[], otherwise?: W): W
  texts(field: string, otherwise?: readonly string[]): readonly string[]
  list(field: string, otherwise?: readonly unknown[]): readonly JsonReader[]
  /** A field nobody knows is a slip of the pen, and would be lost. */
  end(known: readonly string[]): void
}

/** Reads fields of an object by name; `at` says where it is, for what is told of a wrong one. */
function reader(value: unknown, at: string, kind: string): JsonReader {
  const bad = (field: string, what: string) => new CommandError(kind, `${at}${field} ${what}`)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(at === '' ? 'The file' : '', 'is no object { … }')
  const fields = value as Readonly<Record<string, unknown>>
  const given = (field: string) => (Object.hasOwn(fields, field) ? fields[field] : undefined)
  const missing = (field: string) => bad(field, 'is missing')
  return {
    text(field, otherwise) {
      const found = given(field) ?? otherwise
      if (found === undefined) throw missing(field)
      if (typeof found === 'number') throw bad(field, `is a number; write it as text: "${found}"`)
      if (typeof found !== 'string') throw bad(field, 'is no text')
      return found
    },
    whole(field, otherwise) {
      const found = given(field) ?? otherwise
      if (found === undefined) throw missing(field)
      if (typeof found !== 'number' || !Number.isSafeInteger(found)) throw bad(field, 'is no whole number')
      return found
    },
    word(field, words, otherwise) {
      const found = given(field) ?? otherwise
      const word = words.find((w) => w === found)
      if (word === undefined)
        throw bad(field, `is ${JSON.stringify(found) ?? 'missing'}; use one of ${words.join(', ')}`)
      return word
    },
    texts(field, otherwise) {
      const found = given(field) ?? otherwise
      if (!Array.isArray(found) || found.some((item) => typeof item !== 'string'))
        throw bad(field, 'is no list of texts ["…"]')
      return found as readonly string[]
    },
    list(field, otherwise) {
      const found = given(field) ?? otherwise
      if (!Array.isArray(found)) throw found === undefined ? missing(field) : bad(field, 'is no list [ … ]')
      return found.map((item, i) => reader(item, `${at}${field}[${i + 1}].`, kind))
    },
    end(known) {
      const other = Object.keys(fields).find((field) => !known.includes(field))
      if (other !== undefined) throw bad(other, `is no field. There are: ${known.join(', ')}`)
    },
  }
}
