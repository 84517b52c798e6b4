// Form fields and the life of a submission: idle, busy, done or failed. Knows nothing of what is sent.

import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import { ApiError } from '../api/client.ts'

export type Deed = {
  readonly busy: boolean
  readonly done: boolean
  readonly error: ApiError | undefined
  /** Runs it; true when it worked. A second click while busy does nothing. */
  run(work: () => Promise<unknown>): Promise<boolean>
  clear(): void
}

export function useDeed(): Deed {
  const [state, setState] = useState<{ busy: boolean; done: boolean; error: ApiError | undefined }>({
    busy: false,
    done: false,
    error: undefined,
  })
  return {
    ...state,
    clear: () => setState({ busy: false, done: false, error: undefined }),
    run: async (work) => {
      if (state.busy) return false
      setState({ busy: true, done: false, error: undefined })
      try {
        await work()
        setState({ busy: false, done: true, error: undefined })
        return true
      } catch (cause) {
        const error =
          cause instanceof ApiError ? cause : new ApiError({ status: 0, kind: 'page', title: String(cause) })
        setState({ busy: false, done: false, error })
        return false
      }
    },
  }
}

type FieldProps = { label: string; hint?: Kids; children: Kids }

export function Field({ label, hint, children }: FieldProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="fld">
      {label}
      {children}
      {hint && <span class="hint">{hint}</span>}
    </label>
  )
}

type TextProps = {
  label: string
  value: string
  onInput: (value: string) => void
  hint?: Kids
  type?: 'text' | 'email' | 'password'
  autocomplete?: string
  required?: boolean
  minLength?: number
  pattern?: string
  list?: string
  placeholder?: string
  inputMode?: 'numeric' | 'decimal' | 'email' | 'text'
  disabled?: boolean
  mono?: boolean
}

export function TextField(props: TextProps) {
  const { label, hint, onInput, mono, autocomplete, inputMode, list, type, ...rest } = props
  const shared = {
    ...rest,
    class: mono ? 'mono' : undefined,
    autocomplete: autocomplete ?? 'off',
    inputMode: inputMode ?? 'text',
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  }
  return (
    <Field label={label} hint={hint}>
      {type === 'password' ? (
        <input {...shared} type="password" />
      ) : type === 'email' ? (
        <input {...shared} type="email" />
      ) : list ? (
        <input {...shared} type="text" list={list} />
      ) : (
        <input {...shared} type="text" />
      )}
    </Field>
  )
}

export function SelectField<T extends string>(props: {
  label: string
  value: T
  onChange: (value: T) => void
  of: readonly { readonly value: T; readonly text: string }[]
  hint?: Kids
  disabled?: boolean
}) {
  return (
    <Field label={props.label} hint={props.hint}>
      <select
        value={props.value}
        disabled={props.disabled ?? false}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        {props.of.map((one) => (
          <option value={one.value}>{one.text}</option>
        ))}
      </select>
    </Field>
  )
}
