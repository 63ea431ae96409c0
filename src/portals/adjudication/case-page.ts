/** One case as a page: two faces, two records, why it was raised, and the form that decides it. */
import type { CountryPack } from '#kernel/config/country.ts'
import type { Catalogues } from '#kernel/i18n/catalogues.ts'
import type { CaseDetail } from '#registry'
import { photoUri } from '../data-uri.ts'
import { compareRecords } from './compare.ts'

export interface CaseForm {
  readonly verdict: string
  readonly reason: string
}
interface Shown {
  readonly country: CountryPack
  readonly catalogues: Catalogues
  readonly language: string
}

/** `number` counts the similar records from 1; a number out of bounds shows the nearest. */
export const caseData = (
  shown: Shown,
  detail: CaseDetail,
  options: { readonly number: number; readonly skip: string | undefined; readonly form: CaseForm },
): Record<string, unknown> => {
  const last = detail.others.length
  const number = Math.min(Math.max(options.number, 1), Math.max(last, 1))
  const other = detail.others[number - 1]
  const hrefOf = (n: number) =>
    n >= 1 && n <= last ? `/adjudication/cases/${detail.id}?record=${n}` : undefined
  const rows = compareRecords(
    shown.country,
    shown.language,
    detail.subject.fields,
    other?.fields ?? {},
  )
  return {
    number,
    case: { id: detail.id, rid: detail.rid, openedAt: detail.openedAt },
    candidates: detail.others.map((_, index) => ({
      href: hrefOf(index + 1),
      current: index + 1 === number,
      key: index + 1 === number - 1 ? 'previous' : index + 1 === number + 1 ? 'next' : undefined,
    })),
    subjectPicture: photoUri(detail.subject.photo),
    otherPicture: photoUri(other?.photo),
    reasons: other?.reasons ?? [],
    scores: (other?.modalities ?? []).map((score) => scoreBar(shown, score)),
    rows,
    differences: rows.filter(({ state }) => state === 'differs').length,
    form: options.form,
    skip: options.skip,
  }
}

const scoreBar = (
  { country, catalogues, language }: Shown,
  { modality, score }: { readonly modality: string; readonly score: number },
) => {
  const threshold = country.thresholds.faceIdentify
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  const text = (key: string, values?: Record<string, string>) =>
    catalogues.text(language, `adjudication.${key}`, values)
  return {
    name: text(`modality-${modality}`),
    text: text('score', { score: number.format(score) }),
    perMille: Math.round(score * 1000),
    thresholdPerMille: Math.round(threshold * 1000),
    explanation: text(score >= threshold ? 'score-above' : 'score-below', {
      threshold: number.format(threshold),
    }),
  }
}
