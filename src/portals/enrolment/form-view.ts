/** What the templates draw: every input with its name, value, script and error. */
import type { CountryPack, Field, Language } from '#kernel/config/country.ts'
import type { Draft } from './draft.ts'
import { photoIsGood, readGroup, takesPhoto } from './form.ts'
import type { FieldReader, Typed } from './values.ts'

export interface FieldView {
  readonly id: string
  readonly kind: Field['kind']
  readonly label: string
  readonly hint?: string
  readonly required: boolean
  readonly autocomplete: string
  readonly inputs: readonly {
    readonly name: string
    readonly value: string
    /** Of the script the input is written in. */
    readonly lang?: Language
    readonly dir?: 'ltr' | 'rtl'
    /** The language, in itself. */
    readonly label?: string
    readonly required: boolean
  }[]
  readonly options: readonly OptionGroup[]
}
export interface OptionGroup {
  /** Name of the place above; absent where there is none. */
  readonly label?: string
  readonly options: readonly {
    readonly value: string
    readonly text: string
    readonly lang?: Language
  }[]
}

export function fieldView(
  country: CountryPack,
  reader: FieldReader,
  language: Language,
  field: Field,
  typed: Typed,
): FieldView {
  const hint = field.hint?.[language]
  return {
    id: field.id,
    kind: field.kind,
    label: field.label[language] ?? field.id,
    ...(hint !== undefined && { hint }),
    required: field.required,
    autocomplete: field.autocomplete ?? 'off',
    inputs: reader.inputs(field).map((name) => {
      const value = typed[name] ?? ''
      if (field.kind !== 'localised-text') return { name, value, required: field.required }
      const script = country.languages.find(({ tag }) => name === `${field.id}-${tag}`)
      return {
        name,
        value,
        required: field.required && script?.mandatory === true,
        ...(script && { lang: script.tag, dir: script.direction, label: script.name }),
      }
    }),
    options: optionsOf(country, language, field),
  }
}

function optionsOf(country: CountryPack, language: Language, field: Field): OptionGroup[] {
  if (field.kind === 'choice') {
    const options = (field.choices ?? []).map(({ code, label }) => ({
      value: code,
      text: label[language] ?? code,
    }))
    return [{ options }]
  }
  if (field.kind === 'language') {
    const options = country.languages.map(({ iso639, name, tag }) => ({
      value: iso639,
      text: name,
      lang: tag,
    }))
    return [{ options }]
  }
  return field.kind === 'location' ? placesOf(country, language, field.level ?? 1) : []
}

/** Places of a level under the names of those above, in the reader's alphabet. */
function placesOf(country: CountryPack, language: Language, level: number): OptionGroup[] {
  const byName = new Intl.Collator(language).compare
  const places = country.locations.filter((place) => place.level === level)
  const parents = [...new Set(places.map(({ parent }) => parent))]
  const groups = parents.map((parent) => {
    const above = country.locations.find(({ code }) => code === parent)
    const options = places
      .filter((place) => place.parent === parent)
      .map(({ code, name }) => ({ value: code, text: name[language] ?? code }))
      .sort((a, b) => byName(a.text, b.text))
    return { ...(above && { label: above.name[language] ?? above.code }), options }
  })
  return groups.sort((a, b) => byName(a.label ?? '', b.label ?? ''))
}

export interface RailStep {
  readonly text: string
  readonly href?: string
  readonly state: 'done' | 'current' | 'todo'
}

/** The way through the form; a page that is done can be gone back to. */
export function railOf(
  country: CountryPack,
  reader: FieldReader,
  language: Language,
  draft: Draft,
  options: { readonly current: string; readonly checkText: string; readonly now: Date },
): RailStep[] {
  const steps = country.groups.map(({ id, title }) => {
    const touched = hasValues(country, reader, id, draft)
    const complete = takesPhoto(country, id)
      ? photoIsGood(country, draft)
      : touched && readGroup(country, reader, id, draft.values, options.now).errors.length === 0
    const state = id === options.current ? 'current' : complete ? 'done' : 'todo'
    return {
      text: title[language] ?? id,
      state,
      ...(state === 'done' && { href: `/enrolment/${draft.id}/${id}` }),
    } as const
  })
  const last = options.current === 'check' ? 'current' : 'todo'
  return [...steps, { text: options.checkText, state: last }]
}

/** A group of optional fields is done once its page was sent, even if nothing was written. */
const hasValues = (
  country: CountryPack,
  reader: FieldReader,
  group: string,
  draft: Draft,
): boolean =>
  country.fields
    .filter((field) => field.group === group)
    .flatMap((field) => reader.inputs(field))
    .some((name) => name in draft.values)
