// The part of saxen that is used: it comes without types.
// An element may have attributes that are damaged; they are left out, and `false` stands for none that can be read.

declare module 'saxen' {
  export class Parser {
    on(event: 'openTag', seen: (name: string, attributes: () => Readonly<Record<string, string>> | false) => void): this
    on(event: 'closeTag' | 'text' | 'cdata', seen: (nameOrText: string) => void): this
    on(event: 'error', seen: (error: Error) => void): this
    /** Takes the next piece; what is incomplete at its end waits for the next. */
    write(xml: string): this
    end(): Error | null
  }
}
